//! Writes a run to files: the picture of its last moment as SVG, its curves as CSV.

use std::fs;

use crate::caption::{self, CaptionSubject};
use crate::cli::arguments::{FileArguments, RunArguments, Target};
use crate::link::{self, Link, read, write};
use crate::player::csv;
use crate::player::curve::Sample;
use crate::player::run::Player;
use crate::text::Language;

/// Writes the files that `run` names. Returns what belongs on standard output instead of a report, if anything does.
///
/// # Errors
/// One sentence that names the file and says what to do.
pub fn write(player: &Player, run: &RunArguments) -> Result<Option<String>, String> {
    let link = link(player, run);
    let now = Sample::of(&player.ledger().counts(), player.now_us());
    let mut printed = None;
    let mut write_to = |option: &str, target: &Option<Target>, text: &dyn Fn() -> String| match target {
        None => Ok(()),
        Some(Target::Output) => {
            printed = Some(text());
            Ok(())
        }
        Some(Target::File(path)) => fs::write(path, text()).map_err(|error| {
            let path = path.display();
            format!("{option} cannot write '{path}': {error}; name a file in a folder that is there, or - to print it")
        }),
    };
    write_to("--svg", &run.files.svg, &|| svg(player, run, &link))?;
    write_to("--csv", &run.files.csv, &|| csv::write(player.curve().samples(), &now, player.spec().seed, &link))?;
    Ok(printed)
}

fn svg(player: &Player, run: &RunArguments, link: &str) -> String {
    let FileArguments { language, theme, .. } = run.files;
    let words = language.unwrap_or(Language::English).messages();
    let spec = player.spec();
    let moment = CaptionSubject {
        lesson: &spec.lesson,
        preset: run.preset,
        is_changed: spec.lesson.is_changed(run.preset, player.knobs()),
        seed: spec.seed,
        at_ms: player.now_us() / 1_000,
        values: player.knobs(),
        counts: &player.ledger().counts(),
        link,
    };
    caption::svg(&moment, player.ledger(), theme, words)
}

/// The address of this moment; empty where no link can carry the run.
fn link(player: &Player, run: &RunArguments) -> String {
    let spec = player.spec();
    let link = Link {
        knobs: spec.knobs.clone(),
        seed: spec.seed,
        order: spec.order,
        language: run.files.language,
        inputs: link::knob_changes(spec),
        // Rounded up, so that a run that stopped between two milliseconds has stopped at the moment that the link opens.
        at_ms: Some(player.now_us().div_ceil(1_000)),
        ..Link::of(&spec.lesson, run.preset)
    };
    let query = write::query(&link);
    let back = read::query(&query);
    let is_carried = back.complaints.is_empty() && back.link == link;
    if is_carried { run.files.page.clone() + &query } else { String::new() }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::cli::arguments::{self, Command};
    use crate::executor::engine::Order;

    fn run(arguments: &str) -> (Player, RunArguments) {
        let words = arguments.split_whitespace().map(OsString::from);
        let Ok(Command::Run(run)) = arguments::parse(words) else { panic!("`{arguments}` is a good command") };
        let mut player = Player::new(run.spec());
        player.play_to(run.for_us, u64::MAX);
        (player, run)
    }

    fn printed(arguments: &str) -> String {
        let (player, run) = run(arguments);
        write(&player, &run).expect("there is nothing to write").expect("something is printed")
    }

    #[test]
    fn curves_are_printed_with_seed_and_link() {
        let csv =
            printed("run leak --preset as-posted --seed 7 --for 100ms --csv - --page https://example.org/pileup/");
        let expected: Expect = expect![[r#"
            time_ms,working,stopping,leaked,finished,seed,link
            0,6,0,0,0,7,"https://example.org/pileup/?v=1&lesson=leak&preset=as-posted&seed=7&at=100"
            50,6,0,0,0,,
            100,6,0,0,0,,
        "#]];
        expected.assert_eq(&csv.replace("\r\n", "\n"));
    }

    #[test]
    fn a_picture_has_the_language_and_the_theme_that_were_named() {
        let svg = printed("run leak --for 20s --svg - --lang ko --theme dark");
        assert!(svg.contains("lang=\"ko\"") && svg.contains("누수 더미"));
        assert!(svg.contains(&crate::stage::palette::css(crate::stage::palette::DARK.panel)));
        assert!(svg.contains("?v=1&amp;lesson=leak&amp;preset="));
    }

    #[test]
    fn the_link_leads_back_to_the_run() {
        let (player, run) =
            run("run leak --preset as-posted --set traffic=600 --at 2s:listen=on --seed 9 --order go --for 3s");
        let reading = read::query(&link(&player, &run));
        assert_eq!(reading.complaints, []);
        let link = reading.link;
        assert_eq!((link.lesson.preset_name(link.preset), link.seed, link.at_ms), ("as-posted", 9, Some(3_000)));
        assert_eq!(link.order, Order::Go);
        assert_eq!((link.knobs, link.inputs.len()), (player.spec().knobs.clone(), 1));
    }

    #[test]
    fn a_run_that_no_link_can_carry_has_none() {
        let many = "run leak --for 1s".to_owned() + &" --at 500ms:listen=on".repeat(link::INPUTS_MAX + 1);
        let (player, run) = run(&many);
        assert_eq!(link(&player, &run), "");
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named_with_the_way_out() {
        let (player, run) = run("run leak --for 1s --svg no-such-folder/leak.svg");
        let error = write(&player, &run).expect_err("the folder is not there");
        assert!(error.starts_with("--svg cannot write 'no-such-folder/leak.svg': "), "{error}");
        assert!(error.ends_with("; name a file in a folder that is there, or - to print it"), "{error}");
    }
}
