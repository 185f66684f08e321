package main

import "fmt"

func first(n, buffer int) int {
	results := make(chan int, buffer)
	for i := range n {
		go func() {
			results <- i
		}()
	}
	return <-results
}

func main() {
	got := first(5, 5)
	fmt.Println(got >= 0 && got < 5)
}
