package main

import (
	"fmt"
	"sync"
	"time"
)

type store struct {
	mu     sync.Mutex
	events chan int
}

func (s *store) put(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events <- n // leak: chan send
}

func (s *store) drain() {
	s.mu.Lock() // leak: sync.Mutex.Lock
	defer s.mu.Unlock()
	fmt.Println(<-s.events)
}

func main() {
	s := &store{events: make(chan int)}
	go s.put(1)
	time.Sleep(time.Millisecond)
	go s.drain()
	time.Sleep(time.Millisecond)
}
