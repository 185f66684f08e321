package main

import (
	"fmt"
	"time"
)

func ask(answers chan string) {
	time.Sleep(20 * time.Millisecond)
	answers <- "late" // leak: chan send
}

func main() {
	answers := make(chan string)
	go ask(answers)
	select {
	case answer := <-answers:
		fmt.Println(answer)
	case <-time.After(10 * time.Millisecond):
		fmt.Println("timeout")
	}
}
