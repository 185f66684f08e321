//! The page's verdict of a reader's program is that of the census: who leaks is proven by the facts of the trace.

use std::path::Path;

use pileup::executor::engine::Order;
use pileup::lessons::check::problems;
use pileup::player::run::{Player, Spec};
use pileup::written::Written;

fn played(source: &str, seed: u32) -> (Written, Player) {
    let written = Written::new(source).unwrap_or_else(|faults| panic!("{faults:?}"));
    let order = if seed == 1 { Order::Go } else { Order::Seeded };
    let mut player = Player::new(Spec { seed, order, ..Spec::new(&written.lesson) });
    player.play_to(60_000_000, u64::MAX);
    (written, player)
}

/// Where leaked tasks wait, and why.
fn leaked(player: &Player) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    for wait in player.ledger().waits().filter(|wait| wait.leaked > 0) {
        let place = &player.trace().places()[usize::from(wait.place.0)];
        assert_eq!(place.file, "main.go");
        found.push((place.line, wait.reason.as_str().to_owned()));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// `// leak: chan send` at the end of a line says that somebody leaks there, and why.
fn marks(source: &str) -> Vec<(u32, String)> {
    let marked = |(number, line): (u32, &str)| line.split_once("// leak: ").map(|(_, why)| (number, why.to_owned()));
    (1..).zip(source.lines()).filter_map(marked).collect()
}

/// Strands as many goroutines as it is told, and then ticks a hundred times.
fn ticking_beside(stranded: u32) -> String {
    format!(
        "package main\n\nimport \"time\"\n\nfunc main() {{\n\tfor range {stranded} {{\n\t\tgo func() {{ <-make(chan int) }}()\n\t}}\n\
         \tc := make(chan int)\n\tgo func() {{\n\t\tfor range 100 {{\n\t\t\ttime.Sleep(time.Second)\n\t\t\tc <- 1\n\t\t}}\n\t}}()\n\
         \tfor range 100 {{\n\t\t<-c\n\t}}\n}}\n"
    )
}

#[test]
fn a_step_beside_the_stranded_records_as_much_as_beside_none() {
    let events_of_a_minute = |stranded| {
        let written = Written::new(&ticking_beside(stranded)).unwrap_or_else(|faults| panic!("{faults:?}"));
        let mut player = Player::new(Spec::new(&written.lesson));
        player.play_to(1_000_000, u64::MAX);
        assert_eq!(player.ledger().counts().leaked, stranded);
        let before = player.trace().len();
        player.play_to(60_000_000, u64::MAX);
        player.trace().len() - before
    };
    assert_eq!(events_of_a_minute(15_000), events_of_a_minute(0));
}

#[test]
fn what_is_printed_is_that_of_the_moment_however_often_it_is_run() {
    let source = "package main\n\nimport (\n\t\"fmt\"\n\t\"time\"\n)\n\nfunc main() {\n\tfmt.Println(\"one\")\n\ttime.Sleep(time.Second)\n\tpanic(\"two\")\n}\n";
    let (written, mut player) = played(source, 1);
    let said = |now_us| written.printed(1, Order::Go, now_us);
    assert_eq!(said(999_998), [(false, "one\n".to_owned())]);
    let [_, (true, error)] = &said(2_000_000)[..] else { panic!("{:?}", said(2_000_000)) };
    assert!(error.starts_with("panic: two\n\ngoroutine 1 [running]:\nmain.main()\n\tmain.go:11\n"), "{error}");
    player.restart();
    player.play_to(60_000_000, u64::MAX);
    assert_eq!(said(2_000_000).len(), 2);
    assert!(written.printed(2, Order::Go, 2_000_000).is_empty());
}

#[test]
fn who_waits_on_a_variable_of_a_package_is_unproven_and_a_deadlock_is_said() {
    let source = "package main\n\nvar c = make(chan int)\n\nfunc main() {\n\tgo func() { c <- 1 }()\n}\n";
    let (_, player) = played(source, 1);
    assert_eq!((player.ledger().counts().leaked, player.ledger().counts().unproven), (0, 1));
    let (written, player) = played("package main\n\nfunc main() {\n\t<-make(chan int)\n}\n", 1);
    assert_eq!(leaked(&player), [(4, "chan receive".to_owned())]);
    let said = written.printed(1, Order::Go, 0);
    assert!(said[0].1.starts_with("fatal error: all goroutines are asleep - deadlock!\n"), "{said:?}");
}

#[test]
fn the_facts_of_a_program_prove_its_leaks() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golang/leaks");
    let mut programs = 0;
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("a file").path();
        let source = std::fs::read_to_string(&path).expect("a text");
        programs += 1;
        for seed in 1..=8 {
            let (written, player) = played(&source, seed);
            assert_eq!(leaked(&player), marks(&source), "{} with seed {seed}", path.display());
            assert_eq!(player.ledger().counts().unproven, 0, "{} with seed {seed}", path.display());
            assert_eq!(player.ledger().contradictions(), 0);
            assert_eq!(problems(&written.lesson), Vec::<String>::new());
        }
    }
    assert_eq!(programs, 20);
}
