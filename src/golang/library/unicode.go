package unicode

const (
	MaxRune         = '\U0010FFFF'
	ReplacementChar = '\uFFFD'
)

// is answers for the classes l (letter), n (number), d (digit), u (upper), w (lower), s (space), c (control).
func is(class byte, r rune) bool
func change(way byte, r rune) rune

func IsLetter(r rune) bool  { return is('l', r) }
func IsNumber(r rune) bool  { return is('n', r) }
func IsDigit(r rune) bool   { return is('d', r) }
func IsUpper(r rune) bool   { return is('u', r) }
func IsLower(r rune) bool   { return is('w', r) }
func IsSpace(r rune) bool   { return is('s', r) }
func IsControl(r rune) bool { return is('c', r) }
func ToUpper(r rune) rune   { return change('u', r) }
func ToLower(r rune) rune   { return change('w', r) }
