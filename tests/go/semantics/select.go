//go:build ignore

// Select: one line for each rule, "rule: answer". In a bubble, so "blocked" is exact: nobody can go on.
package main

import (
	"context"
	"fmt"
	"os"
	"reflect"
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
		manyCases()
		atRunTime()
		closedAndDefault()
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

// As many cases as a program likes, of any kinds.
func manyCases() {
	channels := make([]chan int, 9)
	for i := range channels {
		channels[i] = make(chan int, 1)
	}
	look := func() string {
		select {
		case v := <-channels[0]:
			return fmt.Sprint("0 ", v)
		case v := <-channels[1]:
			return fmt.Sprint("1 ", v)
		case v := <-channels[2]:
			return fmt.Sprint("2 ", v)
		case v := <-channels[3]:
			return fmt.Sprint("3 ", v)
		case v := <-channels[4]:
			return fmt.Sprint("4 ", v)
		case v := <-channels[5]:
			return fmt.Sprint("5 ", v)
		case channels[6] <- 6:
			return "sent 6"
		case channels[7] <- 7:
			return "sent 7"
		case v := <-channels[8]:
			return fmt.Sprint("8 ", v)
		default:
			return "default"
		}
	}
	channels[6] <- 0
	channels[7] <- 0
	rule("nine cases, nothing ready", look())
	for _, i := range []int{0, 4, 5, 8} {
		channels[i] <- 10 + i
		rule(fmt.Sprint("nine cases, ready is ", i), look())
	}
	<-channels[7]
	rule("nine cases, room in 7", look())
	<-channels[6]
	rule("nine cases, room in 6", look())
	var chosen [6]int
	for i := range 6 {
		close(channels[i])
	}
	for range 6000 {
		chosen[look()[0]-'0']++
	}
	fair := true
	for _, times := range chosen {
		fair = fair && 850 < times && times < 1150
	}
	rule("six of nine ready, each chosen of 6000 is between 850 and 1150", fair)

	a, b, c, d, e, f := make(chan int), make(chan string), make(chan int), make(chan bool), make(chan int), make(chan int)
	got := ""
	waiter := start(func() {
		select {
		case v := <-a:
			got = fmt.Sprint("a ", v)
		case v := <-b:
			got = fmt.Sprint("b ", v)
		case c <- 1:
			got = "c"
		case v := <-d:
			got = fmt.Sprint("d ", v)
		case v := <-e:
			got = fmt.Sprint("e ", v)
		case v, ok := <-f:
			got = fmt.Sprint("f ", v, " ", ok)
		case <-time.After(time.Hour):
			got = "an hour"
		}
	})
	rule("seven cases, nobody comes", waiter)
	close(f)
	synctest.Wait()
	rule("seven cases, the sixth is closed", got)
	rule("it left the queues of the others", trySend(a), trySend(e), tryReceive(c))
}

// reflect.Select: the cases are a slice.
func atRunTime() {
	channels := make([]chan int, 20)
	cases := make([]reflect.SelectCase, 20)
	for i := range channels {
		channels[i] = make(chan int)
		cases[i] = reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(channels[i])}
	}
	got := ""
	choose := func() {
		i, value, ok := reflect.Select(cases)
		got = fmt.Sprint(i, " ", value, " ", ok)
	}
	waiter := start(choose)
	rule("twenty cases at run time, nobody comes", waiter)
	channels[13] <- 7
	synctest.Wait()
	rule("twenty cases at run time, a send to 13", got)
	rule("twenty cases at run time, the others are free", trySend(channels[12]), trySend(channels[14]))
	start(choose).settle()
	close(channels[17])
	synctest.Wait()
	rule("twenty cases at run time, 17 is closed", got)
	rule("twenty cases at run time, 17 is closed already", selected(func() string { choose(); return got }))
	receiver := start(func() { <-channels[2] })
	receiver.settle()
	cases = []reflect.SelectCase{{Dir: reflect.SelectSend, Chan: reflect.ValueOf(channels[2]), Send: reflect.ValueOf(3)}, {Dir: reflect.SelectDefault}}
	i, _, _ := reflect.Select(cases)
	synctest.Wait()
	rule("a send and default at run time, somebody receives", i, receiver)
	i, _, _ = reflect.Select(cases)
	rule("a send and default at run time, nobody receives", i)
	rule("no cases at run time", start(func() { reflect.Select(nil) }))
	cases = []reflect.SelectCase{{Dir: reflect.SelectSend, Chan: reflect.ValueOf(channels[17]), Send: reflect.ValueOf(3)}, {Dir: reflect.SelectDefault}}
	rule("a send on closed and default at run time", caught(func() { reflect.Select(cases) }))
}

// default never hides a send on a closed channel, whatever stands beside it.
func closedAndDefault() {
	closed, open, full := make(chan int), make(chan int), make(chan int, 1)
	close(closed)
	full <- 1
	rule("send on closed, a receive that waits, default", caught(func() {
		select {
		case closed <- 1:
		case <-open:
		default:
		}
	}))
	rule("a full channel, send on closed, default", caught(func() {
		select {
		case full <- 1:
		case closed <- 1:
		default:
		}
	}))
	panicked := count(1000, func() bool {
		return caught(func() {
			select {
			case closed <- 1:
			case <-closed:
			default:
			}
		}) != "no panic"
	})
	rule("send on closed, a ready receive, default panics now and then", 0 < panicked && panicked < 1000)
	rule("a loop of send on closed and default", caught(func() {
		for {
			select {
			case closed <- 1:
			default:
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
