//go:build ignore

// What ends the process: one line for each program, "program: first line of the message | first goroutine | exit code".
// Each runs in a process of its own.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

type program struct {
	name string
	run  func()
}

var programs = []program{
	{"main returns while a goroutine waits", func() { go func() { select {} }() }},
	{"send on closed", func() { c := make(chan int); close(c); c <- 1 }},
	{"close of closed", func() { c := make(chan int); close(c); close(c) }},
	{"close of nil", func() { var c chan int; close(c) }},
	{"panic with a string", func() { panic("no") }},
	{"panic with an error", func() { panic(errors.New("no")) }},
	{"panic with a number", func() { panic(1) }},
	{"panic with nil", func() { panic(nil) }},
	{"panic in a goroutine", func() {
		go func() { panic("in a goroutine") }()
		select {}
	}},
	{"panic in WaitGroup.Go", func() {
		var group sync.WaitGroup
		group.Go(func() { panic("in Go") })
		group.Wait()
	}},
	{"panic with a deferred recover", func() {
		defer func() { recover() }()
		panic("no")
	}},
	{"panic again after a recover", func() {
		defer func() { panic(recover()) }()
		panic("no")
	}},
	{"panic while another runs", func() {
		defer func() { panic("second") }()
		panic("first")
	}},
	{"panic with another after a recover", func() {
		defer func() { panic(fmt.Sprint("after ", recover())) }()
		panic("first")
	}},
	{"panic in a goroutine while main waits for it", func() {
		done := make(chan int)
		go func() {
			defer close(done)
			panic("in a goroutine")
		}()
		<-done
	}},
	{"panic in a function of AfterFunc", func() {
		time.AfterFunc(0, func() { panic("in AfterFunc") })
		select {}
	}},
	{"Goexit in a goroutine while main waits for it", func() {
		done := make(chan int)
		go func() {
			defer close(done)
			runtime.Goexit()
		}()
		<-done
	}},
	{"panic in a deferred function of a Goexit", func() {
		go func() {
			defer func() { panic("in a Goexit") }()
			runtime.Goexit()
		}()
		select {}
	}},
	{"negative WaitGroup", func() { new(sync.WaitGroup).Done() }},
	{"NewTicker of 0", func() { time.NewTicker(0) }},
	{"Ticker.Reset of 0", func() { time.NewTicker(1).Reset(0) }},
	{"WaitGroup.Add of 1<<31", func() { new(sync.WaitGroup).Add(1 << 31) }},
	{"WaitGroup reused before previous Wait has returned", func() {
		runtime.GOMAXPROCS(1)
		var group sync.WaitGroup
		group.Add(1)
		go func() {
			group.Wait()
		}()
		time.Sleep(time.Millisecond)
		group.Done()
		group.Add(1)
		select {}
	}},
	{"WithCancel of nil", func() { context.WithCancel(nil) }},
	{"index out of range", func() { none := []int{}; fmt.Println(none[len(os.Args)]) }},
	{"divide by zero", func() { zero := len(os.Args) - 2; fmt.Println(1 / zero) }},
	{"nil map", func() { var m map[int]int; m[1] = 1 }},
	{"nil pointer", func() { var p *program; fmt.Println(p.name) }},

	{"unlock of unlocked Mutex", func() { new(sync.Mutex).Unlock() }},
	{"unlock of unlocked Mutex with a deferred recover", func() {
		defer func() { recover() }()
		new(sync.Mutex).Unlock()
	}},
	{"Unlock of unlocked RWMutex", func() { new(sync.RWMutex).Unlock() }},
	{"RUnlock of unlocked RWMutex", func() { new(sync.RWMutex).RUnlock() }},
	{"RUnlock of an RWMutex held by a writer", func() {
		var lock sync.RWMutex
		lock.Lock()
		lock.RUnlock()
	}},
	{"Unlock of an RWMutex held by a reader", func() {
		var lock sync.RWMutex
		lock.RLock()
		lock.Unlock()
	}},
	{"Cond.Wait without its lock", func() { sync.NewCond(new(sync.Mutex)).Wait() }},

	{"asleep in receive", func() { <-make(chan int) }},
	{"asleep in send", func() { make(chan int) <- 1 }},
	{"asleep in receive from nil", func() { var c chan int; <-c }},
	{"asleep in send on nil", func() { var c chan int; c <- 1 }},
	{"asleep in select", func() {
		select {
		case <-make(chan int):
		case <-make(chan int):
		}
	}},
	{"asleep in select {}", func() { select {} }},
	{"asleep in range", func() {
		for range make(chan int) {
		}
	}},
	{"asleep in WaitGroup.Wait", func() {
		var group sync.WaitGroup
		group.Add(1)
		group.Wait()
	}},
	{"asleep in Mutex.Lock", func() {
		var lock sync.Mutex
		lock.Lock()
		lock.Lock()
	}},
	{"asleep in RWMutex.Lock", func() {
		var lock sync.RWMutex
		lock.RLock()
		lock.Lock()
	}},
	{"asleep in RWMutex.RLock", func() {
		var lock sync.RWMutex
		lock.Lock()
		lock.RLock()
	}},
	{"asleep in Cond.Wait", func() {
		cond := sync.NewCond(new(sync.Mutex))
		cond.L.Lock()
		cond.Wait()
	}},
	{"asleep in Done of a context that nobody cancels", func() {
		ctx, _ := context.WithCancel(context.Background())
		<-ctx.Done()
	}},
	{"asleep in a stopped timer", func() {
		timer := time.NewTimer(time.Second)
		timer.Stop()
		<-timer.C
	}},
	{"asleep, main and a child", func() {
		c := make(chan int)
		go func() { <-c }()
		<-c
	}},
	{"not asleep while a timer is armed, though nobody would be freed", func() {
		time.AfterFunc(100*time.Millisecond, func() { os.Exit(7) })
		select {}
	}},
	{"asleep with a timer that nobody waits for", func() {
		timer := time.NewTimer(time.Hour)
		<-make(chan int)
		timer.Stop()
	}},
	{"asleep with a ticker that nobody waits for", func() {
		ticker := time.NewTicker(time.Millisecond)
		<-make(chan int)
		ticker.Stop()
	}},
	{"not asleep while a child waits for a ticker", func() {
		go func() {
			ticker := time.NewTicker(time.Millisecond)
			for range 3 {
				<-ticker.C
			}
			os.Exit(9)
		}()
		<-make(chan int)
	}},
	{"asleep once the child that slept has ended", func() {
		go func() { time.Sleep(time.Millisecond) }()
		<-make(chan int)
	}},
	{"not asleep while a context has a deadline", func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
		defer cancel()
		context.AfterFunc(ctx, func() { os.Exit(9) })
		<-make(chan int)
	}},
	{"asleep, two take two locks in opposite order", func() {
		var a, b sync.Mutex
		a.Lock()
		go func() {
			b.Lock()
			a.Lock()
		}()
		time.Sleep(time.Millisecond)
		b.Lock()
	}},
	{"Goexit of main, nobody left", func() { runtime.Goexit() }},
	{"Goexit of main, a child ends the process", func() {
		go func() { time.Sleep(time.Millisecond); os.Exit(8) }()
		runtime.Goexit()
	}},

	{"synctest, all in the bubble are blocked", func() {
		bubble(func() { <-make(chan int) })
	}},
	{"synctest, the root returned and one is blocked", func() {
		bubble(func() { go func() { <-make(chan int) }() })
	}},
	{"synctest, the root returned and one sleeps on", func() {
		bubble(func() { go func() { time.Sleep(time.Hour) }() })
	}},
}

func main() {
	if len(os.Args) > 1 {
		for _, program := range programs {
			if program.name == os.Args[1] {
				program.run()
			}
		}
		return
	}
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	for _, program := range programs {
		var message bytes.Buffer
		command := exec.Command(self, program.name)
		command.Stderr = &message
		command.Stdout = &message
		command.Run()
		fmt.Printf("%s: %s | %s | exit %d\n", program.name, first(message.String()), goroutine(message.String()), command.ProcessState.ExitCode())
	}
}

func first(message string) string {
	for line := range strings.Lines(message) {
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") {
			return strings.TrimSpace(line)
		}
	}
	return "no message"
}

var header = regexp.MustCompile(`(?m)^goroutine \d+ \S*.*\[([^\],]+)[^\]]*\].*:$`)

func goroutine(message string) string {
	if match := header.FindStringSubmatch(message); match != nil {
		return match[1]
	}
	return "no goroutine"
}

func bubble(f func()) {
	everything := func(string, string) (bool, error) { return true, nil }
	inside := func(t *testing.T) { synctest.Test(t, func(*testing.T) { f() }) }
	os.Args = os.Args[:1]
	testing.Main(everything, []testing.InternalTest{{Name: "oracle", F: inside}}, nil, nil)
}
