package math

const (
	E       = 2.71828182845904523536028747135266249775724709369995957496696763
	Pi      = 3.14159265358979323846264338327950288419716939937510582097494459
	Phi     = 1.61803398874989484820458683436563811772030917980576286213544862
	Sqrt2   = 1.41421356237309504880168872420969807856967187537694807317667974
	Ln2     = 0.693147180559945309417232121458176568075500134360255254120680009
	Log2E   = 1 / Ln2
	Ln10    = 2.30258509299404568401799145468436420760110148862877297603332790
	Log10E  = 1 / Ln10
	MaxInt  = 1<<63 - 1
	MinInt  = -1 << 63
	MaxInt8 = 1<<7 - 1
	MinInt8 = -1 << 7

	MaxInt16  = 1<<15 - 1
	MinInt16  = -1 << 15
	MaxInt32  = 1<<31 - 1
	MinInt32  = -1 << 31
	MaxInt64  = 1<<63 - 1
	MinInt64  = -1 << 63
	MaxUint   = 1<<64 - 1
	MaxUint8  = 1<<8 - 1
	MaxUint16 = 1<<16 - 1
	MaxUint32 = 1<<32 - 1
	MaxUint64 = 1<<64 - 1

	MaxFloat64             = 0x1p1023 * (1 + (1 - 0x1p-52))
	SmallestNonzeroFloat64 = 0x1p-1022 * 0x1p-52
	MaxFloat32             = 0x1p127 * (1 + (1 - 0x1p-23))
	SmallestNonzeroFloat32 = 0x1p-126 * 0x1p-23
)

// of is the function of that name, rounded alike on every platform.
func of(name string, x, y float64) float64

func Sqrt(x float64) float64        { return of("sqrt", x, 0) }
func Floor(x float64) float64       { return of("floor", x, 0) }
func Ceil(x float64) float64        { return of("ceil", x, 0) }
func Trunc(x float64) float64       { return of("trunc", x, 0) }
func Round(x float64) float64       { return of("round", x, 0) }
func RoundToEven(x float64) float64 { return of("roundeven", x, 0) }
func Mod(x, y float64) float64      { return of("mod", x, y) }
func Pow(x, y float64) float64      { return of("pow", x, y) }
func Exp(x float64) float64         { return of("exp", x, 0) }
func Log(x float64) float64         { return of("log", x, 0) }
func Log2(x float64) float64        { return of("log2", x, 0) }
func Log10(x float64) float64       { return of("log10", x, 0) }
func Sin(x float64) float64         { return of("sin", x, 0) }
func Cos(x float64) float64         { return of("cos", x, 0) }
func Tan(x float64) float64         { return of("tan", x, 0) }
func Atan(x float64) float64        { return of("atan", x, 0) }
func Atan2(y, x float64) float64    { return of("atan2", y, x) }
func Hypot(p, q float64) float64    { return of("hypot", p, q) }
func Cbrt(x float64) float64        { return of("cbrt", x, 0) }
func Float64bits(f float64) uint64
func Float64frombits(b uint64) float64

func Inf(sign int) float64 {
	if sign >= 0 {
		return Float64frombits(0x7FF0000000000000)
	}
	return Float64frombits(0xFFF0000000000000)
}

func NaN() float64           { return Float64frombits(0x7FF8000000000001) }
func IsNaN(f float64) bool   { return f != f }
func Signbit(x float64) bool { return Float64bits(x)>>63 != 0 }

func IsInf(f float64, sign int) bool {
	return sign >= 0 && f > MaxFloat64 || sign <= 0 && f < -MaxFloat64
}

func Abs(x float64) float64 { return Float64frombits(Float64bits(x) &^ (1 << 63)) }

func Copysign(f, sign float64) float64 {
	return Float64frombits(Float64bits(f)&^(1<<63) | Float64bits(sign)&(1<<63))
}

func Modf(f float64) (float64, float64) {
	whole := Trunc(f)
	if IsInf(f, 0) {
		return f, NaN()
	}
	return whole, Copysign(f-whole, f)
}

func Max(x, y float64) float64 {
	if IsInf(x, 1) || IsInf(y, 1) {
		return Inf(1)
	}
	return max(x, y)
}

func Min(x, y float64) float64 {
	if IsInf(x, -1) || IsInf(y, -1) {
		return Inf(-1)
	}
	return min(x, y)
}

func Dim(x, y float64) float64 {
	v := x - y
	if v <= 0 {
		return 0
	}
	return v
}
