package log

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

const (
	Ldate = 1 << iota
	Ltime
	Lmicroseconds
	Llongfile
	Lshortfile
	LUTC
	Lmsgprefix
	LstdFlags = Ldate | Ltime
)

type Logger struct {
	mu     sync.Mutex
	out    io.Writer
	prefix string
	flags  int
}

func New(out io.Writer, prefix string, flag int) *Logger {
	return &Logger{out: out, prefix: prefix, flags: flag}
}

var std = New(os.Stderr, "", LstdFlags)

func Default() *Logger { return std }

// The day on which every program here begins, which is the day of Go's own playground.
func (l *Logger) header() string {
	s := ""
	if l.flags&Lmsgprefix == 0 {
		s = l.prefix
	}
	if l.flags&(Ldate|Ltime|Lmicroseconds) != 0 {
		now := time.Now().UnixNano()
		day, second := now/86400000000000, now/1000000000%86400
		if l.flags&Ldate != 0 {
			year, month, date := civil(int(day))
			s += fmt.Sprintf("%04d/%02d/%02d ", year, month, date)
		}
		if l.flags&(Ltime|Lmicroseconds) != 0 {
			s += fmt.Sprintf("%02d:%02d:%02d", second/3600, second/60%60, second%60)
			if l.flags&Lmicroseconds != 0 {
				s += fmt.Sprintf(".%06d", now/1000%1000000)
			}
			s += " "
		}
	}
	if l.flags&Lmsgprefix != 0 {
		s += l.prefix
	}
	return s
}

// civil gives year, month and day of the month of a day since 1970-01-01.
func civil(day int) (int, int, int) {
	year := 1970
	for {
		length := 365
		if year%4 == 0 && year%100 != 0 || year%400 == 0 {
			length = 366
		}
		if day < length {
			break
		}
		day -= length
		year++
	}
	lengths := []int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	if year%4 == 0 && year%100 != 0 || year%400 == 0 {
		lengths[1] = 29
	}
	for i, length := range lengths {
		if day < length {
			return year, i + 1, day + 1
		}
		day -= length
	}
	return year, 12, 31
}

func (l *Logger) Output(calldepth int, s string) error {
	if len(s) == 0 || s[len(s)-1] != '\n' {
		s += "\n"
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err := l.out.Write([]byte(l.header() + s))
	return err
}

func (l *Logger) Print(v ...any)                 { l.Output(2, fmt.Sprint(v...)) }
func (l *Logger) Printf(format string, v ...any) { l.Output(2, fmt.Sprintf(format, v...)) }
func (l *Logger) Println(v ...any)               { l.Output(2, fmt.Sprintln(v...)) }
func (l *Logger) Fatal(v ...any)                 { l.Output(2, fmt.Sprint(v...)); os.Exit(1) }
func (l *Logger) Fatalf(format string, v ...any) { l.Output(2, fmt.Sprintf(format, v...)); os.Exit(1) }
func (l *Logger) Fatalln(v ...any)               { l.Output(2, fmt.Sprintln(v...)); os.Exit(1) }
func (l *Logger) Panic(v ...any)                 { s := fmt.Sprint(v...); l.Output(2, s); panic(s) }
func (l *Logger) Panicf(format string, v ...any) {
	s := fmt.Sprintf(format, v...)
	l.Output(2, s)
	panic(s)
}
func (l *Logger) Panicln(v ...any)        { s := fmt.Sprintln(v...); l.Output(2, s); panic(s) }
func (l *Logger) Flags() int              { return l.flags }
func (l *Logger) SetFlags(flag int)       { l.flags = flag }
func (l *Logger) Prefix() string          { return l.prefix }
func (l *Logger) SetPrefix(prefix string) { l.prefix = prefix }
func (l *Logger) SetOutput(w io.Writer)   { l.out = w }
func (l *Logger) Writer() io.Writer       { return l.out }

func Print(v ...any)                 { std.Output(2, fmt.Sprint(v...)) }
func Printf(format string, v ...any) { std.Output(2, fmt.Sprintf(format, v...)) }
func Println(v ...any)               { std.Output(2, fmt.Sprintln(v...)) }
func Fatal(v ...any)                 { std.Output(2, fmt.Sprint(v...)); os.Exit(1) }
func Fatalf(format string, v ...any) { std.Output(2, fmt.Sprintf(format, v...)); os.Exit(1) }
func Fatalln(v ...any)               { std.Output(2, fmt.Sprintln(v...)); os.Exit(1) }
func Panic(v ...any)                 { s := fmt.Sprint(v...); std.Output(2, s); panic(s) }
func Panicf(format string, v ...any) { s := fmt.Sprintf(format, v...); std.Output(2, s); panic(s) }
func Panicln(v ...any)               { s := fmt.Sprintln(v...); std.Output(2, s); panic(s) }
func Flags() int                     { return std.flags }
func SetFlags(flag int)              { std.flags = flag }
func Prefix() string                 { return std.prefix }
func SetPrefix(prefix string)        { std.prefix = prefix }
func SetOutput(w io.Writer)          { std.out = w }
func Writer() io.Writer              { return std.out }
