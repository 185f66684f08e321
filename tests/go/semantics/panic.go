//go:build ignore

// panic, recover, Goexit and what is deferred: one line for each rule, "rule: answer". Virtual time, so "blocked" is exact.
// How an unrecovered panic ends the process is in fatal.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func main() {
	bubble(func() {
		deferred()
		recovers()
		again()
		goexits()
		primitives()
	})
}

func deferred() {
	var order log
	caught(func() {
		defer order.add("first deferred")
		defer order.add("second deferred")
		order.add("body")
		panic("no")
	})
	rule("a panic runs what is deferred, the last first", order.take())
	caught(func() {
		defer order.add("outer")
		func() {
			defer order.add("inner")
			panic("no")
		}()
		order.add("not reached")
	})
	rule("a panic runs the inner function's first", order.take())
	rule("a panic in a function two calls down", caught(func() { func() { func() { panic("deep") }() }() }))
	func() {
		defer order.add("deferred")
		order.add("body")
	}()
	rule("without a panic it runs at the return", order.take())
	caught(func() {
		defer func() {
			time.Sleep(time.Second)
			order.add("after a second")
		}()
		panic("no")
	})
	rule("what is deferred may wait", order.take())
}

func recovers() {
	rule("recover without a panic", recover())
	rule("recover gives what panic was given", recovered(func() { panic("text") }))
	rule("recover gives a number", recovered(func() { panic(7) }))
	reason := errors.New("broken")
	rule("recover gives the very error", recovered(func() { panic(reason) }) == any(reason))
	rule("panic(nil) is recovered as", recovered(func() { panic(nil) }))
	value := func() (value int) {
		defer func() {
			recover()
			value = 7
		}()
		panic("no")
	}()
	rule("a function that recovers returns what it says", value)
	empty := func() (value int) {
		defer func() { recover() }()
		value = 5
		panic("no")
	}()
	rule("a function that recovers keeps its result", empty)
	var order log
	func() {
		defer order.add("the rest is deferred too")
		defer func() { order.add(fmt.Sprint("recovered ", recover())) }()
		panic("no")
	}()
	order.add("goes on")
	rule("after recover", order.take())
	func() {
		defer func() { order.add(fmt.Sprint("second look ", recover())) }()
		defer func() { order.add(fmt.Sprint("first look ", recover())) }()
		panic("no")
	}()
	rule("recover works once", order.take())
	rule("recover in a function that a deferred one calls", caught(func() {
		defer func() { func() { recover() }() }()
		panic("no")
	}))
	rule("recover deferred directly", caught(func() {
		defer recover()
		panic("no")
	}))
	done := make(chan string, 1)
	go func() {
		defer func() { done <- fmt.Sprint("recovered ", recover()) }()
		panic("in a goroutine")
	}()
	rule("recover in the goroutine", <-done)
}

func again() {
	rule("a panic while another runs replaces it", recovered(func() {
		defer func() { panic("second") }()
		panic("first")
	}))
	rule("recovered and panicked again with the same", recovered(func() {
		defer func() { panic(recover()) }()
		panic("first")
	}))
	rule("recovered and panicked with another", recovered(func() {
		defer func() { panic(fmt.Sprint("after ", recover())) }()
		panic("first")
	}))
	var order log
	func() {
		defer func() { order.add(fmt.Sprint("outer ", recover())) }()
		defer func() {
			defer func() { order.add(fmt.Sprint("inner ", recover())) }()
			panic("second")
		}()
		panic("first")
	}()
	rule("a panic recovered inside of what another deferred", order.take())
	caught(func() {
		defer order.add("still runs")
		defer func() { panic("second") }()
		defer order.add("runs before")
		panic("first")
	})
	rule("a second panic does not keep the rest from running", order.take())
}

func goexits() {
	var order log
	exits := start(func() {
		defer order.add("first deferred")
		defer order.add("second deferred")
		runtime.Goexit()
		order.add("not reached")
	})
	rule("Goexit ends its goroutine", exits.ended())
	rule("Goexit runs what is deferred, the last first", order.take())
	start(func() {
		defer order.add("caller's")
		func() {
			defer order.add("callee's")
			runtime.Goexit()
		}()
		order.add("not reached")
	}).settle()
	rule("Goexit ends the callers too", order.take())
	start(func() {
		defer func() { order.add(fmt.Sprint("recover gives ", recover())) }()
		runtime.Goexit()
	}).settle()
	rule("Goexit is no panic", order.take())
	other := start(func() { time.Sleep(time.Second); order.add("the other goes on") })
	start(func() { runtime.Goexit() }).settle()
	time.Sleep(time.Second)
	rule("Goexit ends one goroutine only", other.String(), order.take())
	start(func() {
		defer func() {
			defer func() { recover() }()
			panic("in a deferred function")
		}()
		defer order.add("deferred")
		runtime.Goexit()
	}).settle()
	rule("a panic recovered while Goexit runs", order.take())
	ends := start(func() {
		func() {
			defer func() { order.add(fmt.Sprint(recover())) }()
			defer runtime.Goexit()
			panic("first")
		}()
		order.add("not reached")
	})
	rule("Goexit in a deferred function takes the panic's place", ends.ended(), order.take())
	ends = start(func() {
		defer order.add("outer")
		func() {
			defer func() { recover() }()
			defer func() { panic("second") }()
			runtime.Goexit()
		}()
		order.add("not reached")
	})
	rule("recover of a panic in a Goexit does not stop the Goexit", ends.ended(), order.take())
	start(func() {
		defer func() {
			time.Sleep(time.Second)
			order.add("after a second")
		}()
		runtime.Goexit()
	})
	time.Sleep(2 * time.Second)
	rule("what is deferred may wait in a Goexit", order.take())
}

func primitives() {
	var order log
	var lock sync.Mutex
	caught(func() {
		lock.Lock()
		defer lock.Unlock()
		panic("no")
	})
	rule("a deferred Unlock after a panic", lock.TryLock())
	var group sync.WaitGroup
	group.Add(2)
	go func() {
		defer group.Done()
		defer func() { recover() }()
		panic("no")
	}()
	go func() {
		defer group.Done()
		runtime.Goexit()
	}()
	rule("a deferred Done after a panic and a Goexit", start(group.Wait))
	ctx, cancel := context.WithCancel(context.Background())
	caught(func() {
		defer cancel()
		panic("no")
	})
	rule("a deferred cancel after a panic", ctx.Err())
	closed := make(chan int)
	close(closed)
	rule("recover of a send on a closed channel", recovered(func() { closed <- 1 }))
	rule("it is an error", isError(func() { closed <- 1 }))
	rule("recover of a close of a closed channel", recovered(func() { close(closed) }))
	rule("recover of a close of nil", recovered(func() { close((chan int)(nil)) }))
	rule("recover of a negative WaitGroup", recovered(func() { new(sync.WaitGroup).Done() }))
	rule("recover of NewTicker(0)", recovered(func() { time.NewTicker(0) }))
	rule("recover of an index out of range", recovered(func() { index([]int{1}, 5) }))
	c := make(chan int)
	sender := start(func() { order.add(caught(func() { c <- 1 })) })
	sender.settle()
	close(c)
	rule("a sender that waits when the channel is closed can recover", sender.String(), order.take())
	var once sync.Once
	rule("Once.Do with a Goexit", start(func() { once.Do(runtime.Goexit) }).ended())
	once.Do(func() { order.add("runs again") })
	rule("Once.Do after a Goexit", order.take())
	f := sync.OnceFunc(func() { panic("broken") })
	rule("OnceFunc panics each time", caught(f), caught(f))
}

func index(slice []int, i int) int { return slice[i] }

func isError(f func()) (yes bool) {
	defer func() {
		_, yes = recover().(error)
	}()
	f()
	return false
}

type log []string

func (l *log) add(text string) { *l = append(*l, text) }

func (l *log) take() string {
	text := ""
	for i, line := range *l {
		if i > 0 {
			text += ", "
		}
		text += line
	}
	*l = nil
	return text
}

func recovered(f func()) (reason any) {
	defer func() { reason = recover() }()
	f()
	return "no panic"
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

// task prints as "blocked" or "done", after everyone has gone as far as they can. A goroutine that exits is not done.
type task struct{ done, over *bool }

func start(f func()) task {
	done, over := false, false
	go func() {
		defer func() { over = true }()
		f()
		done = true
	}()
	return task{&done, &over}
}

func (t task) settle() { synctest.Wait() }

// ended says whether the goroutine is over, and how.
func (t task) ended() string {
	synctest.Wait()
	switch {
	case *t.done:
		return "returned"
	case *t.over:
		return "exited"
	}
	return "alive"
}

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
