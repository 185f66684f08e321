package os

import "io"

func write(fd int, b []byte)

func Exit(code int)

type File struct{ fd int }

func (f *File) Write(b []byte) (n int, err error) {
	write(f.fd, b)
	return len(b), nil
}

func (f *File) WriteString(s string) (n int, err error) {
	write(f.fd, []byte(s))
	return len(s), nil
}

var Stdout = &File{1}
var Stderr = &File{2}

var Args = []string{"main"}

func (f *File) Read(b []byte) (n int, err error) { return 0, io.EOF }

var Stdin = &File{0}

func Getenv(key string) string { return "" }
