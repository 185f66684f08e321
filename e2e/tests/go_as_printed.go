package main

import (
	"context"
	"fmt"
	"time"
)

func parent(count int) {
	ctx, cancel := context.Context(context.Background())
	defer cancel()
	rc := make(chan bool, count)
	for i := 0; i < count; i++ {
		go child(ctx, rc)
	}
	t := time.NewTimer(10 * time.Second)
	for {
		select {
		case <-rc:
			fmt.Println("Job is Done")
		case <-t.C:
			cancel()
			fmt.Println("Time out")
		}
	}
}

func child(ctx context.Context, rc chan bool) {
	select {
	case <-ctx.Done:
		return
	default:
		rc <- true
	}
}
