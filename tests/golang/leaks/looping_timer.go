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
			events <- "tick" // leak: chan send
		case <-stop:
			return
		}
	}
}

func main() {
	events := make(chan string)
	go watch(time.Second, make(chan struct{}), events)
	fmt.Println(<-events)
}
