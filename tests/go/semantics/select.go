//go:build ignore

// Select: one line for each rule, "rule: answer". In a bubble, so "blocked" is exact: nobody can go on.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func main() {
	bubble(func() {
		nilCases()
		defaults()
		choice()
		waiting()
		closing()
		evaluation()
	})
}

func nilCases() {
	var none chan int
	ready := make(chan int, 1)
	rule("nil receive beside a ready case, chosen of 1000", count(1000, func() bool {
		ready <- 1
		select {
		case <-none:
			return true
		case <-ready:
			return false
		}
	}))
	rule("nil send beside a ready case, chosen of 1000", count(1000, func() bool {
		ready <- 1
		select {
		case none <- 1:
			return true
		case <-ready:
			return false
		}
	}))
	rule("only nil cases and default", selected(func() string {
		select {
		case <-none:
			return "receive"
		case none <- 1:
			return "send"
		default:
			return "default"
		}
	}))
	rule("only nil cases", start(func() {
		select {
		case <-none:
		case none <- 1:
		}
	}))
	rule("no cases", start(func() { select {} }))
	var noTimer <-chan time.Time
	rule("a nil timer channel switches its case off", selected(func() string {
		select {
		case <-noTimer:
			return "timer"
		case <-time.After(time.Hour):
			return "the other"
		}
	}))
}

func defaults() {
	c := make(chan int, 1)
	look := func() string {
		select {
		case value := <-c:
			return fmt.Sprint("received ", value)
		default:
			return "default"
		}
	}
	rule("default, nothing ready", look())
	c <- 1
	rule("default, a value ready", look())
	rule("default chosen of 1000 while a case is ready", count(1000, func() bool {
		c <- 1
		return look() == "default"
	}))
	rule("only default", selected(func() string {
		select {
		default:
			return "default"
		}
	}))
	close(c)
	rule("default, closed", look())
}

func choice() {
	a, b := make(chan int), make(chan int)
	close(a)
	close(b)
	first := count(10_000, func() bool {
		select {
		case <-a:
			return true
		case <-b:
			return false
		}
	})
	rule("two ready cases, the first chosen of 10000 is between 4500 and 5500", 4500 < first && first < 5500)
	double := count(9_000, func() bool {
		select {
		case <-a:
			return true
		case <-b:
			return false
		case <-a:
			return true
		}
	})
	rule("one channel in two of three ready cases, chosen of 9000 is between 5500 and 6500", 5500 < double && double < 6500)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	room := make(chan bool, 10_000)
	sent := count(10_000, func() bool {
		select {
		case room <- true:
			return true
		case <-ctx.Done():
			return false
		}
	})
	rule("room to send and a cancelled context, sent of 10000 is between 4500 and 5500", 4500 < sent && sent < 5500)
}

func waiting() {
	a, b := make(chan int), make(chan int)
	got := ""
	either := func() {
		select {
		case value := <-a:
			got = fmt.Sprint("a ", value)
		case value := <-b:
			got = fmt.Sprint("b ", value)
		}
	}
	rule("two channels, nobody sends", start(either))
	b <- 1
	synctest.Wait()
	rule("woken by a send on b, got", got)
	rule("non-blocking send on a after that", trySend(a))
	rule("non-blocking send on b after that", trySend(b))

	start(either).settle()
	senders := [2]task{start(func() { a <- 2 }), start(func() { b <- 3 })}
	one := 0
	for _, sender := range senders {
		if sender.String() == "done" {
			one++
		}
	}
	rule("two senders for one waiting select, served", one)
	for _, c := range []chan int{a, b} {
		select {
		case <-c:
		default:
		}
	}
	synctest.Wait()

	offered := ""
	start(func() {
		select {
		case a <- 4:
			offered = "a"
		case b <- 5:
			offered = "b"
		}
	}).settle()
	rule("a select that offers on two, received from b", <-b)
	synctest.Wait()
	rule("it took the case", offered)
	rule("non-blocking receive from a after that", tryReceive(a))

	var order []int
	for i := 1; i <= 4; i++ {
		start(func() {
			select {
			case <-a:
			case <-b:
			}
			order = append(order, i)
		}).settle()
	}
	for _, c := range []chan int{b, a, b, a} {
		c <- 0
		synctest.Wait()
	}
	rule("waiting selects are served in order of arrival", order)

	rule("break in a select leaves the select only", selected(func() string {
		var passed []string
		for i := range 2 {
			select {
			default:
				if i == 0 {
					break
				}
				passed = append(passed, "body")
			}
			passed = append(passed, "after")
		}
		return strings.Join(passed, " ")
	}))
}

func closing() {
	a, b := make(chan int), make(chan int)
	got := ""
	start(func() {
		select {
		case value, ok := <-a:
			got = fmt.Sprint("a ", value, " ", ok)
		case value, ok := <-b:
			got = fmt.Sprint("b ", value, " ", ok)
		}
	}).settle()
	close(a)
	synctest.Wait()
	rule("waiting to receive when a is closed", got)

	c, d := make(chan int), make(chan int)
	start(func() {
		got = caught(func() {
			select {
			case c <- 1:
			case d <- 2:
			}
		})
	}).settle()
	close(d)
	synctest.Wait()
	rule("waiting to send when one channel is closed", got)
	rule("send on closed and default", caught(func() {
		select {
		case d <- 1:
		default:
		}
	}))
	panicked := count(1000, func() bool {
		return caught(func() {
			select {
			case d <- 1:
			case <-a:
			}
		}) != "no panic"
	})
	rule("send on closed beside another ready case panics now and then", 0 < panicked && panicked < 1000)
}

func evaluation() {
	var asked []string
	ask := func(name string, c chan int) chan int {
		asked = append(asked, name)
		return c
	}
	value := func(name string) int {
		asked = append(asked, name)
		return 1
	}
	ready := make(chan int, 1)
	ready <- 1
	select {
	case ask("first", nil) <- value("its value"):
	case <-ask("second", ready):
	case ask("third", nil) <- value("its value"):
	}
	rule("channels and values are all evaluated once, in source order", strings.Join(asked, ", "))
	rule("a time.After in a select that took another case", selected(func() string {
		start := time.Now()
		ready <- 1
		select {
		case <-ready:
		case <-time.After(time.Hour):
		}
		return fmt.Sprint("passed ", time.Since(start))
	}))
	rule("time.After in a loop starts anew each round", selected(func() string {
		start := time.Now()
		rounds := 0
		ticks := time.NewTicker(900 * time.Millisecond)
		defer ticks.Stop()
		for {
			select {
			case <-ticks.C:
				if rounds++; rounds == 5 {
					ticks.Stop()
				}
			case <-time.After(time.Second):
				return fmt.Sprintf("%d rounds, then the timer at %v", rounds, time.Since(start))
			}
		}
	}))
}

func count(times int, f func() bool) (yes int) {
	for range times {
		if f() {
			yes++
		}
	}
	return yes
}

func selected(f func() string) string { return f() }

func trySend(c chan int) string {
	select {
	case c <- 0:
		return "sent"
	default:
		return "default"
	}
}

func tryReceive(c chan int) string {
	select {
	case value := <-c:
		return fmt.Sprint(value)
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
