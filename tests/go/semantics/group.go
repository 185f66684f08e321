//go:build ignore

// golang.org/x/sync: errgroup and semaphore: one line for each rule, "rule: answer". Virtual time. The two packages are
// not in the standard library: record.sh takes a checkout of github.com/golang/sync in X_SYNC, or leaves this file out.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

func main() {
	bubble(func() {
		groups()
		contexts()
		limits()
		weights()
		queues()
		cancels()
		misuse()
	})
}

var first, second = errors.New("first"), errors.New("second")

func groups() {
	var group errgroup.Group
	rule("Wait of an empty group", group.Wait())
	ran := 0
	for range 3 {
		group.Go(func() error { ran++; return nil })
	}
	rule("Go returns before its function runs", ran)
	rule("Wait without an error", group.Wait())
	rule("all have run", ran)
	group = errgroup.Group{}
	group.Go(func() error { time.Sleep(2 * time.Second); return second })
	group.Go(func() error { time.Sleep(time.Second); return first })
	group.Go(func() error { time.Sleep(3 * time.Second); ran = 100; return nil })
	begin := time.Now()
	rule("Wait gives the first error", group.Wait())
	rule("Wait waits for all, with an error too", ran, time.Since(begin))
	rule("Wait again gives the same", group.Wait())
	group.Go(func() error { return second })
	rule("Wait after another Go gives the first error still", group.Wait())
	var other errgroup.Group
	hold := make(chan int)
	other.Go(func() error { <-hold; return nil })
	waiter := start(func() { other.Wait() })
	rule("Wait while one runs", waiter)
	hold <- 1
	rule("Wait after it returned", waiter)
	var inside errgroup.Group
	inside.Go(func() error {
		inside.Go(func() error { return first })
		return nil
	})
	rule("Go inside of Go, Wait gives", inside.Wait())
}

func contexts() {
	group, ctx := errgroup.WithContext(context.Background())
	group.Go(func() error { time.Sleep(time.Second); return first })
	begin := time.Now()
	heard := time.Duration(0)
	group.Go(func() error { <-ctx.Done(); heard = time.Since(begin); return ctx.Err() })
	rule("WithContext, live Err", ctx.Err())
	rule("WithContext, Wait gives", group.Wait())
	rule("WithContext, the other heard it at", heard)
	rule("WithContext, Err and Cause", ctx.Err(), context.Cause(ctx))
	group, ctx = errgroup.WithContext(context.Background())
	group.Go(func() error { return nil })
	rule("WithContext without an error, Wait gives", group.Wait())
	rule("WithContext without an error, Err and Cause after Wait", ctx.Err(), context.Cause(ctx))
	parent, cancel := context.WithCancel(context.Background())
	group, ctx = errgroup.WithContext(parent)
	group.Go(func() error { <-ctx.Done(); return ctx.Err() })
	cancel()
	rule("WithContext of a parent that is cancelled, Wait gives", group.Wait())
	group, ctx = errgroup.WithContext(context.Background())
	group.Go(func() error { return first })
	synctest.Wait()
	rule("WithContext, an error cancels before Wait", ctx.Err(), context.Cause(ctx))
}

func limits() {
	var group errgroup.Group
	group.SetLimit(2)
	hold := make(chan int)
	running := 0
	work := func() error { running++; <-hold; running--; return nil }
	group.Go(work)
	group.Go(work)
	rule("SetLimit(2), TryGo of a third", group.TryGo(work))
	third := start(func() { group.Go(work) })
	rule("SetLimit(2), Go of a third", third)
	rule("SetLimit(2), running", running)
	hold <- 1
	rule("SetLimit(2), Go of a third when one has returned", third)
	rule("SetLimit(2), running then", running)
	hold <- 1
	synctest.Wait()
	rule("SetLimit(2), TryGo with room", group.TryGo(work))
	rule("SetLimit while two run", caught(func() { group.SetLimit(5) }))
	hold <- 1
	hold <- 1
	rule("SetLimit(2), Wait", group.Wait())
	rule("SetLimit when all have returned", caught(func() { group.SetLimit(5) }))
	group.SetLimit(0)
	rule("SetLimit(0), TryGo", group.TryGo(work))
	rule("SetLimit(0), Go", start(func() { group.Go(work) }))
	var free errgroup.Group
	free.SetLimit(1)
	free.SetLimit(-1)
	free.Go(work)
	rule("SetLimit(-1), TryGo of a second", free.TryGo(work))
	hold <- 1
	hold <- 1
	free.Wait()
	var order errgroup.Group
	order.SetLimit(1)
	served := []int{}
	order.Go(func() error { <-hold; return nil })
	for i := range 3 {
		start(func() { order.Go(func() error { served = append(served, i); return nil }) }).settle()
	}
	hold <- 1
	synctest.Wait()
	rule("SetLimit(1), who waited in Go is served in order of arrival", served)
}

func weights() {
	weighted := semaphore.NewWeighted(3)
	ctx := context.Background()
	rule("TryAcquire of 2 of 3", weighted.TryAcquire(2))
	rule("TryAcquire of 2 of 1", weighted.TryAcquire(2))
	rule("TryAcquire of 1 of 1", weighted.TryAcquire(1))
	rule("TryAcquire of 0 of 0", weighted.TryAcquire(0))
	waiter := start(func() { weighted.Acquire(ctx, 1) })
	rule("Acquire when all is held", waiter)
	weighted.Release(1)
	rule("Acquire after a Release", waiter)
	weighted.Release(3)
	rule("Acquire with room gives", weighted.Acquire(ctx, 3))
	weighted.Release(3)
	rule("Acquire of more than there is", start(func() { weighted.Acquire(ctx, 4) }))
	rule("TryAcquire of more than there is", weighted.TryAcquire(4))
	rule("who wants more than there is blocks nobody", weighted.TryAcquire(3))
	weighted.Release(3)
	limited, cancel := context.WithTimeout(ctx, time.Second)
	begin := time.Now()
	rule("Acquire of more than there is, with a deadline", weighted.Acquire(limited, 4))
	rule("it took", time.Since(begin))
	cancel()
}

func queues() {
	ctx := context.Background()
	weighted := semaphore.NewWeighted(10)
	weighted.Acquire(ctx, 9)
	var order []string
	want := func(name string, n int64) task {
		waiter := start(func() {
			weighted.Acquire(ctx, n)
			order = append(order, name)
		})
		waiter.settle()
		return waiter
	}
	big := want("big", 5)
	small := want("small", 1)
	rule("a big waiter, then a small one, though there is room for it", big, small)
	rule("TryAcquire of 1 while a big one waits", weighted.TryAcquire(1))
	weighted.Release(3)
	rule("too little is released for the big one", big, small)
	weighted.Release(1)
	rule("enough is released for the big one", big, small)
	weighted.Release(1)
	rule("and for the small one", big, small)
	rule("they were served in the order", order)
	order = nil
	weighted = semaphore.NewWeighted(3)
	weighted.Acquire(ctx, 3)
	want("a", 1)
	want("b", 1)
	want("c", 2)
	want("d", 1)
	weighted.Release(3)
	synctest.Wait()
	rule("a Release of 3 serves of 1, 1, 2, 1", len(order))
	weighted.Release(1)
	synctest.Wait()
	rule("a Release of 1 more serves", order[2:])
	weighted.Release(1)
	synctest.Wait()
	rule("another serves", order[3:])
}

func cancels() {
	weighted := semaphore.NewWeighted(2)
	ctx, cancel := context.WithCancel(context.Background())
	weighted.Acquire(context.Background(), 2)
	var got error
	waiter := start(func() { got = weighted.Acquire(ctx, 2) })
	waiter.settle()
	small := start(func() { weighted.Acquire(context.Background(), 1) })
	small.settle()
	weighted.Release(1)
	rule("a waiter for 2 and one for 1, one is free", waiter, small)
	cancel()
	rule("the first one's context is cancelled", waiter, small)
	rule("its Acquire gave", got)
	rule("Acquire with room and a cancelled context gives", semaphore.NewWeighted(2).Acquire(ctx, 1))
	full := semaphore.NewWeighted(1)
	full.Acquire(context.Background(), 1)
	rule("Acquire without room and with a cancelled context gives", full.Acquire(ctx, 1))
	limited, stop := context.WithTimeout(context.Background(), time.Second)
	begin := time.Now()
	rule("Acquire with a deadline gives", full.Acquire(limited, 1))
	rule("at", time.Since(begin))
	stop()
	ctx, cancel = context.WithCancel(context.Background())
	waiter = start(func() { got = full.Acquire(ctx, 1) })
	waiter.settle()
	full.Release(1)
	cancel()
	rule("released and cancelled at once", waiter)
	rule("released and cancelled at once, its Acquire gave", got)
	rule("released and cancelled at once, nothing is lost", full.TryAcquire(1))
}

func misuse() {
	rule("Release more than held", caught(func() { semaphore.NewWeighted(2).Release(1) }))
	weighted := semaphore.NewWeighted(2)
	rule("Release of 0", caught(func() { weighted.Release(0) }))
	rule("TryAcquire of a semaphore of 0", semaphore.NewWeighted(0).TryAcquire(1))
	rule("Acquire of a semaphore of 0", start(func() { semaphore.NewWeighted(0).Acquire(context.Background(), 1) }))
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
