package bytes

import (
	"io"
	"strings"
)

func Equal(a, b []byte) bool            { return string(a) == string(b) }
func Compare(a, b []byte) int           { return strings.Compare(string(a), string(b)) }
func Contains(b, sub []byte) bool       { return strings.Contains(string(b), string(sub)) }
func Index(b, sub []byte) int           { return strings.Index(string(b), string(sub)) }
func IndexByte(b []byte, c byte) int    { return strings.IndexByte(string(b), c) }
func HasPrefix(b, prefix []byte) bool   { return strings.HasPrefix(string(b), string(prefix)) }
func HasSuffix(b, suffix []byte) bool   { return strings.HasSuffix(string(b), string(suffix)) }
func ToUpper(b []byte) []byte           { return []byte(strings.ToUpper(string(b))) }
func ToLower(b []byte) []byte           { return []byte(strings.ToLower(string(b))) }
func TrimSpace(b []byte) []byte         { return []byte(strings.TrimSpace(string(b))) }
func Repeat(b []byte, count int) []byte { return []byte(strings.Repeat(string(b), count)) }
func Clone(b []byte) []byte {
	if b == nil {
		return nil
	}
	return append([]byte{}, b...)
}
func Join(s [][]byte, sep []byte) []byte {
	all := []byte{}
	for i, part := range s {
		if i > 0 {
			all = append(all, sep...)
		}
		all = append(all, part...)
	}
	return all
}
func Split(s, sep []byte) [][]byte {
	var parts [][]byte
	for _, part := range strings.Split(string(s), string(sep)) {
		parts = append(parts, []byte(part))
	}
	return parts
}

type Buffer struct {
	b []byte
	i int
}

func NewBuffer(buf []byte) *Buffer     { return &Buffer{b: buf} }
func NewBufferString(s string) *Buffer { return &Buffer{b: []byte(s)} }
func (b *Buffer) Bytes() []byte        { return b.b[b.i:] }
func (b *Buffer) Len() int             { return len(b.b) - b.i }
func (b *Buffer) Reset()               { b.b, b.i = b.b[:0], 0 }
func (b *Buffer) Grow(n int)           {}
func (b *Buffer) String() string {
	if b == nil {
		return "<nil>"
	}
	return string(b.b[b.i:])
}
func (b *Buffer) Write(p []byte) (n int, err error) { b.b = append(b.b, p...); return len(p), nil }
func (b *Buffer) WriteString(s string) (n int, err error) {
	b.b = append(b.b, s...)
	return len(s), nil
}
func (b *Buffer) WriteByte(c byte) error              { b.b = append(b.b, c); return nil }
func (b *Buffer) WriteRune(r rune) (n int, err error) { return b.WriteString(string(r)) }
func (b *Buffer) Read(p []byte) (n int, err error) {
	if b.i >= len(b.b) {
		b.Reset()
		if len(p) == 0 {
			return 0, nil
		}
		return 0, io.EOF
	}
	n = copy(p, b.b[b.i:])
	b.i += n
	return n, nil
}
func (b *Buffer) ReadByte() (byte, error) {
	if b.i >= len(b.b) {
		b.Reset()
		return 0, io.EOF
	}
	b.i++
	return b.b[b.i-1], nil
}
func (b *Buffer) ReadString(delim byte) (string, error) {
	from := b.i
	if n := IndexByte(b.b[from:], delim); n >= 0 {
		b.i += n + 1
		return string(b.b[from:b.i]), nil
	}
	b.i = len(b.b)
	return string(b.b[from:]), io.EOF
}
