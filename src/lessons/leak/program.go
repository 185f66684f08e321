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
	var children sync.WaitGroup //? parent=joins
	for range workers {
		children.Add(1) //? parent=joins
		go child(ctx, rc) //? parent=as-posted|at-timeout|results-or-timeout
		go child(ctx, rc, &children) //? parent=joins
	}
	gathered := 0 //? parent=results-or-timeout|joins
	t := time.NewTimer(timeout) //? timer=once
	for {
		select { //~ gather
		case <-rc:
			gathered++ //? parent=results-or-timeout|joins
			if gathered == workers { //? parent=results-or-timeout|joins
				return //? parent=results-or-timeout
				cancel() //? parent=joins
				children.Wait() //~ join //? parent=joins
				return //? parent=joins
			} //? parent=results-or-timeout|joins
		case <-t.C: //? timer=once
		case <-time.After(timeout): //? timer=each-message
			cancel()
			children.Wait() //~ join //? parent=joins
			return //? parent=at-timeout|results-or-timeout|joins
		}
	}
}

// Works, and reports on rc.
func child(ctx context.Context, rc chan<- bool) { //? parent=as-posted|at-timeout|results-or-timeout
func child(ctx context.Context, rc chan<- bool, wg *sync.WaitGroup) { //? parent=joins
	defer wg.Done() //? parent=joins
	for { //? shape=loop
	if ctx.Err() != nil { //? listen=on & hears=once|step|wait
		return //? listen=on & hears=once|step|wait
	} //? listen=on & hears=once|step|wait
	work(ctx)
	select { //~ send //? listen=on & send=select
	case <-ctx.Done(): //? listen=on & send=select
		return //? listen=on & send=select
	case rc <- true: //? listen=on & send=select
	} //? listen=on & send=select
	rc <- true //~ send //? listen=off | send=naked
	} //? shape=loop
}

// Does eight equal steps. A call may hang. Who hears the cancel ends early.
func work(ctx context.Context) {
	for range 8 {
		if ctx.Err() != nil { //? listen=on & hears=step
			return //? listen=on & hears=step
		} //? listen=on & hears=step
		<-call() //~ work call //? listen=off | hears=never|once|step
		select { //~ work call //? listen=on & hears=wait
		case <-ctx.Done(): //? listen=on & hears=wait
			return //? listen=on & hears=wait
		case <-call(): //? listen=on & hears=wait
		} //? listen=on & hears=wait
	}
}
//]
