// The flagship program: one request, its parent, its children. Every knob of the lesson is a field.
package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

type knobs struct {
	hears    string // never, once, step, wait
	send     string // naked, select
	shape    string // one-shot, loop
	capacity int
	parent   string // as-posted, at-timeout, results-or-timeout, joins
	work     string // short (0.08 T), long (3 T), stuck (never returns)
	timer    string // once, each-message
	workers  int
	stuck    int // so many of the workers are stuck, whatever work says
}

func (k knobs) String() string {
	return fmt.Sprintf("hears=%s send=%s shape=%s capacity=%d parent=%s work=%s timer=%s",
		k.hears, k.send, k.shape, k.capacity, k.parent, k.work, k.timer)
}

// The time-out of the parent. 10 s in a bubble; the leak profile, which needs the machine's clock, takes a shorter one.
var T = 10 * time.Second

const steps = 8

func (k knobs) step() time.Duration {
	if k.work == "long" {
		return 3 * T / steps
	}
	return T * 8 / 100 / steps
}

// perhaps gives way to others: with drawSchedules half the time, for 1 to 32 turns, and in two of three draws only the
// parent or only the children do so. That reaches schedules that Go allows and a quiet machine seldom shows.
var perhaps = func(role string) {}

func drawSchedules(seed uint64) {
	source := rand.New(rand.NewPCG(seed, seed))
	hasty := []string{"nobody", "parent", "child"}[seed%3]
	var lock sync.Mutex // never held across a wait, so a bubble does not mind it
	perhaps = func(role string) {
		if role == hasty {
			return
		}
		lock.Lock()
		times := source.IntN(2) << source.IntN(6)
		lock.Unlock()
		for range times {
			runtime.Gosched()
		}
	}
}

// request starts the parent of one request; its goroutines carry the labels case and role.
func request(name string, k knobs) {
	labelled(name, "parent", func() { parent(name, k) })
}

func labelled(name, role string, f func()) {
	go pprof.Do(context.Background(), pprof.Labels("case", name, "role", role), func(context.Context) { f() })
}

func parent(name string, k knobs) {
	ctx, cancel := context.WithCancel(context.Background())
	rc := make(chan bool, k.capacity)
	var children sync.WaitGroup
	if k.parent == "joins" {
		defer children.Wait()
	}
	if k.parent != "as-posted" { // which never returns: go vet's complaint is the lesson
		defer cancel() // deferred later, so it runs before Wait
	}
	for i := range k.workers {
		children.Add(1)
		stuck := k.work == "stuck" || i < k.stuck
		labelled(name, "child", func() {
			defer children.Done()
			child(ctx, rc, k, stuck)
		})
	}
	once := time.NewTimer(T).C
	timer := func() <-chan time.Time {
		if k.timer == "each-message" {
			return time.After(T)
		}
		return once
	}
	for results := 0; ; {
		perhaps("parent")
		select {
		case <-rc:
			results++
			if results == k.workers && (k.parent == "results-or-timeout" || k.parent == "joins") {
				perhaps("parent")
				return
			}
		case <-timer():
			perhaps("parent")
			cancel()
			if k.parent != "as-posted" {
				return
			}
		}
	}
}

func child(ctx context.Context, rc chan<- bool, k knobs, stuck bool) {
	for {
		perhaps("child")
		if k.hears != "never" && heard(ctx) {
			return
		}
		work(ctx, k, stuck)
		perhaps("child")
		switch k.send {
		case "naked":
			rc <- true
		case "select":
			select {
			case rc <- true:
			case <-ctx.Done():
				return
			}
		}
		if k.shape == "one-shot" {
			return
		}
	}
}

// work ends early where it hears the cancel; what was reached is reported all the same.
func work(ctx context.Context, k knobs, stuck bool) {
	for range steps {
		perhaps("child")
		if k.hears == "step" && heard(ctx) {
			return
		}
		switch {
		case stuck && k.hears == "wait":
			select {
			case <-ctx.Done():
				return
			case <-make(chan struct{}):
			}
		case stuck:
			<-make(chan struct{})
		case k.hears == "wait":
			select {
			case <-ctx.Done():
				return
			case <-time.After(k.step()):
			}
		default:
			time.Sleep(k.step())
		}
	}
}

func heard(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return true
	default:
		return false
	}
}
