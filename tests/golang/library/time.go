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

func (d Duration) Seconds() float64
func (d Duration) String() string

type Time struct{ wall uint64 }

func (t Time) Sub(u Time) Duration

type Timer struct{ C <-chan Time }

func (t *Timer) Stop() bool

func After(d Duration) <-chan Time
func NewTimer(d Duration) *Timer
func Now() Time
func Since(t Time) Duration
func Sleep(d Duration)
