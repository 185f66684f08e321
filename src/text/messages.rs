//! Every sentence that the page shows, as plain fields: what each is for, and which blanks it has. The sentences themselves are
//! in the languages' files, in the order of these fields, and those of one lesson in `lesson`.

use crate::text::language::Language;
use crate::text::reader::words;
use crate::text::template::Plural;
use crate::text::thread::ThreadText;

words! {
    /// Why a task is judged as it is: reasons that a reader can check.
    #[derive(Debug)]
    pub struct WhyText {
        /// Its scope is open.
        pub working: &'static str,
        /// It waits on a call that never answers, and its scope is open.
        pub working_outside: &'static str,
        /// Told to stop `{0}` ago, and not proven stuck.
        pub stopping: &'static str,
        /// Told to stop, heard it, on its way out.
        pub stopping_heard: &'static str,
        /// Stranded in a call that hangs.
        pub outside: &'static str,
        /// Stranded in a receive from a channel.
        pub receive: &'static str,
        /// Stranded in a send.
        pub send: &'static str,
        /// Stranded on a nil channel.
        pub nil: &'static str,
        /// Stranded in a select.
        pub select: &'static str,
        /// Stranded in a select without cases.
        pub no_cases: &'static str,
        /// Stranded in `WaitGroup.Wait`.
        pub wait_group: &'static str,
        /// Stranded at a lock.
        pub lock: &'static str,
        /// Stranded in `Cond.Wait`.
        pub cond: &'static str,
        /// Stranded, although it had heard the cancel.
        pub leaked_although_heard: &'static str,
        /// Why a turn of the switch did not help it: its wait is older.
        pub began_before: &'static str,
        /// A runaway, polled `{0}` times.
        pub runaway: &'static str,
        /// Unproven: it wakes again and again.
        pub unproven_runs: &'static str,
        /// Unproven: only somebody whom the trace cannot name could free it.
        pub unproven_freed: &'static str,
        /// It was not started yet.
        pub unborn: &'static str,
        /// It has returned.
        pub finished: &'static str,
        /// It heard the cancel and has returned.
        pub finished_heard: &'static str,
        /// It was dropped.
        pub aborted: &'static str,
        /// It panicked.
        pub panicked: &'static str,
    }

    /// That the process was started anew, with the `{0}` tasks of the old one and the time, `{1}`.
    #[derive(Debug)]
    pub struct RestartedText {
        /// By a deploy.
        pub deploy: Plural,
        /// Because its memory was full.
        pub memory: Plural,
    }

    /// The task inspector and the table of tasks.
    #[derive(Debug)]
    pub struct TaskText {
        /// Heading of the inspector.
        pub heading: &'static str,
        /// When nothing is selected.
        pub none: &'static str,
        /// Field: the task that spawned it.
        pub spawned_by: &'static str,
        /// Value: by `{0}` at `{1}`.
        pub by_at: &'static str,
        /// Field: its request.
        pub scope: &'static str,
        /// Value: open since `{0}`.
        pub scope_open: &'static str,
        /// Value: over since `{0}`, `{1}` ago.
        pub scope_over: &'static str,
        /// Field: when it was told to stop.
        pub told: &'static str,
        /// Field: when it heard that.
        pub heard: &'static str,
        /// Value: at `{0}`, `{1}` ago.
        pub at_ago: &'static str,
        /// Value: it was never told.
        pub not_told: &'static str,
        /// Value: told, and never heard.
        pub not_heard: &'static str,
        /// Field: where it waits.
        pub waits: &'static str,
        /// Value: `{0}` the reason in Go's words, `{1}` file and line.
        pub waits_at: &'static str,
        /// The line `{0}` of the listing that is shown.
        pub line: &'static str,
        /// A line of it that the switch took away.
        pub line_taken: &'static str,
        /// Value: it waits for nothing: it runs or is ready.
        pub waits_not: &'static str,
        /// Field: polls and wakes.
        pub polls: &'static str,
        /// Value: `{0}` polls, `{1}` wakes.
        pub polls_wakes: &'static str,
        /// Field: why it is judged so.
        pub why: &'static str,
        /// What a task is: ready, running, waiting.
        pub states: [&'static str; 3],
        /// What it is judged: working, stopping, stranded, runaway, finished.
        pub verdicts: [&'static str; 5],
        /// The same for one about which nothing is proven.
        pub unproven_task: &'static str,
        /// The state of a task that was not started yet.
        pub unborn_task: &'static str,
        /// Reasons for the judgement.
        pub reason: WhyText,
        /// Heading of the table.
        pub table: &'static str,
        /// Its column heads: task, judged, waits in, since.
        pub columns: [&'static str; 4],
        /// `{0}` more are not listed.
        pub more: Plural,
        /// Which tasks the table shows: leaked, told to stop, alive.
        pub filters: [&'static str; 3],
        /// What stands there when it shows none of these.
        pub empty: [&'static str; 3],
        /// What the filter is called.
        pub filter: &'static str,
        /// Selects the previous task of the same kind.
        pub previous: &'static str,
        /// Selects the next task of the same kind.
        pub next: &'static str,
        /// Back to before what happened last to the selected one.
        pub before_last: &'static str,
        /// On to what happens next to it.
        pub up_to_next: &'static str,
    }

    /// The drain test and what each known detector would say.
    #[derive(Debug)]
    pub struct DrainText {
        /// Heading.
        pub heading: &'static str,
        /// What the test does.
        pub about: &'static str,
        /// The button.
        pub run: &'static str,
        /// While it runs.
        pub running: &'static str,
        /// The moment at which the test was started: `{0}`.
        pub started_at: &'static str,
        /// No task is left, seen at `{0}`.
        pub clean: &'static str,
        /// `{0}` tasks are stranded.
        pub stranded: Plural,
        /// `{0}` tasks run for ever.
        pub runaway: Plural,
        /// `{0}` tasks could be freed only by tasks that never will.
        pub held_up: Plural,
        /// At `{0}` some tasks still ran: unproven.
        pub unproven: &'static str,
        /// A bound or a panic ended the test.
        pub ended: &'static str,
        /// Heading of the detectors' table.
        pub detectors: &'static str,
        /// It would have reported first at `{0}`, and reports `{1}` tasks, `{2}` of which are leaks.
        pub reports: &'static str,
        /// What that is worth, by [`crate::verdict::detectors::Rating`].
        pub rating: [&'static str; 5],
        /// Why it is wrong, by [`crate::verdict::detectors::Why`]; `{0}` is how many are blocked at one line.
        pub why: [&'static str; 10],
        /// The rule of each detector, in the order of [`crate::verdict::detectors::Detector::ALL`].
        pub detector_about: [&'static str; 8],
    }

    /// The code view.
    #[derive(Debug)]
    pub struct CodeText {
        /// Heading.
        pub heading: &'static str,
        /// The button that shows lines that are not in effect.
        pub ghosts: &'static str,
        /// A badge: `{0}` wait on this line.
        pub wait_here: Plural,
        /// The label of a badge for readers who cannot see its colour: `{0}` waiting, `{1}` of them leaked, line `{2}`.
        pub badge: &'static str,
        /// For a line that the switch added.
        pub added: &'static str,
        /// For a line that the switch would add.
        pub would_add: &'static str,
        /// For a line that the switch took away.
        pub removed: &'static str,
        /// For a line that is not in effect.
        pub not_in_effect: &'static str,
    }

    /// The plot.
    #[derive(Debug)]
    pub struct PlotText {
        /// Heading.
        pub heading: &'static str,
        /// What the picture shows, in a sentence: `{0}` alive, `{1}` leaked, at `{2}`.
        pub alternative: &'static str,
        /// Legend: leaked tasks.
        pub leaked: &'static str,
        /// Legend: tasks that were told to stop.
        pub stopping: &'static str,
        /// Legend: working tasks.
        pub working: &'static str,
        /// The memory line: `{0}` held for the run in this page, all of it, `{1}` if they were goroutines of 2.8 kB.
        pub memory: &'static str,
        /// Where that figure comes from.
        pub memory_about: &'static str,
    }

    /// The bar with the play controls.
    #[derive(Debug)]
    pub struct BarText {
        /// The bar's name for readers who cannot see it.
        pub name: &'static str,
        /// Start over.
        pub restart: &'static str,
        /// Play.
        pub play: &'static str,
        /// Pause.
        pub pause: &'static str,
        /// One poll on.
        pub step_poll: &'static str,
        /// One event on.
        pub step_event: &'static str,
        /// One poll back.
        pub back_poll: &'static str,
        /// One event back.
        pub back_event: &'static str,
        /// One poll on, in a word on the button.
        pub poll: &'static str,
        /// One event on, in a word on the button.
        pub event: &'static str,
        /// Speed.
        pub speed: &'static str,
        /// Seed.
        pub seed: &'static str,
        /// The slider of virtual time.
        pub timeline: &'static str,
        /// A mark on it: `{0}` set to `{1}` at `{2}`.
        pub mark: &'static str,
        /// Another: the first leak, at `{0}`.
        pub first_leak: &'static str,
        /// Another: the run cannot go on after `{0}`.
        pub end: &'static str,
        /// While the run is played up to a moment: it is at `{0}` of `{1}`.
        pub seeking: &'static str,
        /// Ends that, where it is.
        pub stop: &'static str,
        /// The clock cannot keep up with the speed: it goes at `{0}`.
        pub slow: &'static str,
        /// The run rests at its start for a reader who prefers less motion: how to begin.
        pub begin: &'static str,
        /// Why the run rests: the tab is hidden or the frame is off-screen.
        pub resting: &'static str,
        /// When it is seen again: it rested at `{0}`.
        pub rested: &'static str,
    }

    /// What a link can get wrong. `{0}` is the name, `{1}` the value, `{2}` what is allowed.
    #[derive(Debug)]
    pub struct LinkText {
        /// Before the sentences.
        pub heading: &'static str,
        /// There is no setting with this name.
        pub unknown_name: &'static str,
        /// The value must be a whole number from … to ….
        pub range: &'static str,
        /// The value must be one of these words.
        pub words: &'static str,
        /// The value is not written in UTF-8 or its `%` signs are broken.
        pub encoding: &'static str,
        /// The name stands there again; the last one counts, and this value does not.
        pub twice: &'static str,
        /// An input must be written `milliseconds:knob:value`, in order of time, for a live knob.
        pub input: &'static str,
        /// A link of a later version.
        pub version: &'static str,
        /// Some part was too long or too many, and was left out.
        pub too_long: &'static str,
        /// More settings than the `{1}` that are read: `{2}` were left out, `{0}` the first of them.
        pub too_many: &'static str,
        /// The run has its `{2}` inputs: this one was not made.
        pub inputs_full: &'static str,
        /// No future of a run is written like this.
        pub fork: &'static str,
        /// The run has its `{2}` other futures: this turn would leave one more.
        pub forks_full: &'static str,
        /// `{2}` commands wait already: this one, and those after it, were left out.
        pub waiting_full: &'static str,
        /// The words in `{1}` could not be loaded.
        pub unreachable: &'static str,
        /// `{0}` more were left out.
        pub more: Plural,
        /// A range of whole numbers, from `{0}` to `{1}`.
        pub from_to: &'static str,
        /// Puts the sentences away.
        pub dismiss: &'static str,
    }

    /// The dialog that puts a run into an article.
    #[derive(Debug)]
    pub struct EmbedText {
        /// What to do there.
        pub about: &'static str,
        /// Field: how wide the frame may become.
        pub width: &'static str,
        /// As wide as the article.
        pub full: &'static str,
        /// The language: each reader's own.
        pub readers: &'static str,
        /// Field: where the run begins.
        pub start: &'static str,
        /// At its start; at the moment that is shown.
        pub starts: [&'static str; 2],
        /// It plays without being asked.
        pub autoplay: &'static str,
        /// What the frame offers.
        pub controls: &'static str,
        /// The controls, in the order of [`crate::link::controls::Control::PARTS`].
        pub parts: [&'static str; 6],
        /// The frame as it will be.
        pub preview: &'static str,
        /// Why there is none: the page is one file.
        pub no_preview: &'static str,
        /// The guide for authors: its file beside the page, and what the link to it says.
        pub guide: [&'static str; 2],
        /// The forms, in the order of [`crate::link::paste::Form::ALL`].
        pub forms: [&'static str; 4],
    }

    /// The dialog that shares a run.
    #[derive(Debug)]
    pub struct ShareText {
        /// What the link carries.
        pub about: &'static str,
        /// Field: the link.
        pub link: &'static str,
        /// What the files hold.
        pub files: &'static str,
        /// The files: picture of pixels, picture of shapes, curves.
        pub formats: [&'static str; 3],
        /// The page's address opens on this machine only.
        pub local_only: &'static str,
    }

    /// The other futures of a run.
    #[derive(Debug)]
    pub struct ForksText {
        /// Heading, and the name of the button that opens them.
        pub heading: &'static str,
        /// What they are, when there are none.
        pub about: &'static str,
        /// Undoes the last step that changed the run.
        pub undo: &'static str,
        /// Does it again.
        pub redo: &'static str,
        /// Field: what the future is called.
        pub name: &'static str,
        /// A future without a name in which nothing was turned after `{0}`.
        pub unchanged: &'static str,
        /// How much of it there is: from `{0}`, where it leaves the run, to `{1}`.
        pub span: &'static str,
        /// Goes into it.
        pub go: &'static str,
        /// Draws its curve.
        pub compare: &'static str,
        /// Gives it up.
        pub delete: &'static str,
        /// At `{0}`, `{1}` leaked here and `{2}` in the future called `{3}`.
        pub compared: &'static str,
        /// The same, where that one ends at `{0}`.
        pub compared_end: &'static str,
        /// Said when the reader has gone into the one called `{0}`.
        pub gone_to: &'static str,
        /// Said when a step is undone.
        pub undone: &'static str,
        /// Said when it is done again.
        pub redone: &'static str,
    }

    /// The sentences of the live region, which screen readers speak.
    #[derive(Debug)]
    pub struct LiveText {
        /// At `{0}`: `{1}` working, `{2}` told to stop, `{3}` leaked.
        pub counts: &'static str,
        /// `{0}` more leaked since the last sentence.
        pub leaked: Plural,
        /// The run plays.
        pub playing: &'static str,
        /// The run rests at `{0}`.
        pub paused: &'static str,
        /// A knob was turned: `{0}` to `{1}`.
        pub set: &'static str,
        /// Something was copied.
        pub copied: &'static str,
        /// It could not be copied; it is in the field.
        pub not_copied: &'static str,
        /// A file was handed to the browser: `{0}` its name.
        pub saved: &'static str,
    }
}

/// A row of the help: keys, what they do.
pub type KeyText = (&'static str, &'static str);

words! {
    /// Everything the page says in one language.
    #[derive(Debug)]
    pub struct Messages {
        /// The language.
        pub language: Language,
        /// The page's title.
        pub title: &'static str,
        /// The link that skips the page's head.
        pub skip: &'static str,
        /// Field: the lesson.
        pub lesson: &'static str,
        /// Field: the preset.
        pub preset: &'static str,
        /// What the preset is called once a knob was turned: `{0}` its title.
        pub preset_changed: &'static str,
        /// Field: the language.
        pub lang: &'static str,
        /// Field: the theme.
        pub theme: &'static str,
        /// The theme: as the system has it, light, dark.
        pub themes: [&'static str; 3],
        /// Opens the dialog that shares a run.
        pub share: &'static str,
        /// Copies it.
        pub copy: &'static str,
        /// It is copied.
        pub copied: &'static str,
        /// Opens the dialog that puts a run into an article.
        pub embed: &'static str,
        /// On a narrow page: opens the tools that its rows have no room for.
        pub more_tools: &'static str,
        /// In a frame: opens this run at this moment in a window of its own.
        pub open_full: &'static str,
        /// Opens the list of what there is to do, and is its heading.
        pub deeds: &'static str,
        /// How much of it is done: `{0}` of `{1}`.
        pub deeds_done: &'static str,
        /// Beside one that is done, for readers who cannot see its mark.
        pub deed_done: &'static str,
        /// The story of the program: its file beside the page, and what the link to it says.
        pub story: [&'static str; 2],
        /// Opens the help.
        pub help: &'static str,
        /// Heading of the help.
        pub keys: &'static str,
        /// Its rows.
        pub key_rows: Vec<KeyText>,
        /// Closes something.
        pub close: &'static str,
        /// The counts' name for readers who cannot see them.
        pub counts: &'static str,
        /// Counts: started, working, told to stop, leaked, returned.
        pub count: [&'static str; 5],
        /// The same run as steps: started, ever told to stop, ever heard it, returned since it was told, leaked.
        pub funnel: [&'static str; 5],
        /// Beside what was started: how many of them work now.
        pub working_now: &'static str,
        /// Beside what was told: how many of them are late now.
        pub told_now: &'static str,
        /// Beside what returned since it was told: how many returned in all.
        pub returned_all: &'static str,
        /// Count: bytes held if these were goroutines; `{0}` are alive.
        pub as_goroutines: Plural,
        /// Behind the bytes held if these were goroutines: how much memory there is, `{0}`.
        pub of_memory: &'static str,
        /// How often the process was started anew: `{0}` times by a deploy, `{1}` times because its memory was full.
        pub restarts: &'static str,
        /// That the process was started anew.
        pub restarted: RestartedText,
        /// The step in the place of what returned, for a lesson whose tasks can be dropped.
        pub dropped: &'static str,
        /// Beside it: how often work was left half done.
        pub half_done: &'static str,
        /// A sentence about that step.
        pub dropped_about: &'static str,
        /// A sentence about each step of the funnel, in the same order, and about `as_goroutines`.
        pub count_about: [&'static str; 6],
        /// The stage's name and what can be done there.
        pub stage: &'static str,
        /// On the stage: the lane.
        pub one_thread: &'static str,
        /// On the stage: `{0}` are in the ready queue.
        pub ready: &'static str,
        /// On the stage: no task is ready.
        pub idle: &'static str,
        /// On the stage: `{0}` open requests are not drawn.
        pub more_requests: Plural,
        /// On the stage, above tenfold speed: `{0}` requests are open.
        pub open_requests: Plural,
        /// On the stage: `{0}` more of the same.
        pub more: &'static str,
        /// On the stage: a dot of the pile stands for `{0}`.
        pub per_dot: &'static str,
        /// On the stage: the pile holds `{0}`.
        pub pile: Plural,
        /// On the stage: the pile is empty.
        pub pile_empty: &'static str,
        /// The legend: waiting, told to stop, heard it, stranded, runaway, parent.
        pub legend: [&'static str; 6],
        /// Heading of the knobs.
        pub knobs: &'static str,
        /// Beside a knob that a running program listens to.
        pub live_knob: &'static str,
        /// Beside a knob that starts the run anew.
        pub start_knob: &'static str,
        /// Units behind a number: ms, per cent, per minute.
        pub units: [&'static str; 5],
        /// A knob's value 0 for `requests`.
        pub never: &'static str,
        /// The program panicked: `{0}`.
        pub panicked: &'static str,
        /// A bound was hit, by [`crate::trace::event::Limit`].
        pub limits: [&'static str; 5],
        /// Units of size: bytes, kB, MB, GB.
        pub sizes: [&'static str; 4],
        /// Units of duration: ms, s, min, h, d.
        pub durations: [&'static str; 5],
        /// The inspector and the table.
        pub task: TaskText,
        /// The drain test.
        pub drain: DrainText,
        /// The code.
        pub code: CodeText,
        /// The plot.
        pub plot: PlotText,
        /// The bar.
        pub bar: BarText,
        /// The other futures of the run.
        pub forks: ForksText,
        /// Complaints about a link.
        pub link: LinkText,
        /// The dialog that shares a run.
        pub sharing: ShareText,
        /// The dialog that puts a run into an article.
        pub embedding: EmbedText,
        /// The live region.
        pub live: LiveText,
        /// The one thread, and a step on it.
        pub thread: ThreadText,
    }
}
