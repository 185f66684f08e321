package main

import (
	"fmt"
	"sync"
)

func main() {
	jobs := make(chan int)
	var wg sync.WaitGroup
	for range 3 {
		go func() {
			for job := range jobs {
				_ = job
				wg.Done()
			}
		}()
	}
	for i := range 6 {
		wg.Add(1)
		jobs <- i
	}
	wg.Wait()
	close(jobs)
	fmt.Println("done")
}
