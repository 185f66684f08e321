package io

import "errors"

type Writer interface {
	Write(p []byte) (n int, err error)
}

type Reader interface {
	Read(p []byte) (n int, err error)
}

type Closer interface{ Close() error }

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

var EOF = errors.New("EOF")

var Discard Writer = discard{}

var ErrUnexpectedEOF = errors.New("unexpected EOF")
var ErrShortWrite = errors.New("short write")
var ErrClosedPipe = errors.New("io: read/write on closed pipe")
var ErrNoProgress = errors.New("multiple Read calls return no data or error")

type ReadWriter interface {
	Reader
	Writer
}

type ReadCloser interface {
	Reader
	Closer
}

type WriteCloser interface {
	Writer
	Closer
}

type StringWriter interface {
	WriteString(s string) (n int, err error)
}

type ByteReader interface{ ReadByte() (byte, error) }

func WriteString(w Writer, s string) (n int, err error) { return w.Write([]byte(s)) }

func ReadAll(r Reader) ([]byte, error) {
	var all []byte
	part := make([]byte, 512)
	for {
		n, err := r.Read(part)
		all = append(all, part[:n]...)
		if err == EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

func ReadFull(r Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var read int
		read, err = r.Read(buf[n:])
		n += read
	}
	if n >= len(buf) {
		return n, nil
	}
	if n > 0 && err == EOF {
		err = ErrUnexpectedEOF
	}
	return n, err
}

func Copy(dst Writer, src Reader) (written int64, err error) {
	part := make([]byte, 512)
	for {
		n, err := src.Read(part)
		if n > 0 {
			wrote, err := dst.Write(part[:n])
			written += int64(wrote)
			if err != nil {
				return written, err
			}
			if wrote < n {
				return written, ErrShortWrite
			}
		}
		if err == EOF {
			return written, nil
		}
		if err != nil {
			return written, err
		}
	}
}

type nopCloser struct{ Reader }

func (nopCloser) Close() error { return nil }

func NopCloser(r Reader) ReadCloser { return nopCloser{r} }

// A pipe hands each write over to its readers, as Go's does: who writes waits until all of it was read.
type pipe struct {
	data   chan []byte
	taken  chan int
	done   chan struct{}
	writes chan struct{}
	closed bool
	err    error
	werr   error
}

type PipeReader struct{ p *pipe }
type PipeWriter struct{ p *pipe }

func Pipe() (*PipeReader, *PipeWriter) {
	p := &pipe{
		data:   make(chan []byte),
		taken:  make(chan int),
		done:   make(chan struct{}),
		writes: make(chan struct{}, 1),
	}
	return &PipeReader{p}, &PipeWriter{p}
}

func (p *pipe) close() {
	if !p.closed {
		p.closed = true
		close(p.done)
	}
}

func (r *PipeReader) Read(data []byte) (n int, err error) {
	p := r.p
	select {
	case <-p.done:
		return 0, p.readError()
	default:
	}
	select {
	case part := <-p.data:
		n = copy(data, part)
		p.taken <- n
		return n, nil
	case <-p.done:
		return 0, p.readError()
	}
}

func (p *pipe) readError() error {
	if p.werr != nil {
		return p.werr
	}
	return ErrClosedPipe
}

func (p *pipe) writeError() error {
	if p.err != nil {
		return p.err
	}
	return ErrClosedPipe
}

func (r *PipeReader) Close() error { return r.CloseWithError(nil) }
func (r *PipeReader) CloseWithError(err error) error {
	if r.p.err == nil {
		r.p.err = err
		if err == nil {
			r.p.err = ErrClosedPipe
		}
	}
	r.p.close()
	return nil
}

func (w *PipeWriter) Write(data []byte) (n int, err error) {
	p := w.p
	select {
	case <-p.done:
		return 0, p.writeError()
	default:
		p.writes <- struct{}{}
		defer func() { <-p.writes }()
	}
	for once := true; once || len(data) > 0; once = false {
		select {
		case p.data <- data:
			taken := <-p.taken
			data = data[taken:]
			n += taken
		case <-p.done:
			return n, p.writeError()
		}
	}
	return n, nil
}

func (w *PipeWriter) Close() error { return w.CloseWithError(nil) }
func (w *PipeWriter) CloseWithError(err error) error {
	if err == nil {
		err = EOF
	}
	if w.p.werr == nil {
		w.p.werr = err
	}
	w.p.close()
	return nil
}
