package strings

import "io"

func lower(s string) string
func upper(s string) string

func ToLower(s string) string { return lower(s) }
func ToUpper(s string) string { return upper(s) }

func Index(s, sub string) int {
	for i := 0; i+len(sub) <= len(s); i++ {
		if s[i:i+len(sub)] == sub {
			return i
		}
	}
	return -1
}
func LastIndex(s, sub string) int {
	for i := len(s) - len(sub); i >= 0; i-- {
		if s[i:i+len(sub)] == sub {
			return i
		}
	}
	return -1
}
func Contains(s, sub string) bool     { return Index(s, sub) >= 0 }
func HasPrefix(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }
func HasSuffix(s, suffix string) bool {
	return len(s) >= len(suffix) && s[len(s)-len(suffix):] == suffix
}
func TrimPrefix(s, prefix string) string {
	if HasPrefix(s, prefix) {
		return s[len(prefix):]
	}
	return s
}
func TrimSuffix(s, suffix string) string {
	if HasSuffix(s, suffix) {
		return s[:len(s)-len(suffix)]
	}
	return s
}
func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
func TrimSpace(s string) string {
	for len(s) > 0 && isSpace(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}
func Repeat(s string, count int) string {
	if count < 0 {
		panic("strings: negative Repeat count")
	}
	var b []byte
	for range count {
		b = append(b, s...)
	}
	return string(b)
}
func Join(parts []string, sep string) string {
	var b []byte
	for i, part := range parts {
		if i > 0 {
			b = append(b, sep...)
		}
		b = append(b, part...)
	}
	return string(b)
}
func Split(s, sep string) []string {
	var parts []string
	if sep == "" {
		for _, r := range s {
			parts = append(parts, string(r))
		}
		return parts
	}
	for {
		i := Index(s, sep)
		if i < 0 {
			return append(parts, s)
		}
		parts = append(parts, s[:i])
		s = s[i+len(sep):]
	}
}
func Fields(s string) []string {
	var parts []string
	start := -1
	for i := 0; i < len(s); i++ {
		if isSpace(s[i]) {
			if start >= 0 {
				parts = append(parts, s[start:i])
			}
			start = -1
		} else if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		parts = append(parts, s[start:])
	}
	return parts
}
func Count(s, sub string) int              { return len(Split(s, sub)) - 1 }
func ReplaceAll(s, old, new string) string { return Join(Split(s, old), new) }

type Builder struct{ b []byte }

func (b *Builder) WriteString(s string) (int, error) { b.b = append(b.b, s...); return len(s), nil }
func (b *Builder) WriteByte(c byte) error            { b.b = append(b.b, c); return nil }
func (b *Builder) WriteRune(r rune) (int, error)     { return b.WriteString(string(r)) }
func (b *Builder) Write(p []byte) (int, error)       { b.b = append(b.b, p...); return len(p), nil }
func (b *Builder) String() string                    { return string(b.b) }
func (b *Builder) Len() int                          { return len(b.b) }
func (b *Builder) Reset()                            { b.b = nil }

func (b *Builder) Grow(n int) {
	if n < 0 {
		panic("strings.Builder.Grow: negative count")
	}
}
func (b *Builder) Cap() int { return cap(b.b) }

func IndexByte(s string, c byte) int {
	for i := 0; i < len(s); i++ {
		if s[i] == c {
			return i
		}
	}
	return -1
}
func IndexRune(s string, r rune) int { return IndexFunc(s, func(c rune) bool { return c == r }) }
func IndexAny(s, chars string) int {
	return IndexFunc(s, func(c rune) bool { return IndexRune(chars, c) >= 0 })
}
func IndexFunc(s string, f func(rune) bool) int {
	for i, r := range s {
		if f(r) {
			return i
		}
	}
	return -1
}
func ContainsRune(s string, r rune) bool            { return IndexRune(s, r) >= 0 }
func ContainsAny(s, chars string) bool              { return IndexAny(s, chars) >= 0 }
func ContainsFunc(s string, f func(rune) bool) bool { return IndexFunc(s, f) >= 0 }
func EqualFold(s, t string) bool                    { return lower(s) == lower(t) }
func TrimLeft(s, cutset string) string              { return TrimLeftFunc(s, in(cutset)) }
func TrimRight(s, cutset string) string             { return TrimRightFunc(s, in(cutset)) }
func Trim(s, cutset string) string                  { return TrimFunc(s, in(cutset)) }
func TrimFunc(s string, f func(rune) bool) string   { return TrimRightFunc(TrimLeftFunc(s, f), f) }
func in(cutset string) func(rune) bool              { return func(r rune) bool { return IndexRune(cutset, r) >= 0 } }
func TrimLeftFunc(s string, f func(rune) bool) string {
	for i, r := range s {
		if !f(r) {
			return s[i:]
		}
	}
	return ""
}
func TrimRightFunc(s string, f func(rune) bool) string {
	end := 0
	for i, r := range s {
		if !f(r) {
			end = i + len(string(r))
		}
	}
	return s[:min(end, len(s))]
}
func Map(mapping func(rune) rune, s string) string {
	var b []byte
	for _, r := range s {
		if r = mapping(r); r >= 0 {
			b = append(b, string(r)...)
		}
	}
	return string(b)
}
func Cut(s, sep string) (before, after string, found bool) {
	if i := Index(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
func CutPrefix(s, prefix string) (string, bool) {
	return TrimPrefix(s, prefix), HasPrefix(s, prefix)
}
func CutSuffix(s, suffix string) (string, bool) {
	return TrimSuffix(s, suffix), HasSuffix(s, suffix)
}
func SplitN(s, sep string, n int) []string {
	if n == 0 {
		return nil
	}
	parts := Split(s, sep)
	if n > 0 && len(parts) > n {
		parts[n-1] = Join(parts[n-1:], sep)
		parts = parts[:n]
	}
	return parts
}
func SplitAfter(s, sep string) []string {
	parts := Split(s, sep)
	for i := range len(parts) - 1 {
		parts[i] += sep
	}
	return parts
}
func FieldsFunc(s string, f func(rune) bool) []string {
	var parts []string
	start := -1
	for i, r := range s {
		if f(r) {
			if start >= 0 {
				parts = append(parts, s[start:i])
			}
			start = -1
		} else if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		parts = append(parts, s[start:])
	}
	return parts
}
func Replace(s, old, new string, n int) string {
	if n < 0 {
		return ReplaceAll(s, old, new)
	}
	return Join(SplitN(s, old, n+1), new)
}
func Compare(a, b string) int {
	if a < b {
		return -1
	}
	if a > b {
		return +1
	}
	return 0
}
func Clone(s string) string { return s }

type Reader struct {
	s string
	i int
}

func NewReader(s string) *Reader { return &Reader{s, 0} }
func (r *Reader) Len() int       { return len(r.s) - r.i }
func (r *Reader) Size() int64    { return int64(len(r.s)) }
func (r *Reader) Read(b []byte) (n int, err error) {
	if r.i >= len(r.s) {
		return 0, io.EOF
	}
	n = copy(b, r.s[r.i:])
	r.i += n
	return n, nil
}
func (r *Reader) ReadByte() (byte, error) {
	if r.i >= len(r.s) {
		return 0, io.EOF
	}
	r.i++
	return r.s[r.i-1], nil
}
func (r *Reader) ReadString(delim byte) (string, error) {
	from := r.i
	if n := IndexByte(r.s[from:], delim); n >= 0 {
		r.i += n + 1
		return r.s[from:r.i], nil
	}
	r.i = len(r.s)
	return r.s[from:], io.EOF
}
