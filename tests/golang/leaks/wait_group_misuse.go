package main

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

func work(n int) error {
	if n == 2 {
		return errors.New("no")
	}
	return nil
}

func all() {
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Add(1)
		go func() {
			if err := work(i); err != nil {
				return
			}
			wg.Done()
		}()
	}
	wg.Wait() // leak: sync.WaitGroup.Wait
}

func main() {
	go all()
	time.Sleep(time.Millisecond)
	fmt.Println("main is done")
}
