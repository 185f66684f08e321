//! The house's invariants, checked on the sources: who may import whom, which calls are banned and what to use instead,
//! what must not stand in a file. ARCHITECTURE.md says them in prose; here they are applied.
//!
//! The rules themselves are data, in `rules.rs`. A finding is one sentence with the file, the line and the way out.

mod circles;
mod rules;
mod source;

use rules::{
    BANS, BANS_EVERYWHERE, Ban, CODE_LINES_MAX, EXACT_INSTEAD, EXACT_MODULES, GOLANG, INEXACT, LAYERS, NOT_A_LESSON,
    PHRASES,
};
use source::{File, Token};

fn assert_none(findings: Vec<String>) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

fn each(files: &[File], check: impl Fn(&File) -> Vec<String>) -> Vec<String> {
    files.iter().flat_map(check).collect()
}

#[test]
fn modules_import_only_what_lies_below_them() {
    assert_none(each(&source::files(), foreign_imports));
}

#[test]
fn the_rooms_of_golang_know_only_those_before_them() {
    assert_none(each(&source::files(), rooms_behind));
}

#[test]
fn only_the_registry_names_a_lesson() {
    assert_none(each(&source::files(), named_lessons));
}

#[test]
fn banned_calls_are_not_made() {
    assert_none(each(&source::files(), |file| banned(file, BANS)));
}

#[test]
fn a_run_makes_no_inexact_numbers() {
    assert_none(each(&source::files(), inexact));
}

#[test]
fn no_test_is_ignored_and_none_sleeps() {
    assert_none(each(&source::files(), |file| banned_everywhere(file, BANS_EVERYWHERE)));
}

#[test]
fn files_name_no_registry_and_no_path_of_one_machine() {
    assert_none(each(&source::files(), phrases));
}

#[test]
fn every_rust_file_opens_with_what_lives_there() {
    let undocumented = |file: &File| match file.is_rust() && !file.text.starts_with("//!") {
        true => {
            vec![format!("{}:1: opens without `//!`; say what lives here and what is deliberately absent", file.path)]
        }
        false => Vec::new(),
    };
    assert_none(each(&source::files(), undocumented));
}

#[test]
fn files_stay_small() {
    assert_none(each(&source::files(), too_long));
}

#[test]
fn the_house_has_no_circles() {
    for (index, layer) in LAYERS.iter().enumerate() {
        let below = |module: &&str| LAYERS[..index].iter().any(|layer| layer.module == *module);
        assert!(layer.may_import.iter().all(below), "{} may import something that is not below it", layer.module);
    }
}

#[test]
fn the_files_of_a_room_have_no_circles() {
    let files = source::files();
    let rooms = LAYERS.iter().map(|layer| layer.module);
    assert_none(rooms.flat_map(|room| circles::of_room(&files, room)).collect());
}

#[test]
fn the_files_of_the_tools_have_no_circles() {
    let files = source::files();
    assert_none(["xtask", "e2e"].into_iter().flat_map(|package| circles::of_package(&files, package)).collect());
}

fn too_long(file: &File) -> Vec<String> {
    if !file.is_rust() {
        return Vec::new();
    }
    let mut lines: Vec<usize> =
        source::without_tests(&source::tokens(&file.text)).iter().map(|token| token.line).collect();
    lines.dedup();
    match lines.len() > CODE_LINES_MAX {
        true => vec![format!(
            "{}:1: {} lines of code, at most {CODE_LINES_MAX}; split it by what it does",
            file.path,
            lines.len()
        )],
        false => Vec::new(),
    }
}

fn foreign_imports(file: &File) -> Vec<String> {
    let Some(house) = file.house().filter(|_| file.is_rust() && !file.is_test()) else {
        return Vec::new();
    };
    let Some(layer) = LAYERS.iter().find(|layer| layer.module == house) else {
        return vec![format!(
            "{}:1: `{house}` has no place in the house; give it a row in LAYERS (xtask/tests/tidy/rules.rs), and a line in \
             ARCHITECTURE.md",
            file.path
        )];
    };
    let ours = |module: &str| LAYERS.iter().any(|layer| layer.module == module);
    let tokens = source::without_tests(&source::tokens(&file.text));
    let imports = source::imports(&file.path, &tokens);
    let foreign = imports.iter().filter(|import| {
        import.inner.is_none()
            && ours(&import.module)
            && import.module != house
            && !layer.may_import.contains(&import.module.as_str())
    });
    foreign
        .map(|import| format!("{}:{}: {house} imports {}: {}", file.path, import.line, import.module, layer.because))
        .collect()
}

/// What a room of `src/golang/` names of the rooms behind it.
fn rooms_behind(file: &File) -> Vec<String> {
    let position = |name: &str| GOLANG.iter().position(|room| *room == name);
    let own = file.path.strip_prefix("src/golang/").and_then(|path| position(path.split('/').next()?));
    let Some(own) = own.filter(|_| file.is_rust() && !file.is_test()) else { return Vec::new() };
    let tokens = source::without_tests(&source::tokens(&file.text));
    let paths = source::full_paths(&file.path, &tokens);
    let behind = paths.iter().filter(|path| {
        path.names.first().is_some_and(|name| name == "golang")
            && path.names.get(1).and_then(|name| position(name)).is_some_and(|room| room > own)
    });
    let sentence = |path: &source::FullPath| {
        let (room, other) = (GOLANG[own], &path.names[1]);
        format!("{}:{}: golang's {room} names {other}, which lies behind it; hand it in", file.path, path.line)
    };
    behind.map(sentence).collect()
}

/// A lesson is named by `src/lessons/mod.rs` and by itself.
fn named_lessons(file: &File) -> Vec<String> {
    if !file.is_rust() || file.house().is_none() || file.path == "src/lessons/mod.rs" {
        return Vec::new();
    }
    let tokens = source::without_tests(&source::tokens(&file.text));
    let is_lesson = |name: &str| {
        let below = source::project_root().join("src/lessons");
        !NOT_A_LESSON.contains(&name) && (below.join(name).is_dir() || below.join(format!("{name}.rs")).is_file())
    };
    let itself = |name: &str| {
        file.path == format!("src/lessons/{name}.rs") || file.path.starts_with(&format!("src/lessons/{name}/"))
    };
    let imports = source::imports(&file.path, &tokens);
    let named = imports.iter().filter(|import| import.module == "lessons").filter_map(|import| {
        let name = import.inner.as_deref().filter(|name| is_lesson(name) && !itself(name))?;
        Some(format!(
            "{}:{}: names the lesson `{name}`; find it by its name in the registry, lessons/mod.rs",
            file.path, import.line
        ))
    });
    named.collect()
}

fn banned(file: &File, bans: &[Ban]) -> Vec<String> {
    if file.house().is_none() || !file.is_rust() || file.is_test() {
        return Vec::new();
    }
    let tokens = source::without_tests(&source::tokens(&file.text));
    let excepted = |ban: &Ban| ban.except_in.iter().any(|place| file.path.starts_with(place));
    bans.iter().filter(|ban| !excepted(ban)).flat_map(|ban| uses(&file.path, &tokens, ban)).collect()
}

/// `x.ln()` and `f64::ln`.
fn inexact(file: &File) -> Vec<String> {
    let exact = file.house().is_some_and(|house| EXACT_MODULES.contains(&house));
    if !exact || !file.is_rust() || file.is_test() {
        return Vec::new();
    }
    let tokens = source::without_tests(&source::tokens(&file.text));
    let called =
        tokens.windows(3).filter(|row| match [row[0].text.as_str(), row[1].text.as_str(), row[2].text.as_str()] {
            [".", name, "("] => INEXACT.contains(&name),
            ["f32" | "f64", "::", name] => INEXACT.contains(&name),
            _ => false,
        });
    let name =
        |row: &[Token]| row.iter().find(|token| INEXACT.contains(&token.text.as_str())).map(|token| token.text.clone());
    called
        .map(|row| format!("{}:{}: `{}`: {EXACT_INSTEAD}", file.path, row[0].line, name(row).unwrap_or_default()))
        .collect()
}

fn banned_everywhere(file: &File, bans: &[Ban]) -> Vec<String> {
    if !file.is_rust() {
        return Vec::new();
    }
    let tokens = source::tokens(&file.text);
    bans.iter().flat_map(|ban| uses(&file.path, &tokens, ban)).collect()
}

fn uses(path: &str, tokens: &[Token], ban: &Ban) -> Vec<String> {
    let fits = |token: &Token, word: &str| match word.strip_suffix('*') {
        Some(beginning) => token.text.starts_with(beginning),
        None => token.text == word,
    };
    let used =
        tokens.windows(ban.words.len()).filter(|row| row.iter().zip(ban.words).all(|(token, word)| fits(token, word)));
    used.map(|row| format!("{path}:{}: `{}` is banned: {}", row[0].line, ban.words.concat(), ban.instead)).collect()
}

fn phrases(file: &File) -> Vec<String> {
    if file.path.ends_with(".lock") || file.path.ends_with("package-lock.json") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        for phrase in PHRASES.iter().filter(|phrase| stands_alone(line, phrase.text)) {
            found.push(format!("{}:{}: `{}`: {}", file.path, number + 1, phrase.text, phrase.instead));
        }
    }
    found
}

/// A path begins a word: `see/work/that` is none, and neither is the middle of a web address.
fn stands_alone(line: &str, phrase: &str) -> bool {
    line.match_indices(phrase).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !phrase.starts_with('/')
            || before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-' | '}' | '~'))
    })
}

mod the_rules_find_what_they_look_for {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.into(), text: text.into() }
    }

    #[track_caller]
    fn one(findings: &[String], beginning: &str) {
        assert!(findings.len() == 1 && findings[0].starts_with(beginning), "{findings:#?}");
    }

    #[test]
    fn an_import_of_something_above_in_every_spelling() {
        for spelling in [
            "use crate::player::Player;",
            "use crate::{\n    trace::Event, player::{Player, Run}};",
            "use super::player;",
            "fn f() { pileup::player::run(); }",
            "use super::{player as p};",
        ] {
            one(&foreign_imports(&file("src/verdict/mod.rs", spelling)), "src/verdict/mod.rs:");
        }
        one(
            &foreign_imports(&file("src/verdict/drain.rs", "\n\nuse super::super::stage;")),
            "src/verdict/drain.rs:3: verdict imports stage",
        );
        one(&foreign_imports(&file("src/heap/mod.rs", "")), "src/heap/mod.rs:1: `heap` has no place");
    }

    #[test]
    fn a_room_of_golang_that_names_one_behind_it() {
        let naming = |path: &str, text: &str| rooms_behind(&file(path, text));
        one(&naming("src/golang/syntax/tree.rs", "use crate::golang::types::Type;"), "src/golang/syntax/tree.rs:1:");
        one(&naming("src/golang/types/mod.rs", "\nuse super::code::Code;"), "src/golang/types/mod.rs:2:");
        assert_none(naming("src/golang/types/mod.rs", "use super::syntax::tree::Tree;"));
    }

    #[test]
    fn what_is_allowed_is_left_alone() {
        for innocent in [
            "use crate::trace::Event;",
            "use super::player;",
            "// use crate::player;\nconst S: &str = \"crate::player\"; const R: &str = r#\"crate::\"player\"#;",
            "#[cfg(test)]\nmod tests { use crate::player::Player; fn f() { x.unwrap(); } }",
            "fn f<'a>(x: &'a str) -> char { '\\'' }",
        ] {
            let file = file("src/verdict/drain.rs", innocent);
            assert_none(foreign_imports(&file));
            assert_none(banned(&file, BANS));
        }
    }

    #[test]
    fn a_banned_call_but_not_where_it_is_allowed_and_not_in_tests() {
        one(&banned(&file("src/stage/pile.rs", "fn f() { x\n.unwrap() }"), BANS), "src/stage/pile.rs:2: `.unwrap(`");
        one(&banned(&file("src/player/mod.rs", "Instant::now()"), BANS), "src/player/mod.rs:1: `Instant::now`");
        one(&banned(&file("src/link/mod.rs", "use gloo_timers::callback;"), BANS), "src/link/mod.rs:1: `gloo*`");
        assert_none(banned(&file("src/page/mod.rs", "use yew::prelude::*; let y = x.sin();"), BANS));
        assert_none(banned(&file("src/cli/mod.rs", "println!()"), BANS));
        assert_none(banned(&file("tests/wasm_same.rs", "x.unwrap(); HashMap::new()"), BANS));
        assert_none(banned(&file("src/sync/time.rs", "#[test]\nfn f() { x.unwrap() }"), BANS));
    }

    #[test]
    fn a_circle_of_files_however_they_name_each_other() {
        let circle = |other: &str| {
            let files = [
                file("src/stage/mod.rs", "pub mod pile; mod sand; fn f() { pile::heap(); }"),
                file("src/stage/pile.rs", "use crate::stage::sand::{self, Grain};"),
                file("src/stage/sand.rs", other),
                file("src/stage/tests.rs", "use crate::stage::Stage;"),
            ];
            circles::of_room(&files, "stage")
        };
        let way = "src/stage/pile.rs:1: a circle of files: src/stage/pile.rs → src/stage/sand.rs → src/stage/pile.rs;";
        for spelling in ["use crate::stage::pile::Pile;", "use super::pile;", "fn f() { super::pile::heap() }"] {
            one(&circle(spelling), way);
        }
        one(
            &circle("use crate::stage::Stage;"),
            "src/stage/mod.rs:1: a circle of files: src/stage/mod.rs → src/stage/pile.rs",
        );
        one(
            &circles::of_package(
                &[
                    file("xtask/src/site.rs", "use crate::{page, single};"),
                    file("xtask/src/single.rs", "use crate::site;"),
                    file("src/site.rs", "use crate::page;"),
                    file("src/page.rs", "use crate::site;"),
                ],
                "xtask",
            ),
            "xtask/src/single.rs:1: a circle of files: src/single.rs → src/site.rs → src/single.rs",
        );
        assert_none(circle("#[cfg(test)] mod tests { use super::super::pile; }"));
        assert_none(circle("use crate::trace::pile; // crate::stage::pile"));
    }

    #[test]
    fn an_inexact_number_where_runs_are_made() {
        one(&inexact(&file("src/sync/time.rs", "let y = x.ln();")), "src/sync/time.rs:1: `ln`");
        one(&inexact(&file("src/executor/rng.rs", "xs.map(f64::exp)")), "src/executor/rng.rs:1: `exp`");
        assert_none(inexact(&file("src/trace/mod.rs", "fn log(x: f64) { log(x.sqrt()) }")));
        assert_none(inexact(&file("src/page/ease.rs", "x.sin()")));
    }

    #[test]
    fn an_ignored_test_and_a_sleep_anywhere() {
        let ignored = "#[test]\n#[ignore]\nfn f() {}";
        one(&banned_everywhere(&file("tests/a.rs", ignored), BANS_EVERYWHERE), "tests/a.rs:2:");
        one(&banned_everywhere(&file("e2e/src/page.rs", "thread::sleep(d)"), BANS_EVERYWHERE), "e2e/src/page.rs:1:");
    }

    #[test]
    fn a_path_of_one_machine_but_not_the_middle_of_an_address() {
        let home = concat!("see /ho", "me/me/x");
        one(&phrases(&file("README.md", home)), "README.md:1:");
        assert_none(phrases(&file("README.md", concat!("https://example.org/ho", "me/me"))));
        assert_none(phrases(&file("Cargo.lock", concat!("registry+https://index.crates", ".io"))));
    }
}
