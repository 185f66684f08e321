package context

import (
	"errors"
	"time"
)

type Context interface {
	Deadline() (deadline time.Time, ok bool)
	Done() <-chan struct{}
	Err() error
	Value(key any) any
}

type CancelFunc func()
type CancelCauseFunc func(cause error)

var Canceled = errors.New("context canceled")

type deadlineExceededError struct{}

func (deadlineExceededError) Error() string   { return "context deadline exceeded" }
func (deadlineExceededError) Timeout() bool   { return true }
func (deadlineExceededError) Temporary() bool { return true }

var DeadlineExceeded error = deadlineExceededError{}

type emptyCtx struct{ name string }

func (*emptyCtx) Deadline() (deadline time.Time, ok bool) { return }
func (*emptyCtx) Done() <-chan struct{}                   { return nil }
func (*emptyCtx) Err() error                              { return nil }
func (*emptyCtx) Value(key any) any                       { return nil }
func (e *emptyCtx) String() string                        { return e.name }

func Background() Context { return &emptyCtx{"context.Background"} }
func TODO() Context       { return &emptyCtx{"context.TODO"} }

type cancelCtx struct {
	parent      Context
	done        chan struct{}
	err         error
	cause       error
	children    map[*cancelCtx]bool
	deadline    time.Time
	hasDeadline bool
	timer       *time.Timer
	after       func()
}

type cancelKey struct{}

func (c *cancelCtx) Deadline() (deadline time.Time, ok bool) {
	if c.hasDeadline {
		return c.deadline, true
	}
	return c.parent.Deadline()
}
func (c *cancelCtx) Done() <-chan struct{} { return c.done }
func (c *cancelCtx) Err() error            { return c.err }
func (c *cancelCtx) Value(key any) any {
	if _, ok := key.(cancelKey); ok {
		return c
	}
	return c.parent.Value(key)
}

func (c *cancelCtx) cancel(err, cause error, leave bool) {
	if c.err != nil {
		return
	}
	if cause == nil {
		cause = err
	}
	c.err = err
	c.cause = cause
	close(c.done)
	children := c.children
	c.children = nil
	for child := range children {
		child.cancel(err, cause, false)
	}
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
	if leave {
		if p, ok := c.parent.Value(cancelKey{}).(*cancelCtx); ok {
			delete(p.children, c)
		}
	}
	if c.after != nil {
		go c.after()
	}
}

func newCancel(parent Context) *cancelCtx {
	if parent == nil {
		panic("cannot create context from nil parent")
	}
	c := &cancelCtx{parent: parent, done: make(chan struct{})}
	done := parent.Done()
	if done == nil {
		return c
	}
	if err := parent.Err(); err != nil {
		c.cancel(err, Cause(parent), false)
		return c
	}
	if p, ok := parent.Value(cancelKey{}).(*cancelCtx); ok && p.done == done {
		if p.children == nil {
			p.children = map[*cancelCtx]bool{}
		}
		p.children[c] = true
		return c
	}
	go func() {
		select {
		case <-done:
			c.cancel(parent.Err(), Cause(parent), false)
		case <-c.done:
		}
	}()
	return c
}

func WithCancel(parent Context) (ctx Context, cancel CancelFunc) {
	c := newCancel(parent)
	return c, func() { c.cancel(Canceled, nil, true) }
}

func WithCancelCause(parent Context) (ctx Context, cancel CancelCauseFunc) {
	c := newCancel(parent)
	return c, func(cause error) { c.cancel(Canceled, cause, true) }
}

func WithDeadline(parent Context, d time.Time) (Context, CancelFunc) {
	return WithDeadlineCause(parent, d, nil)
}

func WithDeadlineCause(parent Context, d time.Time, cause error) (Context, CancelFunc) {
	c := newCancel(parent)
	if own, ok := parent.Deadline(); ok && own.Before(d) {
		return c, func() { c.cancel(Canceled, nil, true) }
	}
	c.deadline = d
	c.hasDeadline = true
	left := time.Until(d)
	if left <= 0 {
		c.cancel(DeadlineExceeded, cause, true)
		return c, func() {}
	}
	if c.err == nil {
		c.timer = time.AfterFunc(left, func() { c.cancel(DeadlineExceeded, cause, true) })
	}
	return c, func() { c.cancel(Canceled, nil, true) }
}

func WithTimeout(parent Context, timeout time.Duration) (Context, CancelFunc) {
	return WithDeadline(parent, time.Now().Add(timeout))
}

func WithTimeoutCause(parent Context, timeout time.Duration, cause error) (Context, CancelFunc) {
	return WithDeadlineCause(parent, time.Now().Add(timeout), cause)
}

func Cause(c Context) error {
	if cc, ok := c.Value(cancelKey{}).(*cancelCtx); ok {
		return cc.cause
	}
	return c.Err()
}

func AfterFunc(ctx Context, f func()) (stop func() bool) {
	c := newCancel(ctx)
	if c.err != nil {
		go f()
		return func() bool { return false }
	}
	c.after = f
	return func() bool {
		if c.err != nil {
			return false
		}
		c.after = nil
		c.cancel(Canceled, nil, true)
		return true
	}
}

type valueCtx struct {
	Context
	key, val any
}

func (c *valueCtx) Value(key any) any {
	if c.key == key {
		return c.val
	}
	return c.Context.Value(key)
}

func WithValue(parent Context, key, val any) Context { return &valueCtx{parent, key, val} }

type withoutCancelCtx struct{ c Context }

func (withoutCancelCtx) Deadline() (deadline time.Time, ok bool) { return }
func (withoutCancelCtx) Done() <-chan struct{}                   { return nil }
func (withoutCancelCtx) Err() error                              { return nil }
func (c withoutCancelCtx) Value(key any) any {
	if _, ok := key.(cancelKey); ok {
		return nil
	}
	return c.c.Value(key)
}

func WithoutCancel(parent Context) Context { return withoutCancelCtx{parent} }
