//! Whole programs: who leaks in them and on which line, how they end, and that no program breaks the machine.

use std::path::Path;

use expect_test::{Expect, expect};

use super::{Answer, Question, check};
use crate::executor::rng::{Rng, Stream};

fn asked(seeds: u32) -> Question {
    Question { seeds, for_us: 60_000_000, order: None }
}

fn answer(source: &str, seeds: u32) -> Answer {
    check(&[("main.go".to_owned(), source.to_owned())], asked(seeds))
}

/// The programs in a folder under `tests/golang`, by their names.
fn programs(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golang").join(folder);
    let mut programs: Vec<(String, String)> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| {
            let path = entry.expect("a file").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("a text"))
        })
        .collect();
    programs.sort();
    programs
}

/// `// leak: chan send` at the end of a line says that somebody leaks there, and why.
fn marks(source: &str) -> Vec<(u32, String)> {
    let marked = |(number, line): (u32, &str)| line.split_once("// leak: ").map(|(_, why)| (number, why.to_owned()));
    (1..).zip(source.lines()).filter_map(marked).collect()
}

#[test]
fn well_known_leaks_are_found_on_their_line_and_fixed_programs_have_none() {
    let programs = programs("leaks");
    assert_eq!(programs.len(), 20);
    for (name, source) in programs {
        let answer = answer(&source, 8);
        assert!(answer.errors.is_empty() && answer.unfinished.is_empty(), "{name}: {answer:?}");
        let mut found: Vec<(u32, String)> =
            answer.leaks.iter().map(|leak| (leak.at.line, leak.reason.clone())).collect();
        found.sort();
        assert_eq!(found, marks(&source), "{name}");
        assert!(answer.leaks.iter().all(|leak| leak.seeds == 8), "{name}: {:?}", answer.leaks);
        assert!(answer.unproven.is_empty() && answer.alive.is_empty(), "{name}: {answer:?}");
        assert_eq!(name.ends_with("_fixed.go"), found.is_empty(), "{name}");
    }
}

/// What a program prints stands behind `// Output:` at its end, as Go 1.27 printed it.
#[test]
fn programs_print_what_go_prints() {
    let programs = programs("programs");
    assert!(!programs.is_empty());
    for (name, source) in programs {
        let (_, output) = source.rsplit_once("// Output:\n").expect("it says what it prints");
        let expected: String =
            output.lines().map(|line| line.strip_prefix("// ").unwrap_or_default().to_owned() + "\n").collect();
        let answer = answer(&source, 1);
        assert!(answer.errors.is_empty() && answer.unfinished.is_empty(), "{name}: {answer:?}");
        assert_eq!(String::from_utf8_lossy(&answer.stdout), expected, "{name}");
    }
}

fn check_run(body: &str, expect: &Expect) {
    let answer = answer(&format!("package main\n\n{body}"), 1);
    let errors: Vec<String> = answer.errors.iter().map(|error| format!("{}: {}\n", error.at, error.text)).collect();
    let (stdout, stderr) = (String::from_utf8_lossy(&answer.stdout), String::from_utf8_lossy(&answer.stderr));
    let unfinished: String = answer.unfinished.iter().map(|sentence| format!("unproven: {sentence}\n")).collect();
    expect.assert_eq(&format!("{}{stdout}{stderr}{unfinished}exit {}", errors.concat(), answer.exit));
}

#[test]
fn panics_have_gos_text_and_trace() {
    check_run(
        "func f(x []int) int { return x[3] }\n\nfunc main() {\n\tf(nil)\n}\n",
        &expect![[r#"
        panic: runtime error: index out of range [3] with length 0

        goroutine 1 [running]:
        main.f(...)
        	main.go:3
        main.main()
        	main.go:6
        exit status 2
        exit 2"#]],
    );
    check_run(
        "func main() {\n\tdefer func() { panic(\"second\") }()\n\tpanic(\"first\")\n}\n",
        &expect![[r#"
        panic: first
        	panic: second

        goroutine 1 [running]:
        main.main.func1()
        	main.go:4
        main.main()
        	main.go:5
        exit status 2
        exit 2"#]],
    );
    check_run(
        "import \"errors\"\n\nfunc main() { panic(errors.New(\"boom\")) }\n",
        &expect![[r#"
        panic: boom

        goroutine 1 [running]:
        main.main()
        	main.go:5
        exit status 2
        exit 2"#]],
    );
    check_run(
        "func main() {\n\tc := make(chan int)\n\tclose(c)\n\tc <- 1\n}\n",
        &expect![[r#"
        panic: send on closed channel

        goroutine 1 [running]:
        main.main()
        	main.go:6
        exit status 2
        exit 2"#]],
    );
    check_run(
        "import \"sync\"\n\nfunc main() {\n\tvar m sync.Mutex\n\tm.Unlock()\n}\n",
        &expect![[r#"
        fatal error: sync: unlock of unlocked mutex

        goroutine 1 [running]:
        main.main()
        	main.go:7
        exit status 2
        exit 2"#]],
    );
}

#[test]
fn a_sender_whose_channel_is_closed_panics_and_may_recover() {
    check_run(
        "import (\n\t\"fmt\"\n\t\"time\"\n)\n\nfunc main() {\n\tc := make(chan int)\n\tgo func() {\n\t\tdefer func() { fmt.Println(recover()) }()\n\t\tc <- 1\n\t}()\n\ttime.Sleep(1)\n\tclose(c)\n\ttime.Sleep(1)\n}\n",
        &expect![[r#"
            send on closed channel
            exit 0"#]],
    );
}

#[test]
fn when_everybody_waits_it_is_a_deadlock() {
    check_run(
        "func main() {\n\tc := make(chan int)\n\t<-c\n}\n",
        &expect![[r#"
        fatal error: all goroutines are asleep - deadlock!

        goroutine 1 [chan receive]:
        main.main()
        	main.go:5
        exit status 2
        exit 2"#]],
    );
    check_run(
        "func main() {\n\tselect {}\n}\n",
        &expect![[r#"
        fatal error: all goroutines are asleep - deadlock!

        goroutine 1 [select (no cases)]:
        main.main()
        	main.go:4
        exit status 2
        exit 2"#]],
    );
}

#[test]
fn what_is_too_much_ends_with_a_sentence() {
    let spins = "package main\n\nfunc main() {\n\tfor {\n\t}\n}\n";
    expect!["the program runs more than 40 million instructions"].assert_eq(&answer(spins, 1).unfinished.concat());
    let deep = answer("package main\n\nfunc f(n int) int { return f(n+1) + 1 }\n\nfunc main() { f(0) }\n", 1);
    assert!(String::from_utf8_lossy(&deep.stderr).contains("fatal error: stack overflow"));
    let hoards = "package main\n\nfunc main() {\n\tvar all [][]int\n\tfor {\n\t\tall = append(all, make([]int, 1000000))\n\t}\n}\n";
    expect!["the program's values take more than 512 MB"].assert_eq(&answer(hoards, 1).unfinished.concat());
    let starts = "package main\n\nfunc main() {\n\tfor {\n\t\tgo func() { select {} }()\n\t}\n}\n";
    expect!["more than 20000 goroutines are alive at once"].assert_eq(&answer(starts, 1).unfinished.concat());
    let prints = "package main\n\nimport (\n\t\"fmt\"\n\t\"strings\"\n)\n\nfunc main() {\n\tlong := strings.Repeat(\"again \", 1000)\n\tfor {\n\t\tfmt.Println(long)\n\t}\n}\n";
    expect!["the program prints more than 4 MB"].assert_eq(&answer(prints, 1).unfinished.concat());
}

#[test]
fn what_is_not_there_yet_is_refused_with_its_line() {
    check_run(
        "import \"net/http\"\n\nfunc main() { http.Get(\"\") }\n",
        &expect![[r#"
        3:8: package net/http is not on this machine yet
        exit 2"#]],
    );
    check_run(
        "import \"strings\"\n\nfunc main() { strings.Title(\"a\") }\n",
        &expect![[r#"
        5:23: undefined: strings.Title
        exit 2"#]],
    );
    check_run(
        "func main() {\n\tfor range func(yield func() bool) {} {\n\t}\n}\n",
        &expect![[r#"
        4:6: range over a function is not on this machine yet
        exit 2"#]],
    );
}

#[test]
fn whoever_waits_on_a_variable_of_a_package_is_unproven_and_who_can_go_on_is_alive() {
    let global = answer("package main\n\nvar c = make(chan int)\n\nfunc main() { go func() { c <- 1 }() }\n", 2);
    assert_eq!((global.leaks.len(), global.unproven.len(), global.alive.len()), (0, 1, 0), "{global:?}");
    let source = "package main\n\nimport \"time\"\n\nfunc main() {\n\tgo func() {\n\t\tfor {\n\t\t\ttime.Sleep(time.Second)\n\t\t}\n\t}()\n}\n";
    let loops = answer(source, 2);
    assert_eq!((loops.leaks.len(), loops.unproven.len(), loops.alive.len()), (0, 0, 1), "{loops:?}");
}

/// Pieces that are put where others were.
const PIECES: [&str; 20] = [
    "nil",
    "0",
    "-1",
    "x",
    "<-",
    "make(chan int)",
    "close(",
    "go ",
    "defer ",
    "[0]",
    "[:]",
    "*",
    "&",
    ")",
    "{",
    "}",
    "select {}",
    "panic(1)",
    "1 << 62",
    "for ",
];

#[test]
fn no_mutation_of_a_program_breaks_the_machine() {
    let programs = programs("leaks");
    let rounds: u64 = std::env::var("PILEUP_MUTATIONS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(150);
    let mut rng = Rng::new(11, Stream::Program(0));
    for round in 0..rounds {
        let (name, source) = &programs[round as usize % programs.len()];
        let mut source = source.clone().into_bytes();
        for _ in 0..=rng.below(2) {
            let at = rng.below(source.len() as u32) as usize;
            let until = (at + rng.below(12) as usize).min(source.len());
            let piece = PIECES[rng.below(PIECES.len() as u32) as usize];
            source.splice(at..until, piece.bytes());
        }
        let source = String::from_utf8_lossy(&source).into_owned();
        let answer =
            check(&[("main.go".to_owned(), source.clone())], Question { seeds: 1, for_us: 1_000_000, order: None });
        let broke = answer.unfinished.iter().any(|sentence| sentence.starts_with("the machine stopped"));
        assert!(!broke, "{name}, round {round}: {answer:?}\n{source}");
    }
}
