// Who is alive, by case, role and wait reason: read from a goroutine dump.
package main

import (
	"bytes"
	"os"
	"regexp"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
)

// alive counts, for each case, "role reason" → how many.
type alive map[string]map[string]int

var header = regexp.MustCompile(`(?m)^goroutine \d+ \[([^\],]+)[^\]]*\] \{case: "?([^",]+)"?, role: (\w+)\}:`)

func census(dump []byte, only string) alive {
	found := alive{}
	for _, match := range header.FindAllSubmatch(dump, -1) {
		reason := string(match[1])
		if !strings.Contains(reason, only) {
			continue
		}
		reason = strings.NewReplacer(" (durable)", "", " (leaked)", "").Replace(reason)
		name := string(match[2])
		if found[name] == nil {
			found[name] = map[string]int{}
		}
		found[name][string(match[3])+" "+reason]++
	}
	return found
}

func everyone() alive {
	for size := 1 << 20; ; size *= 2 {
		dump := make([]byte, size)
		if length := runtime.Stack(dump, true); length < size {
			return census(dump[:length], "")
		}
	}
}

// leaked asks Go's own goroutineleak profile.
func leaked() alive {
	var dump bytes.Buffer
	pprof.Lookup("goroutineleak").WriteTo(&dump, 2)
	return census(dump.Bytes(), "(leaked)")
}

// of spells the survivors of one case.
func (a alive) of(name string) string {
	counts := map[string]string{}
	for what, count := range a[name] {
		counts[what] = strconv.Itoa(count)
	}
	return spelled(counts)
}

// spelled puts the parent first, then goes by reason.
func spelled(counts map[string]string) string {
	var parts []string
	for what, count := range counts {
		parts = append(parts, what+" "+count)
	}
	if parts == nil {
		return "none"
	}
	slices.SortFunc(parts, func(a, b string) int {
		if a[0] != b[0] {
			return strings.Compare(b, a)
		}
		return strings.Compare(a, b)
	})
	return strings.Join(parts, ", ")
}

// count is how many of a role are alive.
func (a alive) count(name, role string) (total int) {
	for what, count := range a[name] {
		if strings.HasPrefix(what, role) {
			total += count
		}
	}
	return total
}

// bubble runs f on synctest's virtual clock and ends the process: what f leaves behind cannot make the bubble complain.
func bubble(f func()) {
	everything := func(string, string) (bool, error) { return true, nil }
	inside := func(t *testing.T) {
		synctest.Test(t, func(*testing.T) {
			f()
			os.Exit(0)
		})
	}
	os.Args = os.Args[:1]
	testing.Main(everything, []testing.InternalTest{{Name: "oracle", F: inside}}, nil, nil)
}
