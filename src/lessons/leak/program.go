package main

import (
	"context"
	"sync"
	"time"
)

//[
// Starts a request's workers, gathers their results, and gives up at the time-out.
func parent(capacity, workers int, timeout time.Duration) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	rc := make(chan bool, capacity)
	//? parent=joins
	var children sync.WaitGroup
	for range workers {
		//? parent=joins
		children.Add(1)
		//? parent=joins
		go child(ctx, rc, &children)
		//? parent=as-posted|at-timeout|results-or-timeout
		go child(ctx, rc)
	}
	//? parent=results-or-timeout|joins
	gathered := 0
	//? timer=once
	timer := time.After(timeout)
	for {
		select { //~ gather
		case <-rc:
			//? parent=results-or-timeout
			if gathered++; gathered == workers {
				return
			}
			//? parent=joins
			if gathered++; gathered == workers {
				cancel()
				children.Wait() //~ join
				return
			}
		//? timer=once
		case <-timer:
		//? timer=each-message
		case <-time.After(timeout):
			cancel()
			//? parent=joins
			children.Wait() //~ join
			//? parent=at-timeout|results-or-timeout|joins
			return
		}
	}
}

// Works, and reports on rc.
//? parent=as-posted|at-timeout|results-or-timeout
func child(ctx context.Context, rc chan<- bool) {
//? parent=joins
func child(ctx context.Context, rc chan<- bool, wg *sync.WaitGroup) {
	//? parent=joins
	defer wg.Done()
	for {
		//? listen=on & hears=once|step|wait
		if ctx.Err() != nil {
			return
		}
		work(ctx)
		//? listen=off | send=naked
		rc <- true //~ send
		//? listen=on & send=select
		select { //~ send
		case <-ctx.Done():
			return
		case rc <- true:
		}
		//? shape=one-shot
		return
	}
}

// Does eight equal steps; a call may hang. Who hears the cancel ends early.
func work(ctx context.Context) {
	for range 8 {
		//? listen=on & hears=step
		if ctx.Err() != nil {
			return
		}
		//? listen=off | hears=never|once|step
		<-call() //~ work call
		//? listen=on & hears=wait
		select { //~ work call
		case <-ctx.Done():
			return
		case <-call():
		}
	}
}
//]
