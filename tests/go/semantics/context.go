//go:build ignore

// Contexts: one line for each rule, "rule: answer". Virtual time.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

func main() {
	bubble(func() {
		roots()
		cancelling()
		tree()
		deadlines()
		causes()
		values()
		afterFunc()
	})
}

func roots() {
	ctx := context.Background()
	_, limited := ctx.Deadline()
	rule("Background Done is nil", ctx.Done() == nil)
	rule("Background Err", ctx.Err())
	rule("Background Cause", context.Cause(ctx))
	rule("Background has a deadline", limited)
	rule("Background prints as", ctx)
	rule("TODO Done is nil", context.TODO().Done() == nil)
	rule("TODO prints as", context.TODO())
	rule("receive from Done of Background", start(func() { <-context.Background().Done() }))
	rule("WithCancel of nil", caught(func() { context.WithCancel(nil) }))
	rule("WithTimeout of nil", caught(func() { context.WithTimeout(nil, time.Second) }))
}

func cancelling() {
	ctx, cancel := context.WithCancel(context.Background())
	rule("live Err", ctx.Err())
	rule("live Done", closed(ctx))
	rule("Done is the same channel each time", ctx.Done() == ctx.Done())
	waiters := []task{start(func() { <-ctx.Done() }), start(func() { <-ctx.Done() }), start(func() { <-ctx.Done() })}
	rule("three who wait on Done", waiters)
	cancel()
	rule("Err right after cancel", ctx.Err())
	rule("Done right after cancel", closed(ctx))
	rule("three who waited on Done", waiters)
	cancel()
	rule("Err after a second cancel", ctx.Err())
	rule("Err is context.Canceled", ctx.Err() == context.Canceled, errors.Is(ctx.Err(), context.Canceled))
	_, ok := <-ctx.Done()
	rule("receive from closed Done", ok)
	rule("WithCancel prints as", ctx)

	ctx, cancel = context.WithCancel(context.Background())
	waiter := start(func() { <-ctx.Done() })
	for range 5 {
		go cancel()
	}
	rule("five cancels at once, who waited on Done", waiter)
	rule("five cancels at once, Err", ctx.Err())
}

func tree() {
	parent, cancelParent := context.WithCancel(context.Background())
	first, cancelFirst := context.WithCancel(parent)
	second, cancelSecond := context.WithCancel(parent)
	grandchild, cancelGrandchild := context.WithCancel(second)
	errs := func() string {
		return fmt.Sprintf("parent %v, first %v, second %v, grandchild %v", parent.Err(), first.Err(), second.Err(), grandchild.Err())
	}
	cancelFirst()
	rule("cancel of the first child", errs())
	cancelSecond()
	rule("cancel of the second child", errs())
	cancelParent()
	rule("cancel of the parent", errs())
	cancelGrandchild()
	rule("cancel of the grandchild after all that", errs())

	born, cancelBorn := context.WithCancel(parent)
	rule("child of a cancelled parent is born with", born.Err(), closed(born))
	cancelBorn()
	limited, cancelLimited := context.WithTimeout(parent, time.Hour)
	rule("WithTimeout of a cancelled parent is born with", limited.Err(), closed(limited))
	cancelLimited()

	parent, cancelParent = context.WithCancel(context.Background())
	chain := parent
	for range 100 {
		chain, _ = context.WithCancel(chain)
	}
	cancelParent()
	rule("100 generations down, Err right after cancel", chain.Err())
	rule("100 generations down, Done right after cancel", closed(chain))

	parent, cancelParent = context.WithCancel(context.Background())
	free := context.WithoutCancel(parent)
	cancelParent()
	rule("WithoutCancel after cancel of the parent", free.Err(), free.Done() == nil)

	outer, cancelOuter := context.WithTimeout(context.Background(), time.Second)
	inner, cancelInner := context.WithCancel(outer)
	time.Sleep(time.Second)
	synctest.Wait()
	rule("child of a parent that timed out", inner.Err())
	cancelInner()
	cancelOuter()
	outer, cancelOuter = context.WithCancel(context.Background())
	inner, cancelInner = context.WithTimeout(outer, time.Second)
	cancelOuter()
	rule("WithTimeout under a cancelled parent", inner.Err())
	time.Sleep(2 * time.Second)
	rule("the same after its own time", inner.Err())
	cancelInner()
}

func deadlines() {
	start := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	time.Sleep(time.Second - 1)
	synctest.Wait()
	rule("WithTimeout 1ns before", ctx.Err(), closed(ctx))
	time.Sleep(1)
	synctest.Wait()
	rule("WithTimeout at its time", ctx.Err(), closed(ctx))
	cancel()
	rule("cancel after it", ctx.Err())
	rule("Err is context.DeadlineExceeded", ctx.Err() == context.DeadlineExceeded)
	var timeout interface{ Timeout() bool }
	rule("DeadlineExceeded is a time-out", errors.As(ctx.Err(), &timeout) && timeout.Timeout())

	ctx, cancel = context.WithTimeout(context.Background(), time.Second)
	cancel()
	rule("cancel before the time", ctx.Err())
	time.Sleep(2 * time.Second)
	rule("the same after the time", ctx.Err())

	parent, cancelParent := context.WithTimeout(context.Background(), time.Second)
	later, cancelLater := context.WithTimeout(parent, time.Hour)
	sooner, cancelSooner := context.WithTimeout(parent, time.Millisecond)
	start = time.Now()
	limit := func(ctx context.Context) time.Duration {
		deadline, _ := ctx.Deadline()
		return deadline.Sub(start)
	}
	rule("Deadline of the parent", limit(parent))
	rule("Deadline of a child with a later one", limit(later))
	rule("Deadline of a child with a sooner one", limit(sooner))
	time.Sleep(time.Millisecond)
	synctest.Wait()
	rule("at the sooner deadline, parent, later child, sooner child", fmt.Sprintf("%v, %v, %v", parent.Err(), later.Err(), sooner.Err()))
	time.Sleep(time.Second - time.Millisecond)
	synctest.Wait()
	rule("at the parent's deadline, parent, later child, sooner child", fmt.Sprintf("%v, %v, %v", parent.Err(), later.Err(), sooner.Err()))
	cancelSooner()
	cancelLater()
	cancelParent()

	ctx, cancel = context.WithTimeout(context.Background(), 0)
	rule("WithTimeout of 0 is born with", ctx.Err(), closed(ctx))
	cancel()
	ctx, cancel = context.WithTimeout(context.Background(), -time.Second)
	rule("WithTimeout of -1s is born with", ctx.Err(), closed(ctx))
	cancel()
	ctx, cancel = context.WithDeadline(context.Background(), time.Now())
	rule("WithDeadline of now is born with", ctx.Err(), closed(ctx))
	cancel()
}

func causes() {
	reason := errors.New("the disk is full")
	parent, cancelParent := context.WithCancelCause(context.Background())
	child, cancelChild := context.WithCancel(parent)
	rule("Cause while live", context.Cause(parent))
	cancelParent(reason)
	rule("WithCancelCause Err and Cause", fmt.Sprintf("%v, %v", parent.Err(), context.Cause(parent)))
	rule("its child's Err and Cause", fmt.Sprintf("%v, %v", child.Err(), context.Cause(child)))
	cancelParent(errors.New("a later one"))
	rule("the first cause stays", context.Cause(parent))
	cancelChild()

	ctx, cancelCause := context.WithCancelCause(context.Background())
	cancelCause(nil)
	rule("cause nil", context.Cause(ctx))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	rule("Cause of a plain cancel", context.Cause(ctx))
	ctx, cancel = context.WithTimeoutCause(context.Background(), time.Second, reason)
	time.Sleep(time.Second)
	synctest.Wait()
	rule("WithTimeoutCause Err and Cause", fmt.Sprintf("%v, %v", ctx.Err(), context.Cause(ctx)))
	cancel()
	ctx, cancel = context.WithTimeoutCause(context.Background(), time.Second, reason)
	cancel()
	rule("WithTimeoutCause cancelled before, Err and Cause", fmt.Sprintf("%v, %v", ctx.Err(), context.Cause(ctx)))
	ctx, cancel = context.WithTimeout(context.Background(), time.Second)
	time.Sleep(time.Second)
	synctest.Wait()
	rule("Cause of a plain time-out", context.Cause(ctx))
	cancel()
}

func values() {
	type key string
	parent, cancel := context.WithCancel(context.WithValue(context.Background(), key("a"), 1))
	child := context.WithValue(parent, key("b"), 2)
	rule("values from a child", child.Value(key("a")), child.Value(key("b")), child.Value(key("c")))
	rule("values from the parent", parent.Value(key("a")), parent.Value(key("b")))
	rule("WithValue shares its parent's Done", child.Done() == parent.Done())
	cancel()
	rule("WithValue Err after cancel of the parent", child.Err())
}

func afterFunc() {
	ctx, cancel := context.WithCancel(context.Background())
	ran := 0
	stop := context.AfterFunc(ctx, func() { ran++ })
	stopped := context.AfterFunc(ctx, func() { ran += 100 })
	rule("AfterFunc stopped before", stopped())
	cancel()
	synctest.Wait()
	rule("AfterFunc ran", ran)
	rule("AfterFunc stopped after", stop())
	context.AfterFunc(ctx, func() { ran++ })
	synctest.Wait()
	rule("AfterFunc on a cancelled context ran", ran)
}

func closed(ctx context.Context) string {
	select {
	case <-ctx.Done():
		return "closed"
	default:
		return "open"
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
