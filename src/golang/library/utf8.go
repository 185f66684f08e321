package utf8

const (
	RuneError = '\uFFFD'
	RuneSelf  = 0x80
	MaxRune   = '\U0010FFFF'
	UTFMax    = 4
)

func RuneCountInString(s string) int {
	n := 0
	for range s {
		n++
	}
	return n
}

func RuneCount(p []byte) int { return RuneCountInString(string(p)) }

func RuneLen(r rune) int {
	switch {
	case r < 0:
		return -1
	case r < 0x80:
		return 1
	case r < 0x800:
		return 2
	case 0xD800 <= r && r <= 0xDFFF:
		return -1
	case r < 0x10000:
		return 3
	case r <= MaxRune:
		return 4
	}
	return -1
}

func DecodeRuneInString(s string) (rune, int) {
	if len(s) == 0 {
		return RuneError, 0
	}
	for i, r := range s {
		if i == 0 {
			if r == RuneError && !(len(s) >= 3 && s[:3] == "\uFFFD") {
				return r, 1
			}
			return r, RuneLen(r)
		}
	}
	return RuneError, 1
}

func DecodeRune(p []byte) (rune, int) { return DecodeRuneInString(string(p[:min(len(p), UTFMax)])) }

func DecodeLastRuneInString(s string) (rune, int) {
	for n := 1; n <= UTFMax && n <= len(s); n++ {
		r, size := DecodeRuneInString(s[len(s)-n:])
		if size == n && (n > 1 || r != RuneError) {
			return r, size
		}
	}
	if len(s) == 0 {
		return RuneError, 0
	}
	return RuneError, 1
}

func ValidString(s string) bool {
	for len(s) > 0 {
		r, size := DecodeRuneInString(s)
		if r == RuneError && size == 1 {
			return false
		}
		s = s[size:]
	}
	return true
}

func Valid(p []byte) bool { return ValidString(string(p)) }

func ValidRune(r rune) bool { return RuneLen(r) > 0 }

func AppendRune(p []byte, r rune) []byte { return append(p, string(r)...) }
