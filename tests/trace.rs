//! A run is `(program, knobs, seed, inputs) → trace`: the same bytes every time, and the same as recorded.

mod same_trace;

#[test]
fn a_native_build_records_the_recorded_traces() {
    let played = same_trace::play_all();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/same_trace/recorded.txt");
        std::fs::write(file, &played.now).expect("the recording is writable");
        return;
    }
    assert_eq!(played.now, same_trace::RECORDED);
}

#[test]
fn what_was_recorded_first_is_still_recorded() {
    assert_eq!(same_trace::play_all().first, same_trace::RECORDED_FIRST);
}
