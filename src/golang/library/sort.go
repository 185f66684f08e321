package sort

type Interface interface {
	Len() int
	Less(i, j int) bool
	Swap(i, j int)
}

func swap(x any, i, j int)

func down(less func(i, j int) bool, exchange func(i, j int), root, n int) {
	for {
		child := 2*root + 1
		if child >= n {
			return
		}
		if child+1 < n && less(child, child+1) {
			child++
		}
		if !less(root, child) {
			return
		}
		exchange(root, child)
		root = child
	}
}

func heap(n int, less func(i, j int) bool, exchange func(i, j int)) {
	for i := n/2 - 1; i >= 0; i-- {
		down(less, exchange, i, n)
	}
	for i := n - 1; i > 0; i-- {
		exchange(0, i)
		down(less, exchange, 0, i)
	}
}

func insertion(n int, less func(i, j int) bool, exchange func(i, j int)) {
	for i := 1; i < n; i++ {
		for j := i; j > 0 && less(j, j-1); j-- {
			exchange(j, j-1)
		}
	}
}

func Sort(data Interface)   { heap(data.Len(), data.Less, data.Swap) }
func Stable(data Interface) { insertion(data.Len(), data.Less, data.Swap) }

func size(x any) int

func Ints(x []int) {
	heap(len(x), func(i, j int) bool { return x[i] < x[j] }, func(i, j int) { x[i], x[j] = x[j], x[i] })
}
func Strings(x []string) {
	heap(len(x), func(i, j int) bool { return x[i] < x[j] }, func(i, j int) { x[i], x[j] = x[j], x[i] })
}
func Float64s(x []float64) {
	heap(len(x), func(i, j int) bool { return x[i] < x[j] }, func(i, j int) { x[i], x[j] = x[j], x[i] })
}
func Slice(x any, less func(i, j int) bool) {
	heap(size(x), less, func(i, j int) { swap(x, i, j) })
}
func SliceStable(x any, less func(i, j int) bool) {
	insertion(size(x), less, func(i, j int) { swap(x, i, j) })
}

func Search(n int, f func(int) bool) int {
	i, j := 0, n
	for i < j {
		h := (i + j) / 2
		if !f(h) {
			i = h + 1
		} else {
			j = h
		}
	}
	return i
}
