package main

import (
	"fmt"
	"time"
)

func watch(interval time.Duration, stop chan struct{}, events chan<- string) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			events <- "tick"
		case <-stop:
			return
		}
	}
}

func main() {
	events := make(chan string)
	stop := make(chan struct{})
	go watch(time.Second, stop, events)
	fmt.Println(<-events)
	close(stop)
}
