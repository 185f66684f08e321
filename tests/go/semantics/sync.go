//go:build ignore

// WaitGroup, Mutex, RWMutex, Cond, Once: one line for each rule, "rule: answer". A mutex does not count as durably
// blocked, so no bubble here: a task is "blocked" once the runtime's own dump says that it waits.
package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	waitGroup()
	mutex()
	rwMutex()
	cond()
	once()
	reuse()
	limits()
	strangers()
	lockers()
	functions()
}

func waitGroup() {
	var group sync.WaitGroup
	rule("WaitGroup Wait at zero", start(func() { group.Wait() }))
	group.Add(2)
	waiters := []*task{start(group.Wait), start(group.Wait), start(group.Wait)}
	rule("WaitGroup three waiters at two", waiters)
	group.Done()
	rule("WaitGroup three waiters at one", waiters)
	group.Done()
	rule("WaitGroup three waiters at zero", waiters)

	group.Add(1)
	waiter := start(group.Wait)
	rule("WaitGroup used again, waiter at one", waiter)
	group.Add(-1)
	rule("WaitGroup used again, waiter at zero", waiter)

	rule("WaitGroup Done at zero", caught(func() { new(sync.WaitGroup).Done() }))
	rule("WaitGroup Add(-1) at zero", caught(func() { new(sync.WaitGroup).Add(-1) }))
	below := new(sync.WaitGroup)
	below.Add(1)
	rule("WaitGroup Add(-2) at one", caught(func() { below.Add(-2) }))
	rule("WaitGroup Add(0) at zero", caught(func() { new(sync.WaitGroup).Add(0) }))

	hold := make(chan int)
	ran := 0
	group.Go(func() { <-hold; ran++ })
	waiter = start(group.Wait)
	rule("WaitGroup Go, waiter while it runs", waiter)
	hold <- 1
	rule("WaitGroup Go, waiter after it", waiter)
	rule("WaitGroup Go ran", ran)
	group.Go(func() { runtime.Goexit() })
	rule("WaitGroup Go, waiter after Goexit", start(group.Wait))
}

func mutex() {
	var lock sync.Mutex
	rule("Mutex TryLock when free", lock.TryLock())
	rule("Mutex TryLock when held", lock.TryLock())
	second := start(func() { lock.Lock(); defer lock.Unlock() })
	rule("Mutex Lock when held", second)
	lock.Unlock()
	rule("Mutex that Lock after Unlock", second)
	lock.Lock()
	other := start(func() { lock.Unlock() })
	rule("Mutex unlocked by another goroutine", other)
	rule("Mutex TryLock after that", lock.TryLock())
	rule("Mutex Lock by its own holder", start(func() {
		var own sync.Mutex
		own.Lock()
		own.Lock()
	}))

	inOrder := 0
	for range 20 {
		var lock sync.Mutex
		lock.Lock()
		var order []int
		var waiters []*task
		for i := range 5 {
			waiter := start(func() { lock.Lock(); order = append(order, i); lock.Unlock() })
			_ = waiter.String()
			waiters = append(waiters, waiter)
		}
		lock.Unlock()
		for _, waiter := range waiters {
			waiter.finish()
		}
		if slices.IsSorted(order) {
			inOrder++
		}
	}
	rule("Mutex five waiters and no newcomer, served in order of arrival (observed, not promised), of 20", inOrder)
	lock.Unlock()
	lock.Lock()
	waiter := start(func() { lock.Lock() })
	_ = waiter.String()
	lock.Unlock()
	rule("Mutex the unlocker may lock again before a waiter that was just woken (observed, not promised)", lock.TryLock())
}

func rwMutex() {
	var lock sync.RWMutex
	rule("RWMutex first RLock", start(lock.RLock))
	rule("RWMutex second RLock", start(lock.RLock))
	rule("RWMutex TryLock while read", lock.TryLock())
	rule("RWMutex TryRLock while read", lock.TryRLock())
	lock.RUnlock()
	writer := start(lock.Lock)
	rule("RWMutex Lock while two read", writer)
	rule("RWMutex TryRLock while a writer waits", lock.TryRLock())
	late := start(lock.RLock)
	rule("RWMutex RLock while a writer waits", late)
	lock.RUnlock()
	rule("RWMutex writer while one still reads", writer)
	lock.RUnlock()
	rule("RWMutex writer after the last RUnlock", writer)
	rule("RWMutex late reader while the writer holds", late)
	another := start(lock.RLock)
	secondWriter := start(lock.Lock)
	rule("RWMutex another reader, second writer", another, secondWriter)
	rule("RWMutex TryLock while written", lock.TryLock())
	rule("RWMutex TryRLock while written", lock.TryRLock())
	lock.Unlock()
	rule("RWMutex after Unlock, late reader, another reader, second writer", late, another, secondWriter)
	lock.RUnlock()
	lock.RUnlock()
	rule("RWMutex second writer after both readers", secondWriter)
	lock.Unlock()

	var recursive sync.RWMutex
	between := make(chan int)
	reader := start(func() {
		recursive.RLock()
		<-between
		recursive.RLock()
	})
	rule("RWMutex recursive reader, held once", reader)
	blocker := start(recursive.Lock)
	rule("RWMutex a writer comes between", blocker)
	between <- 1
	rule("RWMutex recursive reader and the writer", reader, blocker)
	rule("RWMutex Lock by its own reader", start(func() {
		var own sync.RWMutex
		own.RLock()
		own.Lock()
	}))
	var locker sync.RWMutex
	locker.RLocker().Lock()
	rule("RWMutex RLocker reads", locker.TryRLock(), locker.TryLock())
}

func cond() {
	var lock sync.Mutex
	cond := sync.NewCond(&lock)
	cond.Signal()
	cond.Broadcast()
	var order []int
	wait := func(i int) *task {
		waiter := start(func() {
			lock.Lock()
			cond.Wait()
			order = append(order, i)
			lock.Unlock()
		})
		_ = waiter.String()
		return waiter
	}
	waiters := []*task{wait(1), wait(2), wait(3)}
	rule("Cond a Signal and a Broadcast before anybody waits are lost", waiters)
	rule("Cond Wait unlocks", lock.TryLock())
	cond.Signal()
	rule("Cond Signal while the lock is held", waiters)
	lock.Unlock()
	rule("Cond after Unlock", waiters)
	cond.Signal()
	rule("Cond second Signal", waiters)
	cond.Signal()
	rule("Cond third Signal", waiters)
	rule("Cond Signal wakes in order of arrival (observed, not promised)", order)
	order = nil
	waiters = []*task{wait(1), wait(2), wait(3)}
	lock.Lock()
	cond.Broadcast()
	lock.Unlock()
	rule("Cond Broadcast", waiters)
	slices.Sort(order)
	rule("Cond Broadcast wakes all", order)
	waiters = []*task{wait(1)}
	cond.Signal()
	cond.Signal()
	waiters[0].finish()
	waiters = append(waiters, wait(2))
	rule("Cond two Signals for one waiter, then a newcomer", waiters)
	copied := *cond
	rule("Cond copied", caught(func() { copied.Signal() }))
}

func once() {
	var once sync.Once
	ran := 0
	once.Do(func() { ran++ })
	once.Do(func() { ran += 10 })
	rule("Once ran", ran)
	once = sync.Once{}
	hold := make(chan int)
	first := start(func() { once.Do(func() { <-hold }) })
	rule("Once first caller", first)
	second := start(func() { once.Do(func() { ran += 100 }) })
	rule("Once second caller while the first runs", second)
	hold <- 1
	rule("Once both after the first returned", first, second)
	rule("Once the second's function did not run", ran)

	var broken sync.Once
	rule("Once first Do panics", caught(func() { broken.Do(func() { panic("first") }) }))
	rule("Once second Do after a panic", caught(func() { broken.Do(func() { ran = 1000; panic("second") }) }))
	rule("Once that function did not run", ran)
	var own sync.Once
	rule("Once Do inside its own Do", start(func() { own.Do(func() { own.Do(func() {}) }) }))

	calls := 0
	f := sync.OnceFunc(func() { calls++; panic("broken") })
	rule("OnceFunc first call", caught(f))
	rule("OnceFunc second call panics the same", caught(f))
	rule("OnceFunc ran", calls)
	value := sync.OnceValue(func() int { calls++; return calls })
	rule("OnceValue twice", value(), value())
}

// On one processor whoever was woken runs only once the waker waits.
func reuse() {
	reused := func(again func(group *sync.WaitGroup)) string {
		var group sync.WaitGroup
		group.Add(1)
		text := "nothing"
		waiter := start(func() { text = caught(group.Wait) })
		_ = waiter.String()
		group.Done()
		again(&group)
		waiter.finish()
		return text
	}
	rule("WaitGroup Add before who waited has run", reused(func(group *sync.WaitGroup) { group.Add(1) }))
	rule("WaitGroup Add and Done before who waited has run", reused(func(group *sync.WaitGroup) { group.Add(1); group.Done() }))
	rule("WaitGroup Go before who waited has run", reused(func(group *sync.WaitGroup) { group.Go(func() {}) }))
	rule("WaitGroup Add after who waited has run", reused(func(group *sync.WaitGroup) { time.Sleep(20 * time.Millisecond); group.Add(1) }))
	var group sync.WaitGroup
	group.Add(1)
	var texts [3]string
	var waiters []*task
	for i := range texts {
		waiters = append(waiters, start(func() { texts[i] = caught(group.Wait) }))
		_ = waiters[i].String()
	}
	group.Done()
	group.Add(1)
	for _, waiter := range waiters {
		waiter.finish()
	}
	rule("WaitGroup Add before three who waited have run, panics", texts[0] == texts[1] && texts[1] == texts[2] && texts[0] != "no panic")
}

func limits() {
	group := new(sync.WaitGroup)
	rule("WaitGroup Add(1<<31 - 1)", caught(func() { group.Add(1<<31 - 1) }))
	rule("WaitGroup and one more", caught(func() { group.Add(1) }))
	rule("WaitGroup Add(1<<31)", caught(func() { new(sync.WaitGroup).Add(1 << 31) }))
	rule("WaitGroup Add(1<<32 - 1)", caught(func() { new(sync.WaitGroup).Add(1<<32 - 1) }))
	group = new(sync.WaitGroup)
	rule("WaitGroup Add(1<<32)", caught(func() { group.Add(1 << 32) }))
	rule("WaitGroup Wait after Add(1<<32)", start(group.Wait))
	group = new(sync.WaitGroup)
	rule("WaitGroup Add(-1<<31)", caught(func() { group.Add(-1 << 31) }))
	group = new(sync.WaitGroup)
	caught(group.Done)
	waiter := start(group.Wait)
	rule("WaitGroup Wait after a recovered negative counter", waiter)
	rule("WaitGroup Add(1) to a recovered negative counter", caught(func() { group.Add(1) }))
	rule("WaitGroup who waited at a negative counter", waiter)
}

// A stranger's Unlock takes the place of the writer's that waits: what happens is what the counts say.
func strangers() {
	var lock sync.RWMutex
	lock.RLock()
	writer := start(lock.Lock)
	_ = writer.String()
	late := start(lock.RLock)
	_ = late.String()
	rule("RWMutex Unlock by a stranger while a writer waits", caught(lock.Unlock))
	rule("RWMutex after it, writer and late reader", writer, late)
	rule("RWMutex after it, TryRLock", lock.TryRLock())
	rule("RWMutex after it, TryLock", lock.TryLock())
	newcomer := start(lock.Lock)
	rule("RWMutex after it, another writer", newcomer)
	rule("RWMutex after it, TryRLock while both writers wait", lock.TryRLock())
	lock.RUnlock()
	rule("RWMutex after it and one RUnlock, writer, another writer", writer, newcomer)
	lock.RUnlock()
	rule("RWMutex after it and two RUnlocks, writer, another writer", writer, newcomer)
	lock.RUnlock()
	rule("RWMutex after it and three RUnlocks, writer, another writer", writer, newcomer)

	var other sync.RWMutex
	other.Lock()
	rule("RWMutex written, unlocked by another goroutine", start(other.Unlock))
	rule("RWMutex TryLock after that", other.TryLock())
	var read sync.RWMutex
	read.RLock()
	rule("RWMutex read, unlocked by another goroutine", start(read.RUnlock))
	rule("RWMutex TryLock after that RUnlock", read.TryLock())
}

// A Cond's lock is any Locker: Wait unlocks it, and locks it again after.
func lockers() {
	var lock sync.RWMutex
	writes := sync.NewCond(&lock)
	waiter := start(func() { writes.L.Lock(); writes.Wait(); writes.L.Unlock() })
	rule("Cond on an RWMutex, Wait", waiter)
	rule("Cond on an RWMutex, Wait unlocks", lock.TryLock())
	writes.Signal()
	rule("Cond on an RWMutex, signalled while it is held", waiter)
	lock.Unlock()
	rule("Cond on an RWMutex, after Unlock", waiter)
	reads := sync.NewCond(lock.RLocker())
	waiters := []*task{}
	for range 2 {
		waiters = append(waiters, start(func() { reads.L.Lock(); reads.Wait(); reads.L.Unlock() }))
		_ = waiters[len(waiters)-1].String()
	}
	rule("Cond on an RLocker, Wait unlocks", lock.TryLock())
	reads.Broadcast()
	rule("Cond on an RLocker, a broadcast while it is written", waiters)
	lock.Unlock()
	rule("Cond on an RLocker, after Unlock", waiters)
	lock.RLock()
	waiters = []*task{start(func() { reads.L.Lock(); reads.Wait(); reads.L.Unlock() })}
	_ = waiters[0].String()
	reads.Signal()
	rule("Cond on an RLocker, signalled while it is read", waiters)
	lock.RUnlock()
	rule("Cond on an RLocker, all unlocked", lock.TryLock())
}

func functions() {
	var group sync.WaitGroup
	order := []string{}
	group.Go(func() { order = append(order, "task") })
	order = append(order, "caller")
	group.Wait()
	rule("WaitGroup Go returns before its function runs", order)
	rule("WaitGroup Go inside of Go", start(func() {
		var group sync.WaitGroup
		group.Go(func() { group.Go(func() { order = append(order, "inner") }) })
		group.Wait()
		order = append(order, "waited")
	}))
	rule("WaitGroup Go inside of Go, in order", order)

	calls := 0
	once := sync.OnceFunc(func() { calls++ })
	once()
	once()
	rule("OnceFunc called twice, ran", calls)
	hold := make(chan int)
	held := sync.OnceFunc(func() { <-hold })
	first := start(held)
	_ = first.String()
	second := start(held)
	rule("OnceFunc, second caller while the first runs", second)
	hold <- 1
	rule("OnceFunc, both after it returned", first, second)
	answer := sync.OnceValue(func() string { calls++; return fmt.Sprint("answer ", calls) })
	rule("OnceValue gives the first answer each time", answer(), answer())
	broken := sync.OnceValue(func() int { calls++; panic(fmt.Sprint("broken ", calls)) })
	rule("OnceValue that panics", caught(func() { broken() }))
	rule("OnceValue that panics, once more", caught(func() { broken() }))
	a, b := sync.OnceValues(func() (int, int) { calls++; return calls, -calls })()
	rule("OnceValues", a, b)
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

// task prints as "done", or as "blocked" once the runtime says that it waits.
type task struct {
	name string
	done atomic.Bool
}

var tasks int

func start(f func()) *task {
	tasks++
	t := &task{name: fmt.Sprint("task", tasks)}
	go pprof.Do(context.Background(), pprof.Labels("name", t.name), func(context.Context) {
		defer t.done.Store(true)
		f()
	})
	return t
}

func (t *task) finish() {
	for !t.done.Load() {
		time.Sleep(100 * time.Microsecond)
	}
}

// String looks until it has seen the same wait three times with a pause between, so that whoever was just woken has run.
func (t *task) String() string {
	for blocked := 0; blocked < 3; {
		time.Sleep(2 * time.Millisecond)
		if t.done.Load() {
			return "done"
		}
		dump := make([]byte, 1<<20)
		dump = dump[:runtime.Stack(dump, true)]
		line := ""
		for candidate := range strings.Lines(string(dump)) {
			if strings.HasPrefix(candidate, "goroutine ") && strings.Contains(candidate, "{name: "+t.name+"}") {
				line = candidate
			}
		}
		if line == "" || strings.Contains(line, "[run") {
			blocked = 0
			continue
		}
		blocked++
	}
	return "blocked"
}
