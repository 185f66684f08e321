//! `tests/go/semantics/atomic.go`, rule by rule.

use std::rc::Rc;

use pileup::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicPointer, AtomicU32, AtomicU64};

use crate::harness::{NotMirrored, Rules, check, rule, run};

const VALUE: &str = "no atomic.Value: a pointer says the same, of one type";

const NOT_MIRRORED: &[NotMirrored] = &[
    ("Value is nil at first", VALUE),
    ("Value Load", VALUE),
    ("Value Swap", VALUE),
    ("Value CompareAndSwap", VALUE),
    ("Value Store of another type", VALUE),
    ("Value Store of nil", VALUE),
];

#[test]
fn atomics_behave_as_gos_do() {
    let rules = Rules::default();
    run(&rules, integers);
    run(&rules, others);
    check(include_str!("../go/semantics/atomic.txt"), NOT_MIRRORED, &rules);
}

async fn integers(rules: Rules) {
    let i32 = AtomicI32::default();
    rule!(rules, "Int32 is 0 at first", i32.load());
    rule!(rules, "Int32 Add gives the new value", i32.add(5), i32.add(-7));
    i32.store(i32::MAX);
    rule!(rules, "Int32 Add wraps", i32.add(1));
    rule!(rules, "Int32 Swap gives the old value", i32.swap(3), i32.load());
    rule!(rules, "Int32 CompareAndSwap of what it is", i32.compare_and_swap(3, 4), i32.load());
    rule!(rules, "Int32 CompareAndSwap of what it is not", i32.compare_and_swap(3, 5), i32.load());
    i32.store(0b1100);
    rule!(rules, "Int32 And gives the old value", i32.and(0b0110), i32.load());
    rule!(rules, "Int32 Or gives the old value", i32.or(0b0011), i32.load());

    let i64 = AtomicI64::new(i64::MAX);
    rule!(rules, "Int64 Add wraps", i64.add(1));
    rule!(rules, "Int64 Swap", i64.swap(-1), i64.load());
    rule!(rules, "Int64 CompareAndSwap", i64.compare_and_swap(-1, 9), i64.load());

    let u32 = AtomicU32::default();
    rule!(rules, "Uint32 Add of the complement takes away", u32.add(5), u32.add(!0));
    u32.store(u32::MAX);
    rule!(rules, "Uint32 Add wraps", u32.add(2));
    rule!(rules, "Uint32 And and Or", u32.and(0), u32.or(6), u32.load());

    let u64 = AtomicU64::default();
    rule!(rules, "Uint64 Add below 0 wraps", u64.add(!0));
    rule!(rules, "Uint64 Swap", u64.swap(7), u64.load());
}

async fn others(rules: Rules) {
    let flag = AtomicBool::default();
    rule!(rules, "Bool is false at first", flag.load());
    rule!(rules, "Bool Swap", flag.swap(true), flag.load());
    let swapped = (flag.compare_and_swap(false, true), flag.compare_and_swap(true, false));
    rule!(rules, "Bool CompareAndSwap", swapped.0, swapped.1, flag.load());

    let pointer = AtomicPointer::default();
    rule!(rules, "Pointer is nil at first", pointer.load().is_none());
    let (a, b) = (Some(Rc::new("a")), Some(Rc::new("a")));
    pointer.store(a.clone());
    rule!(rules, "Pointer Load", pointer.load().expect("a was stored"));
    let name = "Pointer CompareAndSwap of an equal text elsewhere";
    rule!(rules, name, pointer.compare_and_swap(&b, b.clone()));
    rule!(rules, "Pointer CompareAndSwap of the same", pointer.compare_and_swap(&a, b.clone()));
    let swapped = pointer.swap(None).zip(b).is_some_and(|(old, b)| Rc::ptr_eq(&old, &b));
    rule!(rules, "Pointer Swap", swapped, pointer.load().is_none());
}
