//go:build ignore

// Channels: one line for each rule, "rule: answer". In a bubble, so "blocked" is exact: nobody can go on.
package main

import (
	"fmt"
	"os"
	"testing"
	"testing/synctest"
)

func main() {
	bubble(func() {
		unbuffered()
		buffered()
		order()
		closed()
		nils()
	})
}

func unbuffered() {
	c := make(chan int)
	rule("unbuffered len and cap", len(c), cap(c))
	send := start(func() { c <- 1 })
	rule("unbuffered send, nobody receives", send)
	rule("unbuffered len with a blocked sender", len(c))
	rule("unbuffered receive from a blocked sender", <-c)
	rule("that sender after the receive", send)

	received := 0
	receive := start(func() { received = <-c })
	rule("unbuffered receive, nobody sends", receive)
	c <- 2
	rule("that receiver after a send", receive)
	rule("that receiver got", received)

	rule("non-blocking send, nobody receives", trySend(c, 1))
	rule("non-blocking receive, nobody sends", tryReceive(c))
	receive = start(func() { received = <-c })
	rule("a receiver waits", receive)
	rule("non-blocking send, one receiver waits", trySend(c, 3))
	rule("non-blocking send right after it", trySend(c, 4))
	synctest.Wait()
	rule("the waiting receiver got", received)
	send = start(func() { c <- 5 })
	rule("a sender waits", send)
	rule("non-blocking receive, one sender waits", tryReceive(c))

	self := make(chan int)
	rule("select with a send and a receive on one channel meets itself", start(func() {
		select {
		case self <- 1:
		case <-self:
		}
	}))
	rule("a second one meets the first", start(func() {
		select {
		case self <- 1:
		case <-self:
		}
	}))
	rule("make with a negative size", caught(func() {
		negative := -1
		_ = make(chan int, negative)
	}))
}

func buffered() {
	c := make(chan int, 2)
	rule("buffered empty len and cap", len(c), cap(c))
	rule("non-blocking receive from empty", tryReceive(c))
	rule("first send", start(func() { c <- 1 }))
	rule("second send fills it", start(func() { c <- 2 }))
	rule("full len and cap", len(c), cap(c))
	rule("non-blocking send to full", trySend(c, 9))
	third := start(func() { c <- 3 })
	rule("third send", third)
	fourth := start(func() { c <- 4 })
	rule("fourth send", fourth)
	rule("len with two blocked senders", len(c))
	rule("receive gives the oldest", <-c)
	rule("len right after it, a blocked sender's value has moved in", len(c))
	rule("third send after one receive", third)
	rule("fourth send after one receive", fourth)
	rule("non-blocking send while a sender is blocked", trySend(c, 9))
	rule("the rest in order", <-c, <-c, <-c)
	rule("len when drained", len(c))

	var got []int
	receiver := start(func() { got = append(got, <-c, <-c) })
	rule("receiver of two values, none sent", receiver)
	c <- 5
	rule("len right after a send to a waiting receiver", len(c))
	synctest.Wait()
	c <- 6
	rule("receiver of two values, two sent", receiver)
	rule("receiver of two values got", got)
}

func order() {
	c := make(chan int)
	for i := 1; i <= 5; i++ {
		start(func() { c <- i }).settle()
	}
	rule("blocked senders are served in order of arrival", <-c, <-c, <-c, <-c, <-c)

	got := [6]int{}
	for i := 1; i <= 5; i++ {
		start(func() { got[i] = <-c }).settle()
	}
	for i := 1; i <= 5; i++ {
		c <- i * 10
	}
	synctest.Wait()
	rule("blocked receivers are served in order of arrival", got[1:])

	other := make(chan int)
	start(func() { c <- 1 }).settle()
	start(func() {
		select {
		case c <- 2:
		case other <- 2:
		}
	}).settle()
	start(func() { c <- 3 }).settle()
	rule("a sender blocked in select stands in the same queue", <-c, <-c, <-c)

	one := make(chan int, 1)
	one <- 1
	for i := 2; i <= 4; i++ {
		start(func() { one <- i }).settle()
	}
	rule("buffered gives the buffer, then blocked senders in order of arrival", <-one, <-one, <-one, <-one)
}

func closed() {
	c := make(chan int, 3)
	c <- 1
	c <- 2
	close(c)
	rule("closed with two buffered: len and cap", len(c), cap(c))
	for _, name := range []string{"first", "second", "third", "fourth"} {
		value, ok := <-c
		rule(name+" receive from it", value, ok)
	}
	rule("non-blocking receive from closed", tryReceive(c))
	rule("send on closed", caught(func() { c <- 1 }))
	rule("non-blocking send on closed", caught(func() { trySend(c, 1) }))
	rule("close of closed", caught(func() { close(c) }))
	rule("close of nil", caught(func() { var c chan int; close(c) }))

	ranged := make(chan int, 3)
	ranged <- 1
	ranged <- 2
	close(ranged)
	var got []int
	for value := range ranged {
		got = append(got, value)
	}
	rule("range over closed with two buffered", got)
	open := make(chan int)
	got = nil
	over := start(func() {
		for value := range open {
			got = append(got, value)
		}
	})
	open <- 7
	rule("range over open, one value sent", over)
	close(open)
	rule("that range after close", over)
	rule("that range got", got)

	c = make(chan int)
	texts := make([]string, 3)
	for i := range texts {
		start(func() { texts[i] = caught(func() { c <- i }) }).settle()
	}
	close(c)
	synctest.Wait()
	for i, text := range texts {
		rule(fmt.Sprintf("sender %d blocked when the channel is closed", i+1), text)
	}
	value, ok := <-c
	rule("receive after that", value, ok)

	c = make(chan int)
	for i := range texts {
		start(func() { value, ok := <-c; texts[i] = fmt.Sprint(value, ok) }).settle()
	}
	close(c)
	synctest.Wait()
	for i, text := range texts {
		rule(fmt.Sprintf("receiver %d blocked when the channel is closed", i+1), text)
	}

	c = make(chan int, 1)
	c <- 1
	text := ""
	start(func() { text = caught(func() { c <- 2 }) }).settle()
	close(c)
	synctest.Wait()
	rule("sender blocked on a full channel when it is closed", text)
	first, firstOk := <-c
	second, secondOk := <-c
	rule("what is left in it", first, firstOk, second, secondOk)
	rule("len of closed and drained", len(c))
}

func nils() {
	var c chan int
	rule("nil len and cap", len(c), cap(c))
	rule("send on nil", start(func() { c <- 1 }))
	rule("receive from nil", start(func() { <-c }))
	rule("range over nil", start(func() {
		for range c {
		}
	}))
	rule("non-blocking send on nil", trySend(c, 1))
	rule("non-blocking receive from nil", tryReceive(c))
	rule("channels compare by identity", make(chan int) == make(chan int), c == nil)
}

func trySend(c chan int, value int) string {
	select {
	case c <- value:
		return "sent"
	default:
		return "default"
	}
}

func tryReceive(c chan int) string {
	select {
	case value, ok := <-c:
		return fmt.Sprint(value, " ", ok)
	default:
		return "default"
	}
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

// task prints as "blocked" or "done", after everyone has gone as far as they can.
type task struct{ done *bool }

func start(f func()) task {
	done := false
	go func() { f(); done = true }()
	return task{&done}
}

func (t task) settle() { synctest.Wait() }

func (t task) String() string {
	synctest.Wait()
	if *t.done {
		return "done"
	}
	return "blocked"
}

// bubble runs f on synctest's virtual clock, then ends the process whatever f leaves behind.
func bubble(f func()) {
	everything := func(string, string) (bool, error) { return true, nil }
	inside := func(t *testing.T) { synctest.Test(t, func(*testing.T) { f(); os.Exit(0) }) }
	testing.Main(everything, []testing.InternalTest{{Name: "oracle", F: inside}}, nil, nil)
}
