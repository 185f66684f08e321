// How many goroutines pile up over many requests.
package main

import (
	"fmt"
	"strconv"
	"testing/synctest"
	"time"
)

type pile struct {
	name  string
	knobs knobs
}

func piles() []pile {
	with := func(parent, hears, send string, capacity, stuck int) knobs {
		return knobs{hears, send, "one-shot", capacity, parent, "short", "once", 10, stuck}
	}
	return []pile{
		{"as posted, all children well behaved", with("as-posted", "never", "naked", 10, 0)},
		{"as posted with the post's fix, all children well behaved", with("as-posted", "once", "naked", 10, 0)},
		{"as posted, one child in ten stuck", with("as-posted", "never", "naked", 10, 1)},
		{"as posted with the post's fix, one child in ten stuck", with("as-posted", "once", "naked", 10, 1)},
		{"checks once and the parent returns at T, one child in ten stuck", with("at-timeout", "once", "naked", 10, 1)},
		{"checks once and the parent returns after the results or at T, one child in ten stuck", with("results-or-timeout", "once", "naked", 10, 1)},
		{"checks once and the parent joins, one child in ten stuck", with("joins", "once", "naked", 10, 1)},
		{"select around work and send and the parent returns, one child in ten stuck", with("results-or-timeout", "wait", "select", 10, 1)},
		{"select around work and send and the parent joins, one child in ten stuck", with("joins", "wait", "select", 10, 1)},
		{"nobody listens, the parent returns after the results, nobody stuck", with("results-or-timeout", "never", "naked", 10, 0)},
	}
}

const apart = 100 * time.Millisecond

// accumulation: requests of 10 children each, one every 100 ms, counted 5T+150ms after the last one arrived.
func accumulation() {
	for i, pile := range piles() {
		for _, requests := range []int{10, 100, 1000} {
			fmt.Printf("requests=%d workers=10 stuck=%d %v | alive: %s | %s\n", requests, pile.knobs.stuck, pile.knobs,
				myself("accumulate", strconv.Itoa(i), strconv.Itoa(requests)), pile.name)
		}
	}
}

func accumulate(which, requests int) {
	bubble(func() {
		for range requests {
			request("pile", piles()[which].knobs)
			time.Sleep(apart)
		}
		time.Sleep(instants[2] - apart)
		synctest.Wait()
		alive := everyone()
		total := alive.count("pile", "parent") + alive.count("pile", "child")
		fmt.Printf("%d (%s)", total, alive.of("pile"))
	})
}

// plateau: one request every 100 ms for 100 s, counted every 10 s. Late children make a plateau, leaked ones a ramp.
func plateau() {
	late := knobs{"never", "naked", "one-shot", 10, "at-timeout", "long", "once", 10, 0}
	leak := knobs{"never", "naked", "one-shot", 10, "results-or-timeout", "short", "once", 10, 1}
	bubble(func() {
		start := time.Now()
		var seen []alive
		for number := range 1000 {
			request("plateau", late)
			request("ramp", leak)
			if number%100 == 99 {
				time.Sleep(apart / 2)
				synctest.Wait()
				seen = append(seen, everyone())
			}
			time.Sleep(time.Duration(number+1)*apart - time.Since(start))
		}
		for _, series := range []pile{{"plateau", late}, {"ramp", leak}} {
			fmt.Printf("series=%s workers=10 stuck=%d %v", series.name, series.knobs.stuck, series.knobs)
			for i, alive := range seen {
				fmt.Printf(" | %ds: %s", 10*(i+1), alive.of(series.name))
			}
			fmt.Println()
		}
	})
}
