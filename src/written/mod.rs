//! WRITTEN: a lesson that a reader writes, which is a Go program, from its source to something that the page can run like any other lesson.
//!
//! It has no knobs. Its one scope is `main`; what is left when `main` has returned is shown, and lives on as in a server.

use std::cell::RefCell;
use std::rc::Rc;

use crate::executor::engine::Order;
use crate::golang::code::program::Program;
use crate::golang::compile::{Complaint, compile};
use crate::golang::machine::printed::Printed;
use crate::golang::machine::run::start;
use crate::lessons::lesson::Lesson;
use crate::lessons::listing::{CodeLanguage, Listing};
use crate::lessons::preset::Preset;
use crate::text::Plural;
use crate::text::lesson::{LessonWords, MadeWords, NowWords, PresetWords, TaskWords, Translations};

/// The name of the lesson, in links too.
pub const NAME: &str = "go";

/// What its file is called.
pub const FILE: &str = "main.go";

/// A program that runs.
#[derive(Clone)]
pub struct Written {
    /// The lesson that it is.
    pub lesson: Rc<Lesson>,
    printed: Rc<RefCell<Printed>>,
}

/// What is wrong with a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1; 0 where it is about none.
    pub line: u32,
    /// The column, from 1, in bytes.
    pub column: u32,
    /// What, in the words of Go's compiler.
    pub text: String,
}

impl Written {
    /// Makes a lesson of a program.
    ///
    /// # Errors
    /// What is wrong with it, in the order of its lines.
    pub fn new(source: &str) -> Result<Written, Vec<Fault>> {
        let file = (FILE.to_owned(), source.to_owned());
        let program = compile(&[file]).map_err(|complaints| -> Vec<Fault> {
            let fault = |complaint: Complaint| Fault {
                line: complaint.at.line,
                column: complaint.at.column.into(),
                text: complaint.text,
            };
            complaints.into_iter().map(fault).collect()
        })?;
        Ok(Written::of(source, program))
    }

    /// What stands in for a program that is wrong, until it is mended: it does nothing, and shows the source.
    pub fn empty(source: &str) -> Option<Written> {
        let file = (FILE.to_owned(), "package main\n\nfunc main() {}\n".to_owned());
        compile(&[file]).ok().map(|program| Written::of(source, program))
    }

    fn of(source: &str, program: Program) -> Written {
        let (program, printed) = (Rc::new(program), Rc::new(RefCell::new(Printed::default())));
        let of_lesson = printed.clone();
        let listing = Listing { is_whole: true, ..Listing::new(CodeLanguage::Go, FILE, source.to_owned()) };
        let lesson = Lesson {
            name: NAME.into(),
            knobs: Rc::new([]),
            switch: None,
            quick: Vec::new(),
            presets: vec![Preset::new(NAME.into(), Vec::new().into())],
            deeds: Vec::new(),
            listings: vec![listing],
            running_listing: 0,
            translations: Translations::Made(Box::new(MadeWords { english: english(), korean: korean() })),
            start: Box::new(move || start(&program, &of_lesson)),
        };
        Written { lesson: Rc::new(lesson), printed }
    }

    /// What the run with this seed and order has printed up to a moment, in pieces that say whether they went to standard
    /// error.
    pub fn printed(&self, seed: u32, order: Order, now_us: u64) -> Vec<(bool, String)> {
        self.printed.borrow().until((seed, order), now_us.saturating_mul(1_000).saturating_add(999))
    }
}

fn english() -> LessonWords {
    LessonWords {
        name: NAME.into(),
        title: "Your own Go".into(),
        headline: "Who is still there when main has returned?".into(),
        lead: "Write Go, run it, and see who leaks, on which line and why.".into(),
        picture: "The goroutines of a program, and the pile of those that leaked".into(),
        switch: None,
        knobs: Vec::new().into(),
        presets: vec![PresetWords {
            name: NAME.into(),
            title: "Your program".into(),
            lead: "Your own Go".into(),
            about: "Every goroutine is a task on the one thread.".into(),
        }]
        .into(),
        deeds: Vec::new().into(),
        tasks: TaskWords { child: "Goroutine {0}", parent: "main", root: "The clock" },
        now: NowWords {
            start: "Nothing has run yet.",
            open: "main is running, and nobody has leaked.",
            told: Plural { one: "One was told to stop.", many: "{0} were told to stop." },
            leaks: Plural {
                one: "One goroutine leaked: nobody who can still run could ever free it. The line on which it waits is marked.",
                many: "{0} goroutines leaked: nobody who can still run could ever free them. The lines on which they wait are marked.",
            },
            parents: Plural {
                one: "main itself waits for ever. The line on which it waits is marked.",
                many: "{0} mains wait for ever.",
            },
            late: Plural {
                one: "main has returned. One goroutine is left that may still go on.",
                many: "main has returned. {0} goroutines are left that may still go on.",
            },
            runaways: Plural { one: "One goroutine never ends.", many: "{0} goroutines never end." },
        },
    }
}

fn korean() -> LessonWords {
    let both = |text| Plural { one: text, many: text };
    LessonWords {
        name: NAME.into(),
        title: "내 Go 프로그램".into(),
        headline: "main이 반환한 뒤에 누가 남아 있나요?".into(),
        lead: "Go를 써서 실행하면 누가 어느 줄에서 왜 누수인지 보여 줘요.".into(),
        picture: "프로그램의 고루틴들과 그 아래에 쌓인 누수 더미".into(),
        switch: None,
        knobs: Vec::new().into(),
        presets: vec![PresetWords {
            name: NAME.into(),
            title: "내 프로그램".into(),
            lead: "내 Go 프로그램".into(),
            about: "고루틴 하나하나가 스레드 하나 위의 태스크예요.".into(),
        }]
        .into(),
        deeds: Vec::new().into(),
        tasks: TaskWords { child: "고루틴 {0}번", parent: "main", root: "시계" },
        now: NowWords {
            start: "아직 아무것도 실행되지 않았어요.",
            open: "main이 실행 중이고 누수는 없어요.",
            told: both("{0}개가 멈추라는 말을 들었어요."),
            leaks: both(
                "고루틴 {0}개가 누수예요. 아직 움직일 수 있는 누구도 풀어 줄 수 없어요. 기다리는 줄에 표시했어요.",
            ),
            parents: both("main 자신이 끝없이 기다려요. 기다리는 줄에 표시했어요."),
            late: both("main은 반환했어요. 고루틴 {0}개는 아직 움직일 수 있어요."),
            runaways: both("고루틴 {0}개가 끝나지 않아요."),
        },
    }
}
