//go:build ignore

// Who runs next on one processor: one line for each program, "program: the steps in the order in which they were taken".
// Each runs two hundred times. The specification promises none of it.
//
// What is seen: whoever was made ready last runs next, in the place of whom it drives to the end of the local queue; who
// gives way goes to the end of a global queue, which is looked at when the local one is empty, and at each 61st turn.
package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"
)

func main() {
	runtime.GOMAXPROCS(1)
	debug.SetGCPercent(-1)
	spawned()
	channels()
	locks()
	groups()
	clocks()
	yields()
	exits()
}

func spawned() {
	program("three are spawned, main waits", func(s *steps) {
		for _, name := range []string{"a", "b", "c"} {
			go s.add(name)
		}
		s.add("main")
	})
	program("ten are spawned, main waits", func(s *steps) {
		for i := range 10 {
			go s.add(fmt.Sprint(i))
		}
		s.add("main")
	})
	program("each spawns the next", func(s *steps) {
		go func() {
			s.add("a")
			go func() {
				s.add("b")
				go s.add("c")
				s.add("b again")
			}()
			s.add("a again")
		}()
	})
	program("two are spawned, each spawns two", func(s *steps) {
		for _, name := range []string{"a", "b"} {
			go func() {
				s.add(name)
				go s.add(name + "1")
				go s.add(name + "2")
			}()
		}
	})
	program("spawned between Gosched", func(s *steps) {
		for _, name := range []string{"a", "b", "c"} {
			go s.add(name)
			runtime.Gosched()
		}
		s.add("main")
	})
}

func channels() {
	program("three wait to receive, three sends", func(s *steps) {
		c := make(chan int)
		s.waiters(3, func() { <-c })
		for range 3 {
			c <- 1
		}
		s.add("main")
	})
	program("three wait to receive, close", func(s *steps) {
		c := make(chan int)
		s.waiters(3, func() { <-c })
		close(c)
		s.add("main")
	})
	program("five wait to receive, close", func(s *steps) {
		c := make(chan int)
		s.waiters(5, func() { <-c })
		close(c)
		s.add("main")
	})
	program("three wait to send, three receives", func(s *steps) {
		c := make(chan int)
		s.waiters(3, func() { c <- 1 })
		for range 3 {
			<-c
		}
		s.add("main")
	})
	program("two of three wait on one channel and one on another, a send to each", func(s *steps) {
		c, d := make(chan int), make(chan int)
		s.waiters(2, func() { <-c })
		s.waiters(1, func() { <-d })
		c <- 1
		d <- 1
		c <- 1
		s.add("main")
	})
	program("one receives in a loop, main sends four", func(s *steps) {
		c := make(chan int)
		go func() {
			for value := range c {
				s.add(fmt.Sprint("got ", value))
			}
			s.add("closed")
		}()
		for i := range 4 {
			c <- i
			s.add(fmt.Sprint("sent ", i))
		}
		close(c)
	})
	program("one receives in a loop, main sends four into two places", func(s *steps) {
		c := make(chan int, 2)
		go func() {
			for value := range c {
				s.add(fmt.Sprint("got ", value))
			}
			s.add("closed")
		}()
		for i := range 4 {
			c <- i
			s.add(fmt.Sprint("sent ", i))
		}
		close(c)
	})
	program("two send to main, who receives four", func(s *steps) {
		c := make(chan string)
		for _, name := range []string{"a", "b"} {
			go func() {
				for i := range 2 {
					c <- fmt.Sprint(name, i)
					s.add("sent " + fmt.Sprint(name, i))
				}
			}()
		}
		for range 4 {
			s.add("got " + <-c)
		}
	})
	program("ping and pong, and a third", func(s *steps) {
		ping, pong := make(chan int), make(chan int)
		go func() {
			for range ping {
				s.add("pong")
				pong <- 1
			}
		}()
		go s.add("third")
		for range 3 {
			s.add("ping")
			ping <- 1
			<-pong
		}
		close(ping)
	})
	program("spawned, then woken", func(s *steps) {
		c := make(chan int)
		s.waiters(1, func() { <-c })
		go s.add("spawned")
		c <- 1
		s.add("main")
	})
	program("woken, then spawned", func(s *steps) {
		c := make(chan int)
		s.waiters(1, func() { <-c })
		c <- 1
		go s.add("spawned")
		s.add("main")
	})
	program("three select on two channels, one is closed", func(s *steps) {
		c, d := make(chan int), make(chan int)
		s.waiters(3, func() {
			select {
			case <-c:
			case <-d:
			}
		})
		close(d)
		s.add("main")
	})
	program("a pipeline of three stages, two values", func(s *steps) {
		in, middle, out := make(chan int), make(chan int), make(chan int)
		stage := func(name string, from, to chan int) {
			for value := range from {
				s.add(fmt.Sprint(name, value))
				to <- value
			}
			close(to)
		}
		go stage("first ", in, middle)
		go stage("second ", middle, out)
		go func() {
			in <- 1
			s.add("gave 1")
			in <- 2
			s.add("gave 2")
			close(in)
		}()
		for value := range out {
			s.add(fmt.Sprint("got ", value))
		}
	})
	program("five workers take ten jobs from a full channel", func(s *steps) {
		jobs := make(chan int, 10)
		for i := range 10 {
			jobs <- i
		}
		close(jobs)
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			go func() {
				for job := range jobs {
					s.add(fmt.Sprint(name, job))
				}
			}()
		}
	})
	program("five workers send one result each, main receives all", func(s *steps) {
		results := make(chan string)
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			go func() {
				results <- name
				s.add("sent " + name)
			}()
		}
		for range 5 {
			s.add("got " + <-results)
		}
	})
	program("a context of three who wait is cancelled", func(s *steps) {
		ctx, cancel := context.WithCancel(context.Background())
		s.waiters(3, func() { <-ctx.Done() })
		cancel()
		s.add("main")
	})
	program("a context and its child are waited for, and cancelled", func(s *steps) {
		ctx, cancel := context.WithCancel(context.Background())
		child, _ := context.WithCancel(ctx)
		s.waiters(1, func() { <-ctx.Done() })
		s.waiters(1, func() { <-child.Done() })
		context.AfterFunc(ctx, func() { s.add("function") })
		cancel()
		s.add("main")
	})
}

func locks() {
	program("three wait for a mutex, unlocked", func(s *steps) {
		var lock sync.Mutex
		lock.Lock()
		s.waiters(3, func() { lock.Lock(); defer lock.Unlock() })
		lock.Unlock()
		s.add("main")
	})
	program("three wait for a mutex, unlocked and locked again", func(s *steps) {
		var lock sync.Mutex
		lock.Lock()
		s.waiters(3, func() { lock.Lock(); defer lock.Unlock() })
		lock.Unlock()
		lock.Lock()
		s.add("main has it again")
		lock.Unlock()
		s.add("main")
	})
	program("two take turns at a mutex", func(s *steps) {
		var lock sync.Mutex
		for _, name := range []string{"a", "b"} {
			go func() {
				for range 3 {
					lock.Lock()
					s.add(name)
					runtime.Gosched()
					lock.Unlock()
				}
			}()
		}
	})
	program("a mutex is unlocked after 2ms to one who waits, and locked again", func(s *steps) {
		var lock sync.Mutex
		lock.Lock()
		s.waiters(1, func() { lock.Lock(); defer lock.Unlock() })
		spin(2 * time.Millisecond)
		lock.Unlock()
		lock.Lock()
		s.add("main")
		lock.Unlock()
	})
	program("three wait to read, unlocked", func(s *steps) {
		var lock sync.RWMutex
		lock.Lock()
		s.waiters(3, func() { lock.RLock() })
		lock.Unlock()
		s.add("main")
	})
	program("two wait to read and one to write, unlocked", func(s *steps) {
		var lock sync.RWMutex
		lock.Lock()
		s.waiters(2, func() { lock.RLock(); defer lock.RUnlock() })
		s.waiters(1, func() { lock.Lock(); defer lock.Unlock() })
		lock.Unlock()
		s.add("main")
	})
	program("three wait for a signal, three signals", func(s *steps) {
		cond := sync.NewCond(new(sync.Mutex))
		s.waiters(3, func() { cond.L.Lock(); cond.Wait(); cond.L.Unlock() })
		for range 3 {
			cond.Signal()
		}
		s.add("main")
	})
	program("three wait for a signal, a broadcast", func(s *steps) {
		cond := sync.NewCond(new(sync.Mutex))
		s.waiters(3, func() { cond.L.Lock(); cond.Wait(); cond.L.Unlock() })
		cond.Broadcast()
		s.add("main")
	})
}

func groups() {
	program("three wait for a group, done", func(s *steps) {
		var group sync.WaitGroup
		group.Add(1)
		s.waiters(3, func() { group.Wait() })
		group.Done()
		s.add("main")
	})
	program("five wait for a group, done", func(s *steps) {
		var group sync.WaitGroup
		group.Add(1)
		s.waiters(5, func() { group.Wait() })
		group.Done()
		s.add("main")
	})
	program("main waits for three of a group", func(s *steps) {
		var group sync.WaitGroup
		for _, name := range []string{"a", "b", "c"} {
			group.Go(func() { s.add(name) })
		}
		group.Wait()
		s.add("main")
	})
	program("main waits for three of a group, who send into a full channel", func(s *steps) {
		var group sync.WaitGroup
		c := make(chan string, 1)
		for _, name := range []string{"a", "b", "c"} {
			group.Go(func() { c <- name; s.add("sent " + name) })
		}
		go func() { group.Wait(); close(c) }()
		for name := range c {
			s.add("got " + name)
		}
		s.add("main")
	})
	program("three call a Once whose function gives way", func(s *steps) {
		var once sync.Once
		for _, name := range []string{"a", "b", "c"} {
			go func() {
				once.Do(func() { s.add("once by " + name); runtime.Gosched() })
				s.add(name)
			}()
		}
	})
}

// Timers that are due when main waits next are looked at together, in order of their time.
func clocks() {
	computing("three sleeps end while one computes", func(s *steps) {
		for i, wait := range []int{1, 2, 3} {
			go func() { time.Sleep(time.Duration(wait) * 200 * time.Microsecond); s.add(fmt.Sprint(i)) }()
		}
		settle()
		spin(time.Millisecond)
	})
	computing("three sleeps end while one computes, the first is the longest", func(s *steps) {
		for i, wait := range []int{3, 2, 1} {
			go func() { time.Sleep(time.Duration(wait) * 200 * time.Microsecond); s.add(fmt.Sprint(i)) }()
		}
		settle()
		spin(time.Millisecond)
	})
	computing("three timers' channels are due while one computes", func(s *steps) {
		for i, wait := range []int{1, 2, 3} {
			go func() { <-time.After(time.Duration(wait) * 200 * time.Microsecond); s.add(fmt.Sprint(i)) }()
		}
		settle()
		spin(time.Millisecond)
	})
	computing("three functions are due while one computes", func(s *steps) {
		settle()
		for i, wait := range []int{1, 2, 3} {
			time.AfterFunc(time.Duration(wait)*200*time.Microsecond, func() { s.add(fmt.Sprint(i)) })
		}
		spin(time.Millisecond)
	})
	computing("a sleep ends and one was spawned while one computes", func(s *steps) {
		go func() { time.Sleep(200 * time.Microsecond); s.add("slept") }()
		settle()
		go s.add("spawned")
		spin(time.Millisecond)
	})
	computing("a sleep ends and one gave way while one computes", func(s *steps) {
		go func() { time.Sleep(200 * time.Microsecond); s.add("slept") }()
		settle()
		go func() { spin(time.Millisecond); s.add("gives way"); runtime.Gosched(); s.add("again") }()
		runtime.Gosched()
	})
	computing("Sleep(0) does not give way", func(s *steps) {
		go s.add("a")
		time.Sleep(0)
		s.add("main")
	})
}

func yields() {
	program("Gosched with three spawned", func(s *steps) {
		for _, name := range []string{"a", "b", "c"} {
			go s.add(name)
		}
		runtime.Gosched()
		s.add("main")
	})
	program("two that give way in turns", func(s *steps) {
		for _, name := range []string{"a", "b"} {
			go func() {
				for i := range 3 {
					s.add(fmt.Sprint(name, i))
					runtime.Gosched()
				}
			}()
		}
	})
	program("three that give way in turns", func(s *steps) {
		for _, name := range []string{"a", "b", "c"} {
			go func() {
				for i := range 3 {
					s.add(fmt.Sprint(name, i))
					runtime.Gosched()
				}
			}()
		}
	})
	program("who gave way comes after whom it had spawned, and after whom that spawns", func(s *steps) {
		go func() {
			s.add("a")
			go func() {
				s.add("b")
				go func() {
					s.add("c")
					go s.add("d")
				}()
			}()
			runtime.Gosched()
			s.add("a again")
		}()
	})
	program("who gave way comes after whom is woken later", func(s *steps) {
		c := make(chan int)
		s.waiters(1, func() { <-c })
		go func() { s.add("gives way"); runtime.Gosched(); s.add("gave way") }()
		go func() { s.add("sends"); c <- 1; s.add("sent") }()
	})
	extremes("two wake each other a thousand times, turns of one that gives way in a loop", func(s *steps) {
		ping, pong := make(chan int), make(chan int)
		over := false
		turns := 0
		go func() {
			for range ping {
				pong <- 1
			}
			over = true
		}()
		go func() {
			for !over {
				turns++
				runtime.Gosched()
			}
		}()
		for range 1000 {
			ping <- 1
			<-pong
		}
		close(ping)
		s.add(fmt.Sprint(turns))
	})
	program("two hundred spawn the next one, and one gave way before", func(s *steps) {
		at := 0
		var next func(int)
		next = func(n int) {
			at = n
			if n < 200 {
				go next(n + 1)
			}
		}
		go func() {
			go next(1)
			runtime.Gosched()
			s.add(fmt.Sprint("came after ", at))
		}()
	})
	extremes("two hundred stand in the queue when one gives way, it comes after", func(s *steps) {
		ran := 0
		go func() {
			for range 200 {
				go func() { ran++ }()
			}
			runtime.Gosched()
			s.add(fmt.Sprint(ran))
		}()
	})
	once("one computes for 100ms, another waits in the queue for less than 50ms", func(s *steps) {
		begin := time.Now()
		go func() { s.add(fmt.Sprint(time.Since(begin) < 50*time.Millisecond)) }()
		spin(100 * time.Millisecond)
	})
	once("one computes for 30ms, and goes on after the other", func(s *steps) {
		go s.add("other")
		spin(30 * time.Millisecond)
		s.add("main")
	})
}

func exits() {
	program("a panic is recovered, and another was spawned before", func(s *steps) {
		go func() {
			defer func() { recover(); s.add("recovered") }()
			go s.add("spawned")
			panic("no")
		}()
	})
	program("Goexit, and another was spawned before", func(s *steps) {
		go func() {
			defer s.add("deferred")
			go s.add("spawned")
			runtime.Goexit()
		}()
	})
}

// HELPERS

// steps is what was done, in order.
type steps struct{ names []string }

func (s *steps) add(name string) { s.names = append(s.names, name) }

var (
	started int
	pause   = 300 * time.Microsecond
)

// waiters starts n goroutines that wait in f, one after the other, and say their number once they go on. Nobody stands
// in a queue then.
func (s *steps) waiters(n int, f func()) {
	for range n {
		number := started
		started++
		go func() { f(); s.add(fmt.Sprint(number)) }()
		settle()
	}
}

// settle lets everyone else go as far as they can, and begins a slice of time: who sleeps and is woken goes on with the old
// one, who gives way does not.
func settle() {
	time.Sleep(10 * time.Microsecond)
	runtime.Gosched()
}

// program says what it did, in more than three quarters of the runs. With a Gosched in it, the look at the global queue at
// each 61st turn shows now and then; and on a busy machine anybody may be preempted.
func program(name string, f func(*steps)) {
	const runs = 200
	times := map[string]int{}
	most := ""
	for range runs {
		text := run(f)
		times[text]++
		if times[text] > times[most] {
			most = text
		}
	}
	if times[most] <= runs*3/4 {
		most = fmt.Sprint("not always the same: ", times)
	}
	fmt.Printf("%s: %s\n", name, most)
}

// computing is the same for a program that computes for a while: who watches it sleeps meanwhile.
func computing(name string, f func(*steps)) {
	pause = 4 * time.Millisecond
	program(name, f)
	pause = 300 * time.Microsecond
}

// extremes says the least and the most that a program counted.
func extremes(name string, f func(*steps)) {
	least, most := 1<<30, 0
	for range 500 {
		count, _ := strconv.Atoi(run(f))
		least, most = min(least, count), max(most, count)
	}
	fmt.Printf("%s: %d to %d\n", name, least, most)
}

func once(name string, f func(*steps)) { fmt.Printf("%s: %s\n", name, run(f)) }

// run starts main, and sleeps until all have run: who sleeps stands in no queue, and main's return wakes nobody.
func run(f func(*steps)) string {
	started = 0
	s := &steps{}
	begin := time.Now()
	over := time.Duration(0)
	go func() {
		f(s)
		over = time.Since(begin)
	}()
	time.Sleep(pause)
	for over == 0 {
		time.Sleep(pause)
	}
	time.Sleep(pause)
	return strings.Join(s.names, ", ")
}

func spin(wait time.Duration) {
	for begin := time.Now(); time.Since(begin) < wait; {
	}
}
