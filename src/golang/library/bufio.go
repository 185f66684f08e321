package bufio

import (
	"errors"
	"io"
	"unicode"
	"unicode/utf8"
)

const MaxScanTokenSize = 64 * 1024

var ErrTooLong = errors.New("bufio.Scanner: token too long")

type SplitFunc func(data []byte, atEOF bool) (advance int, token []byte, err error)

type Scanner struct {
	r     io.Reader
	split SplitFunc
	max   int
	token []byte
	buf   []byte
	atEOF bool
	done  bool
	err   error
}

func NewScanner(r io.Reader) *Scanner { return &Scanner{r: r, split: ScanLines, max: MaxScanTokenSize} }

func (s *Scanner) Split(split SplitFunc)      { s.split = split }
func (s *Scanner) Buffer(buf []byte, max int) { s.max = max }
func (s *Scanner) Text() string               { return string(s.token) }
func (s *Scanner) Bytes() []byte              { return s.token }
func (s *Scanner) Err() error {
	if s.err == io.EOF {
		return nil
	}
	return s.err
}

func (s *Scanner) Scan() bool {
	for !s.done {
		if len(s.buf) > 0 || s.atEOF {
			advance, token, err := s.split(s.buf, s.atEOF)
			if err != nil {
				s.err, s.done = err, true
				break
			}
			s.buf = s.buf[advance:]
			if token != nil {
				s.token = token
				return true
			}
			if s.atEOF && (advance == 0 || len(s.buf) == 0) {
				s.done = true
				break
			}
			if advance > 0 {
				continue
			}
		}
		if len(s.buf) >= s.max {
			s.err, s.done = ErrTooLong, true
			break
		}
		part := make([]byte, 4096)
		n, err := s.r.Read(part)
		s.buf = append(s.buf, part[:n]...)
		if err != nil {
			s.atEOF = true
			if err != io.EOF {
				s.err = err
			}
		}
	}
	s.token = nil
	return false
}

func ScanLines(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if atEOF && len(data) == 0 {
		return 0, nil, nil
	}
	for i, c := range data {
		if c == '\n' {
			return i + 1, dropCR(data[:i]), nil
		}
	}
	if atEOF {
		return len(data), dropCR(data), nil
	}
	return 0, nil, nil
}

func dropCR(data []byte) []byte {
	if len(data) > 0 && data[len(data)-1] == '\r' {
		return data[:len(data)-1]
	}
	return data
}

func ScanBytes(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if atEOF && len(data) == 0 {
		return 0, nil, nil
	}
	return 1, data[:1], nil
}

func ScanRunes(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if atEOF && len(data) == 0 {
		return 0, nil, nil
	}
	if !atEOF && len(data) < utf8.UTFMax {
		return 0, nil, nil
	}
	r, size := utf8.DecodeRune(data)
	return size, []byte(string(r)), nil
}

func ScanWords(data []byte, atEOF bool) (advance int, token []byte, err error) {
	start := 0
	for start < len(data) {
		r, size := utf8.DecodeRune(data[start:])
		if !unicode.IsSpace(r) {
			break
		}
		start += size
	}
	for i := start; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if unicode.IsSpace(r) {
			return i + size, data[start:i], nil
		}
		i += size
	}
	if atEOF && len(data) > start {
		return len(data), data[start:], nil
	}
	return start, nil, nil
}

type Writer struct {
	w   io.Writer
	buf []byte
}

func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }
func (b *Writer) Buffered() int     { return len(b.buf) }
func (b *Writer) Flush() error {
	if len(b.buf) == 0 {
		return nil
	}
	_, err := b.w.Write(b.buf)
	b.buf = nil
	return err
}
func (b *Writer) Write(p []byte) (n int, err error) {
	b.buf = append(b.buf, p...)
	if len(b.buf) >= 4096 {
		err = b.Flush()
	}
	return len(p), err
}
func (b *Writer) WriteString(s string) (int, error) { return b.Write([]byte(s)) }
func (b *Writer) WriteByte(c byte) error            { _, err := b.Write([]byte{c}); return err }
func (b *Writer) WriteRune(r rune) (int, error)     { return b.Write([]byte(string(r))) }

type Reader struct {
	r   io.Reader
	buf []byte
	err error
}

func NewReader(rd io.Reader) *Reader { return &Reader{r: rd} }

func (b *Reader) fill() bool {
	if b.err != nil {
		return false
	}
	part := make([]byte, 4096)
	n, err := b.r.Read(part)
	b.buf = append(b.buf, part[:n]...)
	b.err = err
	return n > 0 || err == nil
}

func (b *Reader) Buffered() int { return len(b.buf) }

func (b *Reader) Read(p []byte) (n int, err error) {
	if len(b.buf) == 0 && !b.fill() {
		return 0, b.err
	}
	n = copy(p, b.buf)
	b.buf = b.buf[n:]
	return n, nil
}

func (b *Reader) ReadByte() (byte, error) {
	for len(b.buf) == 0 {
		if !b.fill() {
			return 0, b.err
		}
	}
	c := b.buf[0]
	b.buf = b.buf[1:]
	return c, nil
}

func (b *Reader) ReadString(delim byte) (string, error) {
	from := 0
	for {
		for i := from; i < len(b.buf); i++ {
			if b.buf[i] == delim {
				line := string(b.buf[:i+1])
				b.buf = b.buf[i+1:]
				return line, nil
			}
		}
		from = len(b.buf)
		if !b.fill() {
			line := string(b.buf)
			b.buf = nil
			return line, b.err
		}
	}
}
