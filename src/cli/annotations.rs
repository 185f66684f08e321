//! What a check found, as annotations for a CI: GitHub's workflow commands, and SARIF 2.1.0.
//!
//! Errors and leaks are errors; what is not proven is a warning; who is alive is no finding.

use serde_json::{Value as Json, json};

use crate::golang::check::{Answer, Finding};

/// A line of a file, and what is said of it.
struct Annotation<'a> {
    rule: &'static str,
    level: &'static str,
    file: &'a str,
    line: u32,
    column: u16,
    text: String,
    started: Option<(&'a str, u32)>,
}

/// The rules by their names, and what each finds.
const RULES: [(&str, &str); 3] = [
    ("compile", "The program does not compile."),
    ("leak", "The goroutine can never go on: nobody who still runs reaches what it waits on."),
    ("unproven", "The goroutine is left at the end; it is not proven that it can never go on."),
];

fn annotations(answer: &Answer) -> Vec<Annotation<'_>> {
    let errors = answer.errors.iter().map(|error| Annotation {
        rule: RULES[0].0,
        level: "error",
        file: &error.file,
        line: error.at.line,
        column: error.at.column,
        text: error.text.clone(),
        started: None,
    });
    let left = |rule, level, finding| left(answer, rule, level, finding);
    let leaks = answer.leaks.iter().map(|finding| left(RULES[1].0, "error", finding));
    let unproven = answer.unproven.iter().map(|finding| left(RULES[2].0, "warning", finding));
    errors.chain(leaks).chain(unproven).collect()
}

fn left<'a>(answer: &Answer, rule: &'static str, level: &'static str, finding: &'a Finding) -> Annotation<'a> {
    let many = if finding.count > 1 { format!("{} goroutines wait", finding.count) } else { "waits".to_owned() };
    let started = finding.started.is_known().then_some((finding.started_file.as_str(), finding.started.line));
    let from = started.map(|(file, line)| format!(", started at {file}:{line}")).unwrap_or_default();
    let text = format!(
        "{rule}: {many} in {}{from}, over {} of {} seeds; {}",
        finding.reason, finding.seeds, answer.seeds, finding.why
    );
    Annotation { rule, level, file: &finding.file, line: finding.at.line, column: finding.at.column, text, started }
}

/// A line of workflow commands for each, as GitHub's runner reads them from a log.
pub(super) fn github(answer: &Answer) -> String {
    let text = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |value: &str| text(value).replace(':', "%3A").replace(',', "%2C");
    let line = |one: &Annotation<'_>| {
        let (level, file) = (one.level, property(one.file));
        format!("::{level} file={file},line={},col={},title=pileup::{}\n", one.line, one.column, text(&one.text))
    };
    annotations(answer).iter().map(line).collect()
}

/// A log of one run (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/>).
pub(super) fn sarif(answer: &Answer) -> Json {
    let place = |file: &str, line: u32, column: Option<u16>| {
        let region = match column.filter(|column| *column > 0) {
            Some(column) => json!({ "startLine": line.max(1), "startColumn": column }),
            None => json!({ "startLine": line.max(1) }),
        };
        json!({ "physicalLocation": { "artifactLocation": { "uri": file }, "region": region } })
    };
    let result = |one: &Annotation<'_>| {
        let mut result = json!({
            "ruleId": one.rule,
            "level": one.level,
            "message": { "text": one.text },
            "locations": [place(one.file, one.line, Some(one.column))],
        });
        if let Some((file, line)) = one.started {
            let mut started = place(file, line, None);
            started["message"] = json!({ "text": "started here" });
            result["relatedLocations"] = json!([started]);
        }
        result
    };
    let rules: Vec<Json> =
        RULES.iter().map(|(id, text)| json!({ "id": id, "shortDescription": { "text": text } })).collect();
    json!({
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "pileup", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "results": annotations(answer).iter().map(result).collect::<Vec<_>>(),
        }],
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::golang::check::{Question, check};

    const LEAK: &str = "package main\n\nfunc main() {\n\tc := make(chan int)\n\tgo func() { c <- 1 }()\n}\n";

    fn answer(source: &str) -> Answer {
        let question = Question { seeds: 2, for_us: 1_000_000, order: None };
        check(&[("a,b/main.go".to_owned(), source.to_owned())], question)
    }

    fn check_github(source: &str, expected: &Expect) {
        expected.assert_eq(&github(&answer(source)));
    }

    #[test]
    fn a_leak_and_an_error_are_annotations_and_nothing_else_is() {
        check_github(
            LEAK,
            &expect![[r#"
            ::error file=a%2Cb/main.go,line=5,col=16,title=pileup::leak: waits in chan send, started at a,b/main.go:5, over 2 of 2 seeds; nobody can receive any more: no goroutine that can still run reaches this channel
        "#]],
        );
        check_github(
            "package main\n\nfunc main() {\n\tx := 1\n}\n",
            &expect![[r#"
            ::error file=a%2Cb/main.go,line=4,col=2,title=pileup::declared and not used: x
        "#]],
        );
        check_github("package main\n\nfunc main() {\n}\n", &expect![[""]]);
    }

    #[test]
    fn a_log_has_a_result_for_each_with_its_places() {
        let log = sarif(&answer(LEAK));
        expect![[r#"
            [
              {
                "ruleId": "leak",
                "level": "error",
                "message": {
                  "text": "leak: waits in chan send, started at a,b/main.go:5, over 2 of 2 seeds; nobody can receive any more: no goroutine that can still run reaches this channel"
                },
                "locations": [
                  {
                    "physicalLocation": {
                      "artifactLocation": {
                        "uri": "a,b/main.go"
                      },
                      "region": {
                        "startLine": 5,
                        "startColumn": 16
                      }
                    }
                  }
                ],
                "relatedLocations": [
                  {
                    "physicalLocation": {
                      "artifactLocation": {
                        "uri": "a,b/main.go"
                      },
                      "region": {
                        "startLine": 5
                      }
                    },
                    "message": {
                      "text": "started here"
                    }
                  }
                ]
              }
            ]
        "#]].assert_eq(&format!("{:#}\n", log["runs"][0]["results"]));
    }
}
