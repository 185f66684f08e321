package time

type Duration int64

const (
	Nanosecond  Duration = 1
	Microsecond          = 1000 * Nanosecond
	Millisecond          = 1000 * Microsecond
	Second               = 1000 * Millisecond
	Minute               = 60 * Second
	Hour                 = 60 * Minute
)

func (d Duration) String() string
func (d Duration) Nanoseconds() int64  { return int64(d) }
func (d Duration) Microseconds() int64 { return int64(d) / 1000 }
func (d Duration) Milliseconds() int64 { return int64(d) / 1000000 }
func (d Duration) Seconds() float64    { return float64(d) / 1e9 }
func (d Duration) Minutes() float64    { return float64(d) / 6e10 }
func (d Duration) Hours() float64      { return float64(d) / 3.6e12 }

type Time struct{ ns int64 }

func (t Time) Sub(u Time) Duration { return Duration(t.ns - u.ns) }
func (t Time) Add(d Duration) Time { return Time{t.ns + int64(d)} }
func (t Time) After(u Time) bool   { return t.ns > u.ns }
func (t Time) Before(u Time) bool  { return t.ns < u.ns }
func (t Time) Equal(u Time) bool   { return t.ns == u.ns }
func (t Time) IsZero() bool        { return t.ns == 0 }
func (t Time) UnixNano() int64     { return t.ns }
func (t Time) Unix() int64         { return t.ns / 1000000000 }
func (t Time) UnixMilli() int64    { return t.ns / 1000000 }

func now() int64
func startTimer(d, period Duration, target any) int
func stopTimer(number int) bool
func resetTimer(number int, d, period Duration) bool

func Sleep(d Duration)
func Now() Time             { return Time{now() + 946684800000000000} }
func Since(t Time) Duration { return Now().Sub(t) }
func Until(t Time) Duration { return t.Sub(Now()) }

type Timer struct {
	C      <-chan Time
	c      chan Time
	number int
}

func NewTimer(d Duration) *Timer {
	c := make(chan Time, 1)
	return &Timer{C: c, c: c, number: startTimer(d, 0, c)}
}

func AfterFunc(d Duration, f func()) *Timer {
	return &Timer{number: startTimer(d, 0, f)}
}

func drain(c chan Time) {
	select {
	case <-c:
	default:
	}
}

func (t *Timer) Stop() bool {
	stopped := stopTimer(t.number)
	if len(t.c) > 0 {
		stopped = true
	}
	drain(t.c)
	return stopped
}

func (t *Timer) Reset(d Duration) bool {
	was := t.Stop()
	resetTimer(t.number, d, 0)
	return was
}

func After(d Duration) <-chan Time { return NewTimer(d).C }

type Ticker struct {
	C      <-chan Time
	c      chan Time
	number int
}

func NewTicker(d Duration) *Ticker {
	if d <= 0 {
		panic("non-positive interval for NewTicker")
	}
	c := make(chan Time, 1)
	return &Ticker{C: c, c: c, number: startTimer(d, d, c)}
}

func (t *Ticker) Stop() {
	stopTimer(t.number)
	drain(t.c)
}

func (t *Ticker) Reset(d Duration) {
	if d <= 0 {
		panic("non-positive interval for Ticker.Reset")
	}
	t.Stop()
	resetTimer(t.number, d, d)
}

func Tick(d Duration) <-chan Time {
	if d <= 0 {
		return nil
	}
	return NewTicker(d).C
}
