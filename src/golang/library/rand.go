package rand

func below(n int) int

func Intn(n int) int {
	if n <= 0 {
		panic("invalid argument to Intn")
	}
	return below(n)
}
func Int63n(n int64) int64 { return int64(Intn(int(n))) }
func Int31n(n int32) int32 { return int32(Intn(int(n))) }
func Int() int             { return below(1<<63 - 1) }
func Int63() int64         { return int64(Int()) }
func Float64() float64     { return float64(below(1<<53)) / (1 << 53) }
func Seed(seed int64)      {}
func Perm(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	Shuffle(n, func(i, j int) { p[i], p[j] = p[j], p[i] })
	return p
}
func Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, below(i+1))
	}
}
