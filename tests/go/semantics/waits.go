//go:build ignore

// The wait reason of each blocking operation, as a goroutine dump spells it: one line for each, "operation: reason".
package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"time"
)

var operations []string

// waits starts a goroutine that will wait for ever (or for very long) in f.
func waits(operation string, f func()) {
	label := fmt.Sprint("n", len(operations))
	operations = append(operations, operation)
	go pprof.Do(context.Background(), pprof.Labels("operation", label), func(context.Context) { f() })
}

func main() {
	var none chan int
	full := make(chan int, 1)
	full <- 1
	silent, other := make(chan int), make(chan int)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()

	waits("receive", func() { <-make(chan int) })
	waits("receive with ok", func() { _, _ = <-make(chan int) })
	waits("send", func() { make(chan int) <- 1 })
	waits("send on a full channel", func() { full <- 1 })
	waits("range over a channel", func() {
		for range make(chan int) {
		}
	})
	waits("receive from nil", func() { <-none })
	waits("send on nil", func() { none <- 1 })
	waits("range over nil", func() {
		for range none {
		}
	})
	waits("select {}", func() { select {} })
	waits("select of two receives", func() {
		select {
		case <-silent:
		case <-other:
		}
	})
	waits("select of a send and a receive", func() {
		select {
		case full <- 1:
		case <-silent:
		}
	})
	waits("select of two nil channels", func() {
		select {
		case <-none:
		case none <- 1:
		}
	})
	waits("select of one receive", func() {
		select {
		case <-silent:
		}
	})
	waits("select of one send", func() {
		select {
		case full <- 1:
		}
	})
	waits("select of one receive from nil", func() {
		select {
		case <-none:
		}
	})
	waits("select of one send on nil", func() {
		select {
		case none <- 1:
		}
	})
	waits("select of a nil channel and another", func() {
		select {
		case <-none:
		case <-silent:
		}
	})
	waits("context Done", func() { <-ctx.Done() })
	waits("context Done of Background", func() { <-context.Background().Done() })
	waits("select of context Done and time.After", func() {
		select {
		case <-ctx.Done():
		case <-time.After(time.Hour):
		}
	})
	waits("time.Sleep", func() { time.Sleep(time.Hour) })
	waits("time.After", func() { <-time.After(time.Hour) })
	waits("Timer.C", func() { <-time.NewTimer(time.Hour).C })
	waits("Ticker.C", func() { <-time.NewTicker(time.Hour).C })

	waits("WaitGroup.Wait", func() {
		var group sync.WaitGroup
		group.Add(1)
		group.Wait()
	})
	waits("Mutex.Lock", func() {
		var lock sync.Mutex
		lock.Lock()
		lock.Lock()
	})
	waits("RWMutex.Lock while read", func() {
		var lock sync.RWMutex
		lock.RLock()
		lock.Lock()
	})
	waits("RWMutex.Lock while written", func() {
		var lock sync.RWMutex
		lock.Lock()
		lock.Lock()
	})
	waits("RWMutex.RLock while written", func() {
		var lock sync.RWMutex
		lock.Lock()
		lock.RLock()
	})
	var contended sync.RWMutex
	contended.RLock()
	waits("RWMutex.Lock while read, a reader comes next", func() { contended.Lock() })
	time.Sleep(20 * time.Millisecond)
	waits("RWMutex.RLock while a writer waits", func() { contended.RLock() })
	waits("RWMutex.Lock while a writer waits", func() { contended.Lock() })
	waits("Cond.Wait", func() {
		cond := sync.NewCond(new(sync.Mutex))
		cond.L.Lock()
		cond.Wait()
	})
	signalled := sync.NewCond(new(sync.Mutex))
	waits("Cond.Wait signalled, its lock is held", func() {
		signalled.L.Lock()
		signalled.Wait()
	})
	time.Sleep(20 * time.Millisecond)
	signalled.L.Lock()
	signalled.Signal()
	waits("Once.Do inside its own Do", func() {
		var once sync.Once
		once.Do(func() { once.Do(func() {}) })
	})
	waits("io.Pipe read", func() {
		reader, _ := io.Pipe()
		reader.Read(make([]byte, 1))
	})
	stop := false
	waits("Gosched in a loop", func() {
		for !stop {
			runtime.Gosched()
		}
	})

	time.Sleep(100 * time.Millisecond)
	dump := make([]byte, 1<<20)
	dump = dump[:runtime.Stack(dump, true)]
	header := regexp.MustCompile(`(?m)^goroutine \d+ \[([^\],]+)[^\]]*\] \{operation: (n\d+)\}`)
	reasons := map[string]string{}
	for _, match := range header.FindAllSubmatch(dump, -1) {
		reasons[string(match[2])] = string(match[1])
	}
	for i, operation := range operations {
		fmt.Printf("%s: %s\n", operation, reasons[fmt.Sprint("n", i)])
	}
	own, _, _ := strings.Cut(string(dump), "\n")
	_, own, _ = strings.Cut(own, "[")
	fmt.Printf("who asks for the dump: %s\n", strings.TrimSuffix(own, "]:"))
	stop = true
}
