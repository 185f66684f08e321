package main

import (
	"errors"
	"fmt"
)

func check() error { return errors.New("not now") }

func handle(buffer int) error {
	result := make(chan int, buffer)
	go func() {
		result <- 1
	}()
	if err := check(); err != nil {
		return err
	}
	fmt.Println(<-result)
	return nil
}

func main() { fmt.Println(handle(1)) }
