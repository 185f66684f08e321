package fmt

import (
	"errors"
	"io"
	"os"
)

type Stringer interface{ String() string }

type said struct {
	value any
	text  string
}

func format(pattern string, a []any) string
func join(a []any, line bool) string
func isNil(x any) bool

func resolve(a []any) []any {
	var b []any
	for i, x := range a {
		text, ok := "", false
		switch v := x.(type) {
		case error:
			if !isNil(x) {
				text, ok = v.Error(), true
			}
		case Stringer:
			if !isNil(x) {
				text, ok = v.String(), true
			}
		}
		if ok {
			if b == nil {
				b = append(b, a...)
			}
			b[i] = said{x, text}
		}
	}
	if b != nil {
		return b
	}
	return a
}

func Sprint(a ...any) string                  { return join(resolve(a), false) }
func Sprintln(a ...any) string                { return join(resolve(a), true) }
func Sprintf(pattern string, a ...any) string { return format(pattern, resolve(a)) }

func Print(a ...any) (n int, err error)   { return os.Stdout.WriteString(join(resolve(a), false)) }
func Println(a ...any) (n int, err error) { return os.Stdout.WriteString(join(resolve(a), true)) }
func Printf(pattern string, a ...any) (n int, err error) {
	return os.Stdout.WriteString(format(pattern, resolve(a)))
}

func Fprint(w io.Writer, a ...any) (n int, err error)   { return w.Write([]byte(Sprint(a...))) }
func Fprintln(w io.Writer, a ...any) (n int, err error) { return w.Write([]byte(Sprintln(a...))) }
func Fprintf(w io.Writer, pattern string, a ...any) (n int, err error) {
	return w.Write([]byte(Sprintf(pattern, a...)))
}

type wrapError struct {
	msg string
	err error
}

func (e *wrapError) Error() string { return e.msg }
func (e *wrapError) Unwrap() error { return e.err }

type wrapErrors struct {
	msg  string
	errs []error
}

func (e *wrapErrors) Error() string   { return e.msg }
func (e *wrapErrors) Unwrap() []error { return e.errs }

func Errorf(pattern string, a ...any) error {
	text := []byte(pattern)
	arg := 0
	var errs []error
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			continue
		}
		i++
		for i < len(text) {
			c := text[i]
			if c == '+' || c == '-' || c == '#' || c == ' ' || c == '.' || c >= '0' && c <= '9' {
				i++
				continue
			}
			break
		}
		if i >= len(text) || text[i] == '%' {
			continue
		}
		if text[i] == 'w' {
			text[i] = 'v'
			if arg < len(a) {
				if err, ok := a[arg].(error); ok {
					errs = append(errs, err)
				}
			}
		}
		arg++
	}
	msg := Sprintf(string(text), a...)
	switch len(errs) {
	case 0:
		return errors.New(msg)
	case 1:
		return &wrapError{msg, errs[0]}
	}
	return &wrapErrors{msg, errs}
}
