package main

import (
	"errors"
	"fmt"
)

func work(done chan error, fails bool) {
	if fails {
		done <- errors.New("failed")
		return
	}
	done <- nil
}

func main() {
	done := make(chan error)
	go work(done, true)
	fmt.Println(<-done)
}
