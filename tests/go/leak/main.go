// go run ./leak matrix | one-processor | rows | accumulation | plateau
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing/synctest"
	"time"
)

// The instants at which the survivors are counted, chosen so that no step of any work falls on them. At T+1ms the work
// of 0.8 s is one millisecond past a step that fell on T itself, together with the cancel: where that matters, the matrix says so.
var instants = []time.Duration{T + time.Millisecond, T + 150*time.Millisecond, 5*T + 150*time.Millisecond}

func main() {
	switch mode := os.Args[1]; mode {
	case "matrix":
		matrix(argument(2, 120))
	case "one-processor":
		oneProcessor(argument(2, 20))
	case "trial":
		trial(uint64(argument(2, 0)), os.Args[3:])
	case "rows":
		rows()
	case "rows-virtual":
		rowsVirtual()
	case "rows-profile":
		rowsProfile()
	case "accumulation":
		accumulation()
	case "plateau":
		plateau()
	case "accumulate":
		accumulate(argument(2, 0), argument(3, 0))
	default:
		panic("unknown mode " + mode)
	}
}

func argument(index, otherwise int) int {
	if index >= len(os.Args) {
		return otherwise
	}
	value, err := strconv.Atoi(os.Args[index])
	if err != nil {
		panic(err)
	}
	return value
}

func cross() (all []knobs) {
	for _, hears := range []string{"never", "once", "step", "wait"} {
		for _, send := range []string{"naked", "select"} {
			for _, shape := range []string{"one-shot", "loop"} {
				for _, capacity := range []int{0, 5} {
					for _, parent := range []string{"as-posted", "at-timeout", "results-or-timeout", "joins"} {
						for _, work := range []string{"short", "long", "stuck"} {
							for _, timer := range []string{"once", "each-message"} {
								all = append(all, knobs{hears, send, shape, capacity, parent, work, timer, 5, 0})
							}
						}
					}
				}
			}
		}
	}
	return all
}

// trial runs the cases of the given numbers once, all in one bubble, and prints "case|survivors at each instant".
func trial(seed uint64, cases []string) {
	if seed > 0 {
		drawSchedules(seed)
	}
	bubble(func() {
		start := time.Now()
		all := cross()
		for _, name := range cases {
			number, _ := strconv.Atoi(name)
			request(name, all[number])
		}
		var seen []alive
		for _, instant := range instants {
			time.Sleep(instant - time.Since(start))
			synctest.Wait()
			seen = append(seen, everyone())
		}
		out := bufio.NewWriter(os.Stdout)
		for _, name := range cases {
			fmt.Fprint(out, name)
			for _, alive := range seen {
				fmt.Fprint(out, "|", alive.of(name))
			}
			fmt.Fprintln(out)
		}
		out.Flush()
	})
}

// answers are all that was seen for one case, at each of the instants.
type answers [3][]string

// matrix runs many trials, each in a process of its own with a schedule of its own: of all cases, then forty times as many
// of those that did not always answer alike. It prints all answers seen.
func matrix(trials int) {
	cases := cross()
	seen := make([]answers, len(cases))
	var numbers []string
	for i := range cases {
		numbers = append(numbers, strconv.Itoa(i))
	}
	run := func(seed int) {
		output := myself(append([]string{"trial", strconv.Itoa(seed)}, numbers...)...)
		for _, line := range strings.Split(strings.TrimSpace(string(output)), "\n") {
			fields := strings.Split(line, "|")
			number, _ := strconv.Atoi(fields[0])
			for instant, answer := range fields[1:] {
				if all := &seen[number][instant]; !slices.Contains(*all, answer) {
					*all = append(*all, answer)
				}
			}
		}
	}
	for seed := range trials {
		run(seed)
	}
	numbers = nil
	for i, answers := range seen {
		if len(answers[0]) > 1 || len(answers[1]) > 1 || len(answers[2]) > 1 {
			numbers = append(numbers, strconv.Itoa(i))
		}
	}
	for seed := range 40 * trials {
		run(trials + seed)
	}
	for i, k := range cases {
		justAfter, atT, at5T := merged(seen[i][0]), merged(seen[i][1]), merged(seen[i][2])
		fmt.Printf("%v | T: %s | 5T: %s", k, atT, at5T)
		if justAfter != atT {
			fmt.Printf(" | T+1ms: %s", justAfter)
		}
		fmt.Println()
	}
}

// oneProcessor runs each case alone, in processes of its own and in the order of Go's scheduler: GOMAXPROCS must be 1.
func oneProcessor(trials int) {
	for i, k := range cross() {
		var seen answers
		for range trials {
			output := myself("trial", "0", strconv.Itoa(i))
			for instant, answer := range strings.Split(strings.TrimSpace(string(output)), "|")[1:] {
				if all := &seen[instant]; !slices.Contains(*all, answer) {
					*all = append(*all, answer)
				}
			}
		}
		fmt.Printf("%v | T: %s | 5T: %s\n", k, merged(seen[1]), merged(seen[2]))
	}
}

// merged spells several answers as one, with ranges: "child sleep 0..5".
func merged(answers []string) string {
	type span struct{ least, most, times int }
	spans := map[string]*span{}
	for _, answer := range answers {
		for part := range strings.SplitSeq(answer, ", ") {
			if part == "none" {
				continue
			}
			space := strings.LastIndex(part, " ")
			count, _ := strconv.Atoi(part[space+1:])
			s := spans[part[:space]]
			if s == nil {
				s = &span{count, count, 0}
				spans[part[:space]] = s
			}
			s.least, s.most, s.times = min(s.least, count), max(s.most, count), s.times+1
		}
	}
	counts := map[string]string{}
	for what, s := range spans {
		if s.times < len(answers) {
			s.least = 0
		}
		counts[what] = strconv.Itoa(s.most)
		if s.least < s.most {
			counts[what] = fmt.Sprintf("%d..%d", s.least, s.most)
		}
	}
	return spelled(counts)
}

func myself(arguments ...string) []byte {
	program, err := os.Executable()
	if err != nil {
		panic(err)
	}
	var errors bytes.Buffer
	command := exec.Command(program, arguments...)
	command.Stderr = &errors
	output, err := command.Output()
	if err != nil {
		panic(fmt.Sprint(err, errors.String()))
	}
	return output
}
