// The rows of the table "what leaks, when", and the answer of Go's goroutineleak profile for each.
package main

import (
	"fmt"
	"strconv"
	"strings"
	"testing/synctest"
	"time"
)

// A row as the table states it: how many parents and children are alive after T and after 5T.
type row struct {
	name   string
	knobs  knobs
	stated [4]int // parents at T, children at T, parents at 5T, children at 5T
}

func table() []row {
	with := func(parent, hears, send, shape, work string, capacity int) knobs {
		return knobs{hears, send, shape, capacity, parent, work, "once", 5, 0}
	}
	runaway := with("as-posted", "never", "naked", "one-shot", "short", 5)
	runaway.timer = "each-message"
	return []row{
		{"1", with("as-posted", "never", "naked", "one-shot", "short", 5), [4]int{1, 0, 1, 0}},
		{"2", with("as-posted", "once", "naked", "one-shot", "short", 5), [4]int{1, 0, 1, 0}},
		{"3a", with("as-posted", "never", "naked", "one-shot", "long", 5), [4]int{1, 5, 1, 0}},
		{"3b", with("as-posted", "once", "naked", "one-shot", "long", 5), [4]int{1, 5, 1, 0}},
		{"4a", with("as-posted", "never", "naked", "one-shot", "stuck", 5), [4]int{1, 5, 1, 5}},
		{"4b", with("as-posted", "once", "naked", "one-shot", "stuck", 5), [4]int{1, 5, 1, 5}},
		{"5a", with("at-timeout", "never", "naked", "one-shot", "long", 5), [4]int{0, 5, 0, 0}},
		{"5b", with("at-timeout", "once", "naked", "one-shot", "long", 5), [4]int{0, 5, 0, 0}},
		{"6a", with("at-timeout", "never", "naked", "one-shot", "stuck", 5), [4]int{0, 5, 0, 5}},
		{"6b", with("at-timeout", "once", "naked", "one-shot", "stuck", 5), [4]int{0, 5, 0, 5}},
		{"7a", with("at-timeout", "never", "naked", "one-shot", "long", 0), [4]int{0, 5, 0, 5}},
		{"7b", with("at-timeout", "once", "naked", "one-shot", "long", 0), [4]int{0, 5, 0, 5}},
		{"8", with("at-timeout", "wait", "naked", "one-shot", "long", 0), [4]int{0, 5, 0, 5}},
		{"9", with("at-timeout", "never", "select", "one-shot", "long", 0), [4]int{0, 5, 0, 0}},
		{"10a", with("at-timeout", "step", "select", "one-shot", "long", 0), [4]int{0, 0, 0, 0}},
		{"10b", with("at-timeout", "wait", "select", "one-shot", "long", 0), [4]int{0, 0, 0, 0}},
		{"11", with("at-timeout", "wait", "select", "one-shot", "stuck", 0), [4]int{0, 0, 0, 0}},
		{"12", with("at-timeout", "once", "naked", "loop", "short", 5), [4]int{0, 5, 0, 0}},
		{"13", with("at-timeout", "once", "naked", "loop", "short", 0), [4]int{0, 5, 0, 5}},
		{"14", with("at-timeout", "never", "select", "loop", "stuck", 5), [4]int{0, 5, 0, 5}},
		{"15", with("results-or-timeout", "never", "naked", "one-shot", "short", 5), [4]int{0, 0, 0, 0}},
		{"16", with("results-or-timeout", "never", "naked", "one-shot", "long", 0), [4]int{0, 5, 0, 5}},
		{"17", with("results-or-timeout", "wait", "select", "one-shot", "stuck", 0), [4]int{0, 0, 0, 0}},

		// Not in the table: a runaway parent, and parents that wait for children who never come.
		{"e1", runaway, [4]int{1, 0, 1, 0}},
		{"e2", with("joins", "never", "naked", "one-shot", "stuck", 5), [4]int{1, 5, 1, 5}},
		{"e3", with("joins", "never", "naked", "one-shot", "long", 0), [4]int{1, 5, 1, 5}},
		{"e4", with("joins", "wait", "select", "one-shot", "stuck", 0), [4]int{0, 0, 0, 0}},
	}
}

// rows puts the three looks at one table side by side: as stated, in virtual time, as the leak profile sees it.
func rows() {
	virtual := strings.Split(strings.TrimSpace(string(myself("rows-virtual"))), "\n")
	profile := strings.Split(strings.TrimSpace(string(myself("rows-profile"))), "\n")
	for i, row := range table() {
		fmt.Printf("row=%s %v | %s | %s\n", row.name, row.knobs, virtual[i], profile[i])
	}
}

func rowsVirtual() {
	bubble(func() {
		start := time.Now()
		for i, row := range table() {
			request(strconv.Itoa(i), row.knobs)
		}
		time.Sleep(instants[1] - time.Since(start))
		synctest.Wait()
		atT := everyone()
		time.Sleep(instants[2] - time.Since(start))
		synctest.Wait()
		at5T := everyone()
		for i, row := range table() {
			name := strconv.Itoa(i)
			counted := [4]int{
				atT.count(name, "parent"), atT.count(name, "child"),
				at5T.count(name, "parent"), at5T.count(name, "child"),
			}
			agrees := "yes"
			if counted != row.stated {
				agrees = fmt.Sprintf("no (stated T: parent %d, child %d; 5T: parent %d, child %d)",
					row.stated[0], row.stated[1], row.stated[2], row.stated[3])
			}
			fmt.Printf("T: %s | 5T: %s | agrees: %s\n", atT.of(name), at5T.of(name), agrees)
		}
	})
}

// rowsProfile runs on the machine's clock, outside any bubble (inside one, the profile finds nothing), with T = 2 s.
func rowsProfile() {
	T = 2 * time.Second
	start := time.Now()
	for i, row := range table() {
		request(strconv.Itoa(i), row.knobs)
	}
	var seen []alive
	for _, instant := range []time.Duration{T / 2, T * 103 / 100, 5*T + T*3/100} {
		time.Sleep(instant - time.Since(start))
		seen = append(seen, leaked())
	}
	for i := range table() {
		name := strconv.Itoa(i)
		fmt.Printf("profile T/2: %s | profile T: %s | profile 5T: %s\n", seen[0].of(name), seen[1].of(name), seen[2].of(name))
	}
}
