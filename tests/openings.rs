//! How a page opens each preset: within two of the reader's seconds something happens that its sentence speaks of.

#![expect(clippy::unwrap_used, reason = "a test's panic is its message, in its helpers too")]

use std::fmt::Write as _;
use std::rc::Rc;

use expect_test::expect;
use pileup::lessons::preset::Count;
use pileup::lessons::{self, Lesson, Preset};
use pileup::player::run::{Player, Spec};
use pileup::verdict::model::Counts;

/// How long a reader waits for the first thing to happen.
const PATIENCE_MS: u64 = 2_000;

fn lesson() -> Rc<Lesson> {
    lessons::by_name("leak").unwrap()
}

/// Each preset of each lesson.
fn presets() -> impl Iterator<Item = (Rc<Lesson>, usize, Preset)> {
    lessons::all().into_iter().flat_map(|lesson| {
        let presets = lesson.presets.clone().into_iter().enumerate();
        presets.map(move |(preset, named)| (lesson.clone(), preset, named))
    })
}

/// The run of a page that opens this preset.
fn opened(lesson: &Rc<Lesson>, preset: usize, seed: u32) -> Player {
    Player::new(Spec { knobs: lesson.opening_values(preset), seed, ..Spec::new(lesson) })
}

/// Plays to this moment of the reader's clock, which begins when the page opens.
fn play(player: &mut Player, lesson: &Lesson, preset: usize, reader_ms: u64) -> Counts {
    let opening = lesson.opening(preset);
    let at_ms = opening.at_ms + reader_ms * u64::from(opening.speed_percent) / 100;
    player.play_to(at_ms * 1_000, u64::MAX);
    player.ledger().counts()
}

fn watched(count: Count, counts: &Counts) -> u32 {
    match count {
        Count::Started => counts.spawned,
        Count::Told => counts.children_told,
        Count::Heard => counts.children_heard,
        Count::Returned => counts.children_told_finished,
        // Whoever went with a process had leaked but for a few.
        Count::Leaked => counts.leaked + counts.killed,
        Count::Dropped => counts.children_dropped,
    }
}

#[test]
fn the_number_that_a_preset_marks_moves_within_two_seconds_of_its_opening_and_is_seen_to() {
    let mut table = String::new();
    for (lesson, preset, named) in presets() {
        let mut player = opened(&lesson, preset, 1);
        let count = named.opening.watch.unwrap();
        let numbers = [0, PATIENCE_MS, 10_000].map(|ms| watched(count, &play(&mut player, &lesson, preset, ms)));
        assert!(numbers[0] < numbers[1] && numbers[1] < numbers[2], "{}: {numbers:?}", named.name);
        writeln!(table, "{} {count:?} {numbers:?}", named.name).unwrap();
    }
    expect![[r#"
        the-leak Leaked [1, 6, 11]
        as-posted Leaked [2, 8, 55]
        the-posts-fix Leaked [2, 8, 55]
        listening-everywhere Returned [1, 7, 13]
        heard-and-leaked Heard [11, 19, 112]
        late-not-leaked Told [30, 70, 185]
        never-starts Heard [19, 27, 149]
        joins Returned [19, 32, 133]
        a-runaway Leaked [3, 8, 36]
        quiet-month Leaked [0, 16790, 84140]
        sale-day Leaked [0, 1750, 9660]
        let-go Leaked [0, 3, 8]
        a-look Leaked [0, 3, 8]
        asked Heard [0, 4, 10]
        dropped Dropped [0, 4, 10]
        half-done Dropped [8, 16, 70]
        structured Dropped [0, 4, 10]
        hang-up Leaked [13, 17, 32]
        locked Leaked [3, 13, 47]
        own-sender Leaked [0, 3, 8]
    "#]]
    .assert_eq(&table);
}

#[test]
fn each_preset_shows_what_its_sentence_says() {
    for seed in [1, 2, 3] {
        for (lesson, preset, named) in presets() {
            let mut player = opened(&lesson, preset, seed);
            let counts = play(&mut player, &lesson, preset, 20_000);
            let holds = match &*named.name {
                // The others of its requests returned all the same.
                "the-leak" => counts.leaked > 0 && counts.leaked * 20 < counts.finished && counts.parents_leaked == 0,
                "as-posted" | "the-posts-fix" => {
                    counts.parents_leaked > 0 && counts.parents_leaked == counts.leaked && counts.children_heard == 0
                }
                "listening-everywhere" | "never-starts" | "joins" => {
                    counts.leaked == 0 && counts.children_told_finished > 0 && counts.children_heard > 0
                }
                "heard-and-leaked" => counts.leaked > 0 && counts.leaked <= counts.children_heard,
                "late-not-leaked" => counts.leaked == 0 && counts.stopping > 0 && counts.children_told_finished > 0,
                "a-runaway" => counts.runaway > 0 && counts.runaway == counts.leaked,
                // By now the week without deploys has filled the memory.
                "quiet-month" => {
                    counts.deploys > 10 && counts.ooms == u32::from(counts.deploys > 12) && counts.parents_leaked == 0
                }
                "sale-day" => counts.leaked > 100 && counts.parents_leaked == 0,
                "let-go" | "a-look" | "own-sender" => {
                    counts.leaked > 0 && counts.leaked * 10 < counts.finished && counts.children_dropped == 0
                }
                // One that hangs brings others with it.
                "locked" => counts.leaked > 2 && counts.children_dropped == 0,
                "asked" => {
                    counts.leaked == 0
                        && counts.children_heard > 0
                        && counts.half_done > 0
                        && counts.children_dropped == 0
                }
                "dropped" | "structured" => {
                    counts.leaked == 0 && counts.children_dropped > 0 && counts.children_told == 0
                }
                "half-done" => counts.half_done > 20 && counts.half_done == counts.children_dropped,
                "hang-up" => counts.leaked > 0 && counts.children_heard > 0,
                name => panic!("nothing is known of {name}"),
            };
            assert!(holds, "{} with the seed {seed}: {counts:?}", named.name);
        }
    }
}

/// Of the presets whose stage a reader looks at: how many requests are open when it opens and in each second after it.
#[test]
fn a_stage_opens_full_and_stays_so() {
    let mut table = String::new();
    for (lesson, preset, named) in presets() {
        if named.opening.speed_percent > 1_000 || &*named.name == "sale-day" {
            continue;
        }
        let mut player = opened(&lesson, preset, 1);
        let mut open = |second: u64| {
            play(&mut player, &lesson, preset, second * 1_000);
            player.ledger().shown_scopes().count()
        };
        let open: Vec<usize> = (0..10).map(&mut open).collect();
        assert!(open.iter().all(|open| (8..=20).contains(open)), "{}: {open:?}", named.name);
        writeln!(table, "{} {open:?}", named.name).unwrap();
    }
    expect![[r#"
        the-leak [15, 11, 13, 10, 12, 12, 13, 10, 14, 16]
        as-posted [11, 19, 19, 15, 10, 10, 14, 14, 15, 16]
        the-posts-fix [11, 19, 19, 15, 10, 10, 14, 14, 15, 16]
        listening-everywhere [15, 11, 12, 10, 12, 12, 13, 10, 13, 16]
        heard-and-leaked [8, 10, 12, 17, 20, 18, 18, 14, 15, 13]
        late-not-leaked [8, 11, 17, 19, 20, 16, 17, 15, 16, 15]
        never-starts [11, 16, 19, 19, 17, 16, 13, 10, 10, 12]
        joins [11, 13, 16, 16, 13, 13, 12, 11, 9, 11]
        a-runaway [13, 19, 19, 19, 13, 12, 11, 11, 13, 14]
        let-go [16, 13, 14, 10, 14, 12, 12, 11, 15, 11]
        a-look [16, 13, 13, 10, 14, 12, 12, 11, 15, 11]
        asked [16, 13, 13, 10, 14, 12, 12, 11, 14, 11]
        dropped [16, 13, 13, 10, 14, 12, 12, 11, 14, 11]
        half-done [17, 18, 17, 15, 11, 10, 10, 11, 13, 13]
        structured [16, 13, 13, 10, 14, 12, 12, 11, 14, 11]
        hang-up [17, 16, 20, 19, 16, 14, 16, 14, 15, 15]
        locked [15, 12, 18, 20, 13, 12, 15, 13, 11, 11]
        own-sender [16, 13, 14, 10, 14, 12, 12, 11, 15, 11]
    "#]]
    .assert_eq(&table);
}

/// How many of each request's workers leaked: so many requests lost none of them, so many one, and so on.
fn lost(hangs: u32) -> [u32; 6] {
    let lesson = lesson();
    let mut knobs = lesson.defaults();
    for (name, value) in [("hangs", hangs), ("requests", 400), ("traffic", 6_000)] {
        knobs[lesson.knob(name).unwrap()] = value;
    }
    let mut player = Player::new(Spec { knobs, seed: 3, ..Spec::new(&lesson) });
    player.play_to(60_000_000, u64::MAX);
    let ledger = player.ledger();
    let scope = |number| ledger.task(ledger.leak(number).unwrap()).unwrap().scope;
    let mut scopes: Vec<_> = (0..ledger.leaks_found()).map(scope).collect();
    scopes.sort_unstable();
    let mut lost = [0; 6];
    for same in scopes.chunk_by(|one, other| one == other) {
        lost[same.len()] += 1;
    }
    lost[0] = 400 - lost.iter().sum::<u32>();
    lost
}

#[test]
fn drawn_one_by_one_some_requests_lose_no_worker_and_some_several() {
    assert_eq!(lost(0), [0, 400, 0, 0, 0, 0], "spread evenly, one worker in five is one in each request");
    let lost = lost(1);
    // A third and two fifths of them, by the binomial distribution of five draws of one in five.
    assert!((105..160).contains(&lost[0]) && (135..190).contains(&lost[1]), "{lost:?}");
    assert!(lost[2] > 50 && lost[3] > 5, "{lost:?}");
}

#[test]
fn with_jitter_the_workers_of_a_request_return_one_after_another() {
    let lesson = lesson();
    let finished = |jitter: u32| {
        let mut knobs = lesson.defaults();
        for (name, value) in [("jitter", jitter), ("requests", 1), ("stuck", 0), ("timeout", 60_000)] {
            knobs[lesson.knob(name).unwrap()] = value;
        }
        let mut player = Player::new(Spec { knobs, ..Spec::new(&lesson) });
        let mut moments = Vec::new();
        for ms in 1..10_000 {
            let before = player.ledger().counts().finished;
            player.play_to(ms * 1_000, u64::MAX);
            moments.extend((before..player.ledger().counts().finished).map(|_| ms));
        }
        moments
    };
    // The parent returns with its last worker.
    assert_eq!(finished(0), [800; 6]);
    expect!["[199, 342, 483, 574, 1640, 1640]"].assert_eq(&format!("{:?}", finished(80)));
}
