package main

import (
	"errors"
	"fmt"
)

func work(done chan error, fails bool) {
	if fails {
		done <- errors.New("failed")
	}
	done <- nil // leak: chan send
}

func main() {
	done := make(chan error)
	go work(done, true)
	fmt.Println(<-done)
}
