//! What the command line prints of what was typed.

use std::process::Command;

/// Turns the direction of what follows, isolates it, rings a bell and draws nothing.
const HIDDEN: &str = "\u{202e}\u{2066}\u{7}\u{200b}";

#[test]
fn what_was_typed_is_repeated_with_nothing_hidden() {
    let options =
        ["--preset", "--set", "--at", "--seed", "--order", "--for", "--lang", "--theme", "--svg", "--csv", HIDDEN];
    let mut lines: Vec<Vec<String>> = options
        .iter()
        .map(|option| vec!["run".into(), "leak".into(), (*option).into(), format!("/{HIDDEN}/x")])
        .collect();
    for alone in [vec![HIDDEN], vec!["run", HIDDEN], vec!["lessons", HIDDEN], vec!["--\u{202e}\u{7}"]] {
        lines.push(alone.into_iter().map(str::to_owned).collect());
    }
    for setting in [format!("{HIDDEN}=1"), format!("listen={HIDDEN}")] {
        lines.push(["run", "leak", "--set", &setting].map(str::to_owned).to_vec());
        lines.push(["run", "leak", "--at", &format!("1s:{setting}")].map(str::to_owned).to_vec());
    }
    for line in lines {
        let ran = Command::new(env!("CARGO_BIN_EXE_pileup")).args(&line).output().expect("the program is there");
        let said = String::from_utf8(ran.stderr).expect("it says UTF-8");
        assert!(!ran.status.success() && said.to_lowercase().contains("202e"), "{line:?}: {said:?}");
        let hidden = |c: char| HIDDEN.contains(c) || (c.is_control() && c != '\n');
        assert!(!said.trim_end().contains(hidden), "{line:?}: {said:?}");
    }
}
