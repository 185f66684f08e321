package main

import (
	"cmp"
	"fmt"
	"log"
	"maps"
	"math"
	"os"
	"slices"
	"unicode"
	"unicode/utf8"
)

type point struct{ x, y int }

func main() {
	a := []int{5, 2, 8, 1, 9, 3, 7, 4, 6, 0, 11, 10}
	b := slices.Clone(a)
	slices.Sort(b)
	fmt.Println(a, b, slices.Max(a), slices.Min(a), slices.Index(a, 8), slices.Contains(a, 12))
	p := []point{{1, 2}, {0, 5}, {1, 1}, {0, 3}}
	slices.SortStableFunc(p, func(a, b point) int { return cmp.Compare(a.x, b.x) })
	fmt.Println(p)
	i, found := slices.BinarySearch(b, 7)
	fmt.Println(i, found, slices.IsSorted(a), slices.IsSorted(b))
	fmt.Println(slices.Insert([]int{1, 4}, 1, 2, 3), slices.Delete([]int{1, 2, 3, 4}, 1, 3))
	fmt.Println(slices.Compact([]int{1, 1, 2, 2, 2, 3}), slices.Equal(a, b), slices.Concat(a[:2], b[:2]))
	slices.Reverse(b)
	fmt.Println(b, slices.Replace([]int{1, 2, 3}, 0, 2, 7, 8, 9), slices.Repeat([]int{1}, 3))
	m := map[string]int{"b": 2, "a": 1, "c": 3}
	fmt.Println(slices.Sorted(maps.Keys(m)), slices.Sorted(maps.Values(m)))
	n := maps.Clone(m)
	delete(n, "a")
	maps.DeleteFunc(n, func(k string, v int) bool { return v == 3 })
	fmt.Println(n, maps.Equal(m, n), cmp.Or("", "x", "y"))
	fmt.Println(math.Sqrt(2), math.Floor(-1.5), math.Ceil(1.2), math.Pow(2, 10), math.Inf(1), math.NaN(), math.Abs(-3.5))
	fmt.Println(math.MaxInt64, math.Pi, math.Mod(7, 3), math.Round(2.5), math.Trunc(-2.7), math.Log(math.E), math.Hypot(3, 4))
	fmt.Println(math.MaxInt, math.IsNaN(math.NaN()), math.IsInf(math.Inf(-1), -1), math.Max(1, 2), math.Min(1, 2))
	fmt.Println(unicode.IsLetter('é'), unicode.IsDigit('5'), unicode.IsUpper('A'), unicode.IsSpace('\t'), string(unicode.ToUpper('é')))
	fmt.Println(utf8.RuneCountInString("한국어"), utf8.RuneLen('한'), utf8.ValidString("a\xff"))
	r, size := utf8.DecodeRuneInString("한")
	fmt.Println(r, size)
	l := log.New(os.Stdout, "worker: ", 0)
	l.Println("started", 3)
	l.Printf("%d done", 4)
	log.SetFlags(0)
	log.SetOutput(os.Stdout)
	log.Print("here")
	log.SetFlags(log.Lmsgprefix)
	log.SetPrefix("p: ")
	log.Print("there\n")
	defer func() { fmt.Println("recovered", recover()) }()
	log.Panicf("bad %d", 1)
}

// Output:
// [5 2 8 1 9 3 7 4 6 0 11 10] [0 1 2 3 4 5 6 7 8 9 10 11] 11 0 2 false
// [{0 5} {0 3} {1 2} {1 1}]
// 7 true false true
// [1 2 3 4] [1 4]
// [1 2 3] false [5 2 0 1]
// [11 10 9 8 7 6 5 4 3 2 1 0] [7 8 9 3] [1 1 1]
// [a b c] [1 2 3]
// map[b:2] false x
// 1.4142135623730951 -2 2 1024 +Inf NaN 3.5
// 9223372036854775807 3.141592653589793 1 3 -2 1 5
// 9223372036854775807 true true 2 1
// true true true true É
// 3 3 false
// 54620 3
// worker: started 3
// worker: 4 done
// here
// p: there
// p: bad 1
// recovered bad 1
