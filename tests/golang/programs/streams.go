package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	scanner := bufio.NewScanner(strings.NewReader("one two\nthree\r\n\nfour"))
	for scanner.Scan() {
		fmt.Printf("%q\n", scanner.Text())
	}
	words := bufio.NewScanner(strings.NewReader("  a bc\n한국 d "))
	words.Split(bufio.ScanWords)
	for words.Scan() {
		fmt.Printf("%q ", words.Text())
	}
	fmt.Println(words.Err(), scanner.Err())
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(w, "%d buffered\n", 7)
	w.Flush()
	r := bufio.NewReader(strings.NewReader("line 1\nline 2"))
	for {
		line, err := r.ReadString('\n')
		fmt.Printf("%q %v\n", line, err)
		if err == io.EOF {
			break
		}
	}
	var b bytes.Buffer
	b.WriteString("hello ")
	fmt.Fprintf(&b, "%s", "world")
	fmt.Println(b.String(), b.Len(), bytes.Contains(b.Bytes(), []byte("lo w")))
	all, err := io.ReadAll(&b)
	fmt.Println(string(all), err, b.Len())
	pr, pw := io.Pipe()
	go func() {
		fmt.Fprint(pw, "through a pipe")
		pw.Close()
	}()
	all, err = io.ReadAll(pr)
	fmt.Println(string(all), err)
	_, err = pw.Write([]byte("x"))
	fmt.Println(err)
	fmt.Println(strings.Trim("xxaxx", "x"), strings.TrimLeft("  a ", " "), strings.TrimRight("abcc", "c"), strings.Map(func(r rune) rune { return r + 1 }, "abc"))
	before, after, found := strings.Cut("key=value", "=")
	fmt.Println(before, after, found, strings.SplitN("a,b,c,d", ",", 2), strings.EqualFold("Go", "GO"), strings.IndexByte("chicken", 'k'))
	fmt.Println(strings.FieldsFunc("a1b2c", func(r rune) bool { return r >= '0' && r <= '9' }), strings.Replace("oink oink oink", "k", "ky", 2), strings.ContainsAny("abc", "xyzc"))
	fmt.Printf("%q %q\n", strings.SplitAfter("a,b,c", ","), strings.TrimFunc("123abc456", func(r rune) bool { return r < 'a' }))
}

// Output:
// "one two"
// "three"
// ""
// "four"
// "a" "bc" "한국" "d" <nil> <nil>
// 7 buffered
// "line 1\n" <nil>
// "line 2" EOF
// hello world 11 true
// hello world <nil> 0
// through a pipe <nil>
// io: read/write on closed pipe
// a a  ab bcd
// key value true [a b,c,d] true 4
// [a b c] oinky oinky oink true
// ["a," "b," "c"] "abc"
