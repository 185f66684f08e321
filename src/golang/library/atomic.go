package atomic

type Int32 struct{ v int32 }

func (x *Int32) Load() int32              { return x.v }
func (x *Int32) Store(v int32)            { x.v = v }
func (x *Int32) Add(d int32) int32        { x.v += d; return x.v }
func (x *Int32) Swap(v int32) (old int32) { old = x.v; x.v = v; return old }
func (x *Int32) CompareAndSwap(old, v int32) bool {
	if x.v != old {
		return false
	}
	x.v = v
	return true
}

type Int64 struct{ v int64 }

func (x *Int64) Load() int64              { return x.v }
func (x *Int64) Store(v int64)            { x.v = v }
func (x *Int64) Add(d int64) int64        { x.v += d; return x.v }
func (x *Int64) Swap(v int64) (old int64) { old = x.v; x.v = v; return old }
func (x *Int64) CompareAndSwap(old, v int64) bool {
	if x.v != old {
		return false
	}
	x.v = v
	return true
}

type Uint64 struct{ v uint64 }

func (x *Uint64) Load() uint64        { return x.v }
func (x *Uint64) Store(v uint64)      { x.v = v }
func (x *Uint64) Add(d uint64) uint64 { x.v += d; return x.v }

type Bool struct{ v bool }

func (x *Bool) Load() bool             { return x.v }
func (x *Bool) Store(v bool)           { x.v = v }
func (x *Bool) Swap(v bool) (old bool) { old = x.v; x.v = v; return old }
func (x *Bool) CompareAndSwap(old, v bool) bool {
	if x.v != old {
		return false
	}
	x.v = v
	return true
}

type Value struct{ v any }

func (x *Value) Load() any   { return x.v }
func (x *Value) Store(v any) { x.v = v }

func AddInt32(p *int32, d int32) int32     { *p += d; return *p }
func AddInt64(p *int64, d int64) int64     { *p += d; return *p }
func AddUint64(p *uint64, d uint64) uint64 { *p += d; return *p }
func LoadInt32(p *int32) int32             { return *p }
func LoadInt64(p *int64) int64             { return *p }
func LoadUint64(p *uint64) uint64          { return *p }
func StoreInt32(p *int32, v int32)         { *p = v }
func StoreInt64(p *int64, v int64)         { *p = v }
func CompareAndSwapInt32(p *int32, old, v int32) bool {
	if *p != old {
		return false
	}
	*p = v
	return true
}
func CompareAndSwapInt64(p *int64, old, v int64) bool {
	if *p != old {
		return false
	}
	*p = v
	return true
}
