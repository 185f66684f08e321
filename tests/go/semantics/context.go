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
		moreCauses()
		moreValues()
		moreAfterFunc()
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

func moreCauses() {
	reason, other := errors.New("the disk is full"), errors.New("the cat is asleep")
	parent, cancelParent := context.WithCancelCause(context.Background())
	child, cancelChild := context.WithCancelCause(parent)
	cancelChild(other)
	rule("a child's own cause, child and parent", context.Cause(child), context.Cause(parent))
	cancelParent(reason)
	rule("a child's own cause stays when the parent is cancelled", context.Cause(child), context.Cause(parent))
	born, cancelBorn := context.WithCancelCause(parent)
	rule("child of a cancelled parent is born with the cause", context.Cause(born))
	cancelBorn(other)
	rule("and keeps it", context.Cause(born))
	limited, cancelLimited := context.WithTimeoutCause(parent, 0, other)
	rule("WithTimeoutCause of 0 under a cancelled parent", limited.Err(), context.Cause(limited))
	cancelLimited()

	late, cancelLate := context.WithDeadlineCause(context.Background(), time.Now(), reason)
	rule("WithDeadlineCause of now is born with", late.Err(), context.Cause(late))
	cancelLate()
	outer, cancelOuter := context.WithTimeoutCause(context.Background(), time.Second, reason)
	inner, cancelInner := context.WithTimeoutCause(outer, time.Hour, other)
	time.Sleep(time.Second)
	synctest.Wait()
	rule("the parent's deadline comes first, the child's cause", inner.Err(), context.Cause(inner))
	cancelInner()
	cancelOuter()
	outer, cancelOuter = context.WithTimeoutCause(context.Background(), time.Hour, reason)
	inner, cancelInner = context.WithTimeoutCause(outer, time.Second, other)
	time.Sleep(time.Second)
	synctest.Wait()
	rule("the child's deadline comes first, both causes", context.Cause(inner), context.Cause(outer))
	cancelInner()
	cancelOuter()
	plain, cancelPlain := context.WithCancel(context.Background())
	below, cancelBelow := context.WithCancelCause(plain)
	cancelPlain()
	rule("Cause below a plain cancel", context.Cause(below))
	cancelBelow(reason)
	rule("Cause of a value's context", context.Cause(context.WithValue(parent, "key", 1)))
	rule("Cause of WithoutCancel", context.Cause(context.WithoutCancel(parent)))
	rule("an Err given as a cause", causeOf(context.DeadlineExceeded))
}

func causeOf(cause error) string {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(cause)
	return fmt.Sprint(ctx.Err(), ", ", context.Cause(ctx))
}

func moreValues() {
	type key string
	parent := context.WithValue(context.Background(), key("a"), 1)
	hidden := context.WithValue(parent, key("a"), 2)
	rule("a value hides the parent's of the same key", hidden.Value(key("a")), parent.Value(key("a")))
	rule("a key of another type is another key", parent.Value("a"))
	ctx, cancel := context.WithTimeout(hidden, time.Second)
	free := context.WithoutCancel(ctx)
	cancel()
	_, limited := free.Deadline()
	rule("WithoutCancel keeps the values", free.Value(key("a")))
	rule("WithoutCancel has a deadline", limited)
	below, cancelBelow := context.WithCancel(free)
	rule("below WithoutCancel, value and Err", below.Value(key("a")), below.Err())
	cancelBelow()
	rule("below WithoutCancel after its own cancel", below.Err(), free.Err())
	rule("WithValue of Background, Done is nil", parent.Done() == nil)
	rule("WithValue with a nil key", caught(func() { context.WithValue(parent, nil, 1) }))
	valued, cancelValued := context.WithTimeout(context.Background(), time.Second)
	_, limited = context.WithValue(valued, key("a"), 1).Deadline()
	rule("WithValue has its parent's deadline", limited)
	cancelValued()
	deep, cancelDeep := context.WithCancel(context.Background())
	chain := deep
	for i := range 100 {
		chain = context.WithValue(chain, key(fmt.Sprint(i)), i)
	}
	child, cancelChild := context.WithCancel(chain)
	rule("a value 100 below, the first and the last", chain.Value(key("0")), chain.Value(key("99")))
	cancelDeep()
	rule("a child below 100 values hears the cancel", child.Err())
	cancelChild()
}

func moreAfterFunc() {
	ctx, cancel := context.WithCancel(context.Background())
	order := []string{}
	stop := context.AfterFunc(ctx, func() { order = append(order, "function") })
	cancel()
	order = append(order, "caller")
	rule("AfterFunc Stop right after the cancel", stop())
	synctest.Wait()
	rule("AfterFunc runs in a goroutine of its own, after the caller of cancel", order)

	parent, cancelParent := context.WithCancel(context.Background())
	child, cancelChild := context.WithCancel(parent)
	ran := 0
	context.AfterFunc(child, func() { ran++ })
	cancelParent()
	synctest.Wait()
	rule("AfterFunc of a child whose parent is cancelled ran", ran)
	cancelChild()
	synctest.Wait()
	rule("AfterFunc runs once", ran)

	ctx, cancel = context.WithTimeout(context.Background(), time.Second)
	begin := time.Now()
	at := time.Duration(0)
	context.AfterFunc(ctx, func() { at = time.Since(begin) })
	time.Sleep(2 * time.Second)
	rule("AfterFunc of a deadline runs at", at)
	cancel()
	ctx, cancel = context.WithCancel(context.Background())
	stop = context.AfterFunc(ctx, func() {})
	rule("AfterFunc stopped, and stopped again", stop(), stop())
	cancel()
	stop = context.AfterFunc(context.Background(), func() { ran += 100 })
	synctest.Wait()
	rule("AfterFunc of Background ran", ran >= 100)
	rule("AfterFunc of Background stopped", stop())
	hold := make(chan int)
	ctx, cancel = context.WithCancel(context.Background())
	stop = context.AfterFunc(ctx, func() { <-hold })
	cancel()
	synctest.Wait()
	rule("AfterFunc stop while it runs", stop())
	hold <- 1
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
