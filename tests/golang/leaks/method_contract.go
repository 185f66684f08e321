package main

import "fmt"

type Worker struct {
	in   chan int
	stop chan struct{}
}

func NewWorker() *Worker {
	w := &Worker{in: make(chan int), stop: make(chan struct{})}
	go w.run()
	return w
}

func (w *Worker) run() {
	for {
		select { // leak: select
		case n := <-w.in:
			fmt.Println(n)
		case <-w.stop:
			return
		}
	}
}

func (w *Worker) Stop() { close(w.stop) }

func main() {
	w := NewWorker()
	w.in <- 1
}
