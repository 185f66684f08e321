//go:build ignore

// Atomics: one line for each rule, "rule: answer".
package main

import (
	"fmt"
	"math"
	"sync/atomic"
)

func main() {
	var i32 atomic.Int32
	rule("Int32 is 0 at first", i32.Load())
	rule("Int32 Add gives the new value", i32.Add(5), i32.Add(-7))
	i32.Store(math.MaxInt32)
	rule("Int32 Add wraps", i32.Add(1))
	rule("Int32 Swap gives the old value", i32.Swap(3), i32.Load())
	rule("Int32 CompareAndSwap of what it is", i32.CompareAndSwap(3, 4), i32.Load())
	rule("Int32 CompareAndSwap of what it is not", i32.CompareAndSwap(3, 5), i32.Load())
	i32.Store(0b1100)
	rule("Int32 And gives the old value", i32.And(0b0110), i32.Load())
	rule("Int32 Or gives the old value", i32.Or(0b0011), i32.Load())

	var i64 atomic.Int64
	i64.Store(math.MaxInt64)
	rule("Int64 Add wraps", i64.Add(1))
	rule("Int64 Swap", i64.Swap(-1), i64.Load())
	rule("Int64 CompareAndSwap", i64.CompareAndSwap(-1, 9), i64.Load())

	var u32 atomic.Uint32
	rule("Uint32 Add of the complement takes away", u32.Add(5), u32.Add(^uint32(0)))
	u32.Store(math.MaxUint32)
	rule("Uint32 Add wraps", u32.Add(2))
	rule("Uint32 And and Or", u32.And(0), u32.Or(6), u32.Load())

	var u64 atomic.Uint64
	rule("Uint64 Add below 0 wraps", u64.Add(^uint64(0)))
	rule("Uint64 Swap", u64.Swap(7), u64.Load())

	var flag atomic.Bool
	rule("Bool is false at first", flag.Load())
	rule("Bool Swap", flag.Swap(true), flag.Load())
	rule("Bool CompareAndSwap", flag.CompareAndSwap(false, true), flag.CompareAndSwap(true, false), flag.Load())

	var pointer atomic.Pointer[string]
	rule("Pointer is nil at first", pointer.Load() == nil)
	a, b := "a", "a"
	pointer.Store(&a)
	rule("Pointer Load", *pointer.Load())
	rule("Pointer CompareAndSwap of an equal text elsewhere", pointer.CompareAndSwap(&b, &b))
	rule("Pointer CompareAndSwap of the same", pointer.CompareAndSwap(&a, &b))
	rule("Pointer Swap", pointer.Swap(nil) == &b, pointer.Load() == nil)

	var value atomic.Value
	rule("Value is nil at first", value.Load())
	value.Store("text")
	rule("Value Load", value.Load())
	rule("Value Swap", value.Swap("other"), value.Load())
	rule("Value CompareAndSwap", value.CompareAndSwap("text", "x"), value.CompareAndSwap("other", "x"), value.Load())
	rule("Value Store of another type", caught(func() { value.Store(1) }))
	rule("Value Store of nil", caught(func() { value.Store(nil) }))
}

// HELPERS

func rule(name string, answer ...any) {
	fmt.Print(name, ": ")
	fmt.Println(answer...)
}

func caught(f func()) (text string) {
	defer func() {
		if reason := recover(); reason != nil {
			text = fmt.Sprint("panic: ", reason)
		}
	}()
	f()
	return "no panic"
}
