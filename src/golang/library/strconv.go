package strconv

import "errors"

var ErrSyntax = errors.New("invalid syntax")
var ErrRange = errors.New("value out of range")

type NumError struct {
	Func string
	Num  string
	Err  error
}

func (e *NumError) Error() string {
	return "strconv." + e.Func + ": parsing " + Quote(e.Num) + ": " + e.Err.Error()
}
func (e *NumError) Unwrap() error { return e.Err }

func formatFloat(f float64, verb int, precision int) string
func parseFloat(s string) (float64, bool)

func Quote(s string) string {
	out := []byte{'"'}
	for i := 0; i < len(s); i++ {
		if s[i] == '"' || s[i] == '\\' {
			out = append(out, '\\')
		}
		out = append(out, s[i])
	}
	return string(append(out, '"'))
}

func Itoa(i int) string { return FormatInt(int64(i), 10) }

func FormatInt(i int64, base int) string {
	if i == 0 {
		return "0"
	}
	negative := i < 0
	u := uint64(i)
	if negative {
		u = -u
	}
	var digits []byte
	for u > 0 {
		digits = append(digits, "0123456789abcdefghijklmnopqrstuvwxyz"[u%uint64(base)])
		u /= uint64(base)
	}
	if negative {
		digits = append(digits, '-')
	}
	for i, j := 0, len(digits)-1; i < j; i, j = i+1, j-1 {
		digits[i], digits[j] = digits[j], digits[i]
	}
	return string(digits)
}

func parse(name, s string) (int64, error) {
	rest := s
	negative := false
	if len(rest) > 0 && (rest[0] == '-' || rest[0] == '+') {
		negative = rest[0] == '-'
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return 0, &NumError{name, s, ErrSyntax}
	}
	var n int64
	for i := 0; i < len(rest); i++ {
		c := rest[i]
		if c < '0' || c > '9' {
			return 0, &NumError{name, s, ErrSyntax}
		}
		if n > (1<<63-1-9)/10 {
			return 0, &NumError{name, s, ErrRange}
		}
		n = n*10 + int64(c-'0')
	}
	if negative {
		n = -n
	}
	return n, nil
}

func Atoi(s string) (int, error) {
	n, err := parse("Atoi", s)
	return int(n), err
}

func FormatBool(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func ParseBool(s string) (bool, error) {
	switch s {
	case "1", "t", "T", "true", "TRUE", "True":
		return true, nil
	case "0", "f", "F", "false", "FALSE", "False":
		return false, nil
	}
	return false, &NumError{"ParseBool", s, ErrSyntax}
}

func FormatFloat(f float64, verb byte, precision, bits int) string {
	return formatFloat(f, int(verb), precision)
}

func ParseFloat(s string, bits int) (float64, error) {
	f, ok := parseFloat(s)
	if !ok {
		return 0, &NumError{"ParseFloat", s, ErrSyntax}
	}
	return f, nil
}
