//go:build ignore

// Timers, tickers, sleeps: one line for each rule, "rule: answer". Virtual time; the last block on the machine's clock.
package main

import (
	"context"
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

func main() {
	realClock()
	realAtOnce()
	bubble(func() {
		timers()
		resets()
		funcs()
		tickers()
		zero()
		order()
		atOnce()
		nanoseconds()
		tick()
		unread()
		shared()
	})
}

func timers() {
	begin := time.Now()
	timer := time.NewTimer(time.Second)
	rule("timer channel len and cap", len(timer.C), cap(timer.C))
	time.Sleep(time.Second - 1)
	synctest.Wait()
	rule("timer 1ns before", poll(timer.C, begin))
	time.Sleep(1)
	synctest.Wait()
	rule("timer channel len when fired", len(timer.C))
	rule("timer at its time", poll(timer.C, begin))
	rule("timer has one value only", poll(timer.C, begin))
	rule("Stop after it fired and was received", timer.Stop())

	begin = time.Now()
	rule("After gives the time it fired", (<-time.After(time.Second)).Sub(begin), time.Since(begin))

	begin = time.Now()
	timer = time.NewTimer(time.Second)
	time.Sleep(3 * time.Second)
	rule("a value received late carries the time it was due", poll(timer.C, begin))

	timer = time.NewTimer(time.Second)
	rule("Stop before it fires", timer.Stop())
	rule("Stop again", timer.Stop())
	time.Sleep(2 * time.Second)
	rule("stopped timer after its time", poll(timer.C, begin))
	rule("receive from a stopped timer", start(func() { <-timer.C }))

	timer = time.NewTimer(time.Second)
	time.Sleep(2 * time.Second)
	synctest.Wait()
	rule("Stop after it fired, not received", timer.Stop())
	rule("no stale value after that Stop", poll(timer.C, begin))

	timer = time.NewTimer(time.Second)
	waiter := start(func() { <-timer.C })
	rule("who waits for a timer", waiter)
	rule("Stop while someone waits", timer.Stop())
	time.Sleep(2 * time.Second)
	rule("who waited for it after its time", waiter)

	begin = time.Now()
	timer = time.NewTimer(time.Second)
	first := start(func() { <-timer.C })
	first.settle()
	second := start(func() { <-timer.C })
	second.settle()
	time.Sleep(2 * time.Second)
	rule("two wait for one timer, who came first", first)
	rule("two wait for one timer, who came second", second)
}

func resets() {
	begin := time.Now()
	timer := time.NewTimer(time.Second)
	rule("Reset before it fires", timer.Reset(5*time.Second))
	time.Sleep(2 * time.Second)
	rule("reset timer after the old time", poll(timer.C, begin))
	time.Sleep(4 * time.Second)
	rule("reset timer after the new time", poll(timer.C, begin))
	rule("Reset after it fired and was received", timer.Reset(time.Second))
	rule("that Reset starts it again, fires at", (<-timer.C).Sub(begin))

	begin = time.Now()
	timer = time.NewTimer(time.Second)
	timer.Stop()
	rule("Reset after Stop", timer.Reset(time.Second))
	rule("it fires at", (<-timer.C).Sub(begin))

	begin = time.Now()
	timer = time.NewTimer(time.Second)
	time.Sleep(2 * time.Second)
	synctest.Wait()
	rule("Reset after it fired, not received", timer.Reset(5*time.Second))
	rule("no stale value after that Reset", poll(timer.C, begin))
	rule("the value that comes instead", (<-timer.C).Sub(begin))

	begin = time.Now()
	timer = time.NewTimer(time.Hour)
	waiter := start(func() { <-timer.C })
	synctest.Wait()
	timer.Reset(time.Second)
	time.Sleep(time.Second)
	rule("Reset to sooner frees who waits", waiter)
	timer = time.NewTimer(time.Second)
	rule("Reset to 0", timer.Reset(0))
	begin = time.Now()
	rule("after that it fires at", (<-timer.C).Sub(begin))

	rule("Stop of a Timer never made", caught(func() { new(time.Timer).Stop() }))
	rule("Reset of a Timer never made", caught(func() { new(time.Timer).Reset(1) }))
}

func funcs() {
	ran := 0
	timer := time.AfterFunc(time.Second, func() { ran++ })
	rule("AfterFunc has no channel", timer.C == nil)
	rule("AfterFunc Stop before", timer.Stop())
	time.Sleep(2 * time.Second)
	rule("AfterFunc stopped ran", ran)
	rule("AfterFunc Reset after Stop", timer.Reset(time.Second))
	time.Sleep(2 * time.Second)
	synctest.Wait()
	rule("AfterFunc ran after Reset", ran)
	rule("AfterFunc Stop after it ran", timer.Stop())
	rule("AfterFunc Reset after it ran", timer.Reset(time.Second))
	time.Sleep(2 * time.Second)
	synctest.Wait()
	rule("AfterFunc ran twice", ran)
	hold := make(chan int)
	timer = time.AfterFunc(time.Second, func() { <-hold })
	time.Sleep(2 * time.Second)
	rule("AfterFunc Stop while it runs", timer.Stop())
	hold <- 1
}

func tickers() {
	begin := time.Now()
	ticker := time.NewTicker(time.Second)
	rule("ticker channel len and cap", len(ticker.C), cap(ticker.C))
	rule("ticks at", (<-ticker.C).Sub(begin), (<-ticker.C).Sub(begin), (<-ticker.C).Sub(begin))
	time.Sleep(3500 * time.Millisecond)
	rule("a receiver 3.5 periods late gets the tick of", poll(ticker.C, begin))
	rule("a second one at once", poll(ticker.C, begin))
	tick := <-ticker.C
	rule("and then the tick of", tick.Sub(begin), time.Since(begin))

	ticker.Stop()
	time.Sleep(5 * time.Second)
	rule("stopped ticker", poll(ticker.C, begin))
	rule("receive from a stopped ticker", start(func() { <-ticker.C }))
	ticker.Stop()
	rule("Stop twice", "no panic")

	begin = time.Now()
	ticker = time.NewTicker(time.Second)
	time.Sleep(1500 * time.Millisecond)
	synctest.Wait()
	ticker.Stop()
	rule("no stale tick after Stop", poll(ticker.C, begin))
	ticker.Reset(2 * time.Second)
	rule("Reset of a stopped ticker, ticks at", (<-ticker.C).Sub(begin), (<-ticker.C).Sub(begin))
	ticker.Stop()

	begin = time.Now()
	ticker = time.NewTicker(time.Second)
	time.Sleep(1500 * time.Millisecond)
	synctest.Wait()
	ticker.Reset(2 * time.Second)
	rule("no stale tick after Reset", poll(ticker.C, begin))
	rule("Reset counts from its own moment, ticks at", (<-ticker.C).Sub(begin), (<-ticker.C).Sub(begin))
	ticker.Stop()

	rule("NewTicker of 0", caught(func() { time.NewTicker(0) }))
	rule("NewTicker of -1s", caught(func() { time.NewTicker(-time.Second) }))
	rule("Ticker.Reset to 0", caught(func() { time.NewTicker(1).Reset(0) }))
	rule("Tick of 0 is nil", time.Tick(0) == nil)
	rule("Tick of -1s is nil", time.Tick(-time.Second) == nil)
	rule("Ticker.Reset of a Ticker never made", caught(func() { new(time.Ticker).Reset(1) }))
	rule("Stop of a Ticker never made", caught(func() { new(time.Ticker).Stop() }))
}

func zero() {
	begin := time.Now()
	for _, wait := range []time.Duration{0, -time.Second} {
		rule(fmt.Sprintf("After(%v) fires at", wait), (<-time.After(wait)).Sub(begin))
		rule(fmt.Sprintf("NewTimer(%v) fires at", wait), (<-time.NewTimer(wait).C).Sub(begin))
		time.Sleep(wait)
		rule(fmt.Sprintf("Sleep(%v) takes", wait), time.Since(begin))
	}
	timer := time.NewTimer(0)
	synctest.Wait()
	rule("NewTimer(0) is ready once everyone has gone as far as they can", poll(timer.C, begin))
	timer = time.NewTimer(time.Hour)
	rule("Stop of a timer, then Reset(0)", timer.Stop(), timer.Reset(0))
}

func order() {
	var woken []int
	for i, wait := range []int{3, 1, 2} {
		go func() {
			time.Sleep(time.Duration(wait) * time.Second)
			woken = append(woken, i)
		}()
	}
	time.Sleep(4 * time.Second)
	rule("sleeps of 3s, 1s, 2s wake in the order", woken)
	begin := time.Now()
	time.Sleep(time.Millisecond)
	time.Sleep(999 * time.Millisecond)
	rule("sleeps add up exactly in virtual time", time.Since(begin))
	begin = time.Now()
	for range 1_000_000 {
		_ = begin
	}
	rule("work between waits takes virtual time", time.Since(begin))
}

// The return values once more on the machine's clock, where no bubble could change them.
func realClock() {
	timer := time.NewTimer(time.Millisecond)
	time.Sleep(20 * time.Millisecond)
	rule("machine's clock, Stop after it fired, not received", timer.Stop())
	rule("machine's clock, no stale value after that Stop", poll(timer.C, time.Now()))
	timer = time.NewTimer(time.Millisecond)
	time.Sleep(20 * time.Millisecond)
	rule("machine's clock, Reset after it fired, not received", timer.Reset(time.Hour))
	rule("machine's clock, no stale value after that Reset", poll(timer.C, time.Now()))
	timer = time.NewTimer(time.Millisecond)
	<-timer.C
	rule("machine's clock, Stop after it was received", timer.Stop())
	rule("machine's clock, Reset after it was received", timer.Reset(time.Hour))
	rule("machine's clock, timer channel len and cap", len(timer.C), cap(timer.C))
	timer = time.NewTimer(time.Millisecond)
	time.Sleep(20 * time.Millisecond)
	rule("machine's clock, timer channel len when fired", len(timer.C))
	rule("machine's clock, Stop after that look at len", timer.Stop())
}

// Ready at once: a channel of no time has its value before anybody could wait.
func realAtOnce() {
	rule("machine's clock, NewTimer(0) is ready at once, of 1000", count(func() bool { return poll(time.NewTimer(0).C, time.Now()) != "nothing" }))
	rule("machine's clock, After(0) is ready at once, of 1000", count(func() bool { return poll(time.After(0), time.Now()) != "nothing" }))
	rule("machine's clock, After(-1s) is ready at once, of 1000", count(func() bool { return poll(time.After(-time.Second), time.Now()) != "nothing" }))
}

func atOnce() {
	begin := time.Now()
	rule("NewTimer(0) is ready at once", poll(time.NewTimer(0).C, begin))
	rule("After(0) is ready at once", poll(time.After(0), begin))
	rule("After(-1s) is ready at once", poll(time.After(-time.Second), begin))
	rule("Reset(0) is ready at once", poll(reset(time.NewTimer(time.Hour), 0), begin))
	rule("After(1ns) is ready at once", poll(time.After(1), begin))
	ready := make(chan int, 1)
	chosen := count(func() bool {
		ready <- 1
		select {
		case <-time.After(0):
			<-ready
			return true
		case <-ready:
			return false
		}
	})
	rule("After(0) beside a ready case, chosen of 1000 is between 400 and 600", 400 < chosen && chosen < 600)
	timer := time.NewTimer(0)
	rule("Stop of NewTimer(0), not received", timer.Stop())
	rule("no stale value after that Stop of NewTimer(0)", poll(timer.C, begin))
	timer = time.NewTimer(0)
	<-timer.C
	rule("Stop of NewTimer(0), received", timer.Stop())
	ran := false
	timer = time.AfterFunc(0, func() { ran = true })
	rule("AfterFunc(0) has run at once", ran)
	synctest.Wait()
	rule("AfterFunc(0) has run once everyone has gone as far as they can", ran)
	rule("AfterFunc(0) Stop after it ran", timer.Stop())
}

func reset(timer *time.Timer, wait time.Duration) <-chan time.Time {
	timer.Reset(wait)
	return timer.C
}

func nanoseconds() {
	begin := time.Now()
	late, soon := time.After(900), time.After(100)
	select {
	case at := <-late:
		rule("timers of 900ns and 100ns, the first is that of", at.Sub(begin))
	case at := <-soon:
		rule("timers of 900ns and 100ns, the first is that of", at.Sub(begin))
	}
	rule("and it is", time.Since(begin))
	rule("the other fires at", (<-late).Sub(begin))
	begin = time.Now()
	for range 1000 {
		time.Sleep(1)
	}
	rule("a thousand sleeps of 1ns take", time.Since(begin))
	begin = time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 1500)
	<-ctx.Done()
	rule("WithTimeout(1.5µs) is done after", time.Since(begin))
	cancel()
	begin = time.Now()
	ticker := time.NewTicker(300)
	rule("a ticker of 300ns ticks at", (<-ticker.C).Sub(begin), (<-ticker.C).Sub(begin), (<-ticker.C).Sub(begin), (<-ticker.C).Sub(begin))
	ticker.Stop()
	var woken []int
	for _, wait := range []int{5, 1, 4, 2, 3} {
		go func() {
			time.Sleep(time.Duration(wait))
			woken = append(woken, wait)
		}()
	}
	time.Sleep(6)
	rule("sleeps of 5ns, 1ns, 4ns, 2ns, 3ns wake in the order", woken)
}

func tick() {
	begin := time.Now()
	ticks := time.Tick(time.Second)
	rule("Tick ticks at", (<-ticks).Sub(begin), (<-ticks).Sub(begin))
	time.Sleep(2500 * time.Millisecond)
	rule("Tick, a receiver 2.5 periods late gets the tick of", poll(ticks, begin))
	rule("Tick, a second one at once", poll(ticks, begin))
	rule("receive from Tick of 0", start(func() { <-time.Tick(0) }))
}

// A tick that nobody received stays in the channel, and the ones after it are lost: the receiver sees the first.
func unread() {
	begin := time.Now()
	ticker := time.NewTicker(time.Second)
	time.Sleep(10500 * time.Millisecond)
	rule("nobody looked for 10.5 periods, the tick is that of", poll(ticker.C, begin))
	rule("nobody looked for 10.5 periods, a second one at once", poll(ticker.C, begin))
	rule("nobody looked for 10.5 periods, the next is that of", (<-ticker.C).Sub(begin))
	rule("and the next of", (<-ticker.C).Sub(begin))
	time.Sleep(time.Second)
	rule("looked exactly at a tick", poll(ticker.C, begin))
	time.Sleep(5500 * time.Millisecond)
	ticker.Reset(2 * time.Second)
	rule("Reset while a tick is unread, ticks at", (<-ticker.C).Sub(begin), (<-ticker.C).Sub(begin))
	ticker.Reset(time.Second)
	waiter := start(func() { <-ticker.C })
	waiter.settle()
	time.Sleep(10500 * time.Millisecond)
	rule("one waited and nobody after, it", waiter)
	rule("one waited and nobody after, the tick is that of", poll(ticker.C, begin))
	ticker.Stop()

	begin = time.Now()
	ticker = time.NewTicker(time.Second)
	time.Sleep(1500 * time.Millisecond)
	other := make(chan int)
	go func() { time.Sleep(3 * time.Second); other <- 1 }()
	got := ""
	for range 3 {
		select {
		case at := <-ticker.C:
			got += fmt.Sprint(at.Sub(begin), " ")
		case <-other:
			got += "other "
		}
	}
	rule("select with a tick waiting, then two more", got)
	ticker.Stop()
}

func shared() {
	begin := time.Now()
	timer := time.NewTimer(time.Hour)
	waiter := start(func() { <-timer.C })
	waiter.settle()
	resetter := start(func() { timer.Reset(time.Second) })
	resetter.settle()
	time.Sleep(time.Second)
	rule("another goroutine resets the timer, who waits", waiter)
	ticker := time.NewTicker(time.Second)
	first, second := start(func() { <-ticker.C }), start(func() { <-ticker.C })
	first.settle()
	time.Sleep(time.Second)
	one := fmt.Sprint(first) != fmt.Sprint(second)
	rule("two wait for one ticker, one is served by the first tick", one)
	time.Sleep(time.Second)
	rule("and the other by the second", first, second)
	start(ticker.Stop).settle()
	rule("another goroutine stops the ticker", start(func() { <-ticker.C }))
	rule("that all took", time.Since(begin))
}

func count(f func() bool) (yes int) {
	for range 1000 {
		if f() {
			yes++
		}
	}
	return yes
}

func poll(c <-chan time.Time, begin time.Time) string {
	select {
	case at := <-c:
		return at.Sub(begin).String()
	default:
		return "nothing"
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
