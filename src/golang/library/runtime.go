package runtime

type Error interface {
	error
	RuntimeError()
}

type faultError string

func (e faultError) Error() string { return "runtime error: " + string(e) }
func (e faultError) RuntimeError() {}

type plainError string

func (e plainError) Error() string { return string(e) }
func (e plainError) RuntimeError() {}

var fault error = faultError("")
var plain error = plainError("")

func GC()
func Goexit()
func Gosched()
func NumGoroutine() int

func NumCPU() int          { return 1 }
func GOMAXPROCS(n int) int { return 1 }
