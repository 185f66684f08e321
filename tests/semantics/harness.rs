//! What the mirrored programs are written in: Go's `rule`, `start`, `caught` and `synctest.Wait` on one [`Engine`].

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::Rc;
use std::task::{Poll, Waker};

use pileup::executor::context::now;
use pileup::executor::engine::{Config, Engine, Stop};
use pileup::executor::spawn::{Plain, Spawned, go};
use pileup::executor::timers::Instant;
use pileup::sync::chan::{Receiver, Sender};
use pileup::sync::panics::recover;
use pileup::trace::columns::Reader;
use pileup::trace::event::{Event, TaskId, WaitReason};

/// A recorded rule that no program here answers, and why.
pub(crate) type NotMirrored = (&'static str, &'static str);

/// The answers so far, in order.
#[derive(Clone, Default)]
pub(crate) struct Rules(Rc<RefCell<Vec<(String, Answer)>>>);

impl Plain for Rules {}

enum Answer {
    Text(String),
    /// A program that may panic, which ends a run: it gets a run of its own, afterwards.
    Program(Box<dyn FnOnce() -> String>),
}

impl Rules {
    pub(crate) fn add(&self, name: impl Into<String>, answer: impl Into<String>) {
        self.0.borrow_mut().push((name.into(), Answer::Text(answer.into())));
    }

    /// Go's `rule(name, caught(func() { … }))`. What the program uses it makes itself: a panic ends its whole run.
    pub(crate) fn caught<Fut: Future<Output = ()> + 'static>(
        &self,
        name: impl Into<String>,
        program: impl FnOnce() -> Fut + 'static,
    ) {
        let answer = Answer::Program(Box::new(move || caught(program)));
        self.0.borrow_mut().push((name.into(), answer));
    }

    /// The answer is whatever `program` says, which runs engines of its own.
    pub(crate) fn outside(&self, name: impl Into<String>, program: impl FnOnce() -> String + 'static) {
        self.0.borrow_mut().push((name.into(), Answer::Program(Box::new(program))));
    }
}

/// Go's `rule(name, answer…)`: several answers are separated by a space.
macro_rules! rule {
    ($rules:expr, $name:expr, $($answer:expr),+ $(,)?) => {{
        // Evaluated first: an answer may wait.
        let answers = [$($answer.to_string()),+];
        $rules.add($name, answers.join(" "))
    }};
}
pub(crate) use rule;

/// Runs one function of a Go file to its end, on an engine of its own.
pub(crate) fn run<Fut: Future<Output = ()> + 'static>(rules: &Rules, program: impl FnOnce(Rules) -> Fut + 'static) {
    let mut engine = Engine::new(Config { seed: 1, ..Config::default() });
    let done = Rc::new(Cell::new(false));
    let (ended, rules) = (done.clone(), rules.clone());
    engine.start(|| {
        go(
            move || async move {
                program(rules).await;
                ended.set(true);
            },
            (),
        );
    });
    while !done.get() {
        run_until_settled(&mut engine);
        assert_eq!(engine.stop(), None, "a program that panics belongs into `caught`");
        if !done.get() {
            engine.fire_next(Instant::from_nanos(u64::MAX)).expect("main waits, and nobody can ever free it");
        }
    }
}

/// Asserts that `rules` says what `recorded` says, rule by rule and in its order.
pub(crate) fn check(recorded: &str, not_mirrored: &[NotMirrored], rules: &Rules) {
    let answers = rules.0.take().into_iter();
    let answers: Vec<(String, String)> = answers
        .map(|(name, answer)| match answer {
            Answer::Text(text) => (name, text),
            Answer::Program(program) => (name, program()),
        })
        .collect();
    let recorded = recorded.lines().map(|line| line.split_once(": ").expect("a line is `rule: answer`"));
    let mut missing: BTreeMap<&str, &str> = not_mirrored.iter().copied().collect();
    assert_eq!(missing.len(), not_mirrored.len(), "a rule is listed once");
    let expected: Vec<(String, String)> = recorded
        .filter(|(name, _)| missing.remove(name).is_none())
        .map(|(name, answer)| (name.into(), answer.into()))
        .collect();
    assert!(missing.is_empty(), "listed as not mirrored, and never recorded: {missing:?}");
    let names = |rules: &[(String, String)]| rules.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&answers), names(&expected), "every recorded rule is answered, in order, or listed");
    let wrong = answers.iter().zip(&expected).filter(|(ours, gos)| ours != gos);
    let wrong: Vec<String> =
        wrong.map(|((name, ours), (_, gos))| format!("{name}: {ours}, and with Go: {gos}")).collect();
    assert!(wrong.is_empty(), "{} of {} rules differ:\n{}", wrong.len(), expected.len(), wrong.join("\n"));
    println!("{} rules agree with Go, {} are not mirrored", expected.len(), not_mirrored.len());
}

/// What becomes of a program that may panic: the first line Go prints, or that it did not.
pub(crate) fn caught<Fut: Future<Output = ()> + 'static>(program: impl FnOnce() -> Fut + 'static) -> String {
    caught_with(1, program)
}

/// The same under another seed.
pub(crate) fn caught_with<Fut: Future<Output = ()> + 'static>(
    seed: u32,
    program: impl FnOnce() -> Fut + 'static,
) -> String {
    let mut engine = Engine::new(Config { seed, ..Config::default() });
    let done = Rc::new(Cell::new(false));
    let ended = done.clone();
    engine.start(|| {
        go(
            move || async move {
                program().await;
                ended.set(true);
            },
            (),
        );
    });
    loop {
        run_until_settled(&mut engine);
        match engine.stop() {
            Some(Stop::Panicked(_, panic)) => return panic.as_str().into(),
            Some(stop) => panic!("{stop:?}"),
            None if done.get() => return "no panic".into(),
            None => engine.fire_next(Instant::from_nanos(u64::MAX)).expect("the program waits for ever"),
        };
    }
}

/// Go's `caught(f)` where what follows depends on it: the panic is recovered from.
pub(crate) async fn caught_here(body: impl Future<Output = ()>) -> String {
    match recover(body).await {
        Ok(()) => "no panic".into(),
        Err(panicked) => format!("panic: {panicked}"),
    }
}

/// Go's `defer f()`, for an `f` that does not wait.
pub(crate) struct Defer<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> Drop for Defer<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// A task that says whether it has ended.
#[derive(Clone)]
pub(crate) struct Started {
    done: Rc<Cell<bool>>,
    over: Rc<Cell<bool>>,
    pub(crate) spawned: Spawned,
}

/// Go's `go f()`, asked later whether `f` has returned.
pub(crate) fn start(task: impl Future<Output = ()> + 'static) -> Started {
    let (done, over) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
    let (returned, ended) = (done.clone(), over.clone());
    let spawned = go(
        move || async move {
            let _over = Defer(|| ended.set(true));
            task.await;
            returned.set(true);
        },
        (),
    );
    Started { done, over, spawned }
}

impl Started {
    /// `blocked` or `done`, after everyone has gone as far as they can.
    pub(crate) async fn state(&self) -> &'static str {
        settle().await;
        if self.done.get() { "done" } else { "blocked" }
    }

    /// Whether it is over, and how.
    pub(crate) async fn ended(&self) -> &'static str {
        settle().await;
        match (self.done.get(), self.over.get()) {
            (true, _) => "returned",
            (false, true) => "exited",
            (false, false) => "alive",
        }
    }
}

/// The states of several, as Go prints a slice.
pub(crate) async fn states(tasks: &[Started]) -> String {
    let mut texts = Vec::new();
    for task in tasks {
        texts.push(task.state().await);
    }
    format!("[{}]", texts.join(" "))
}

thread_local! {
    /// Who waits until everyone else has gone as far as they can.
    static SETTLING: RefCell<Vec<Waker>> = const { RefCell::new(Vec::new()) };
}

/// `synctest.Wait()`: everyone else goes as far as they can at this moment.
pub(crate) async fn settle() {
    let mut waited = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        SETTLING.with_borrow_mut(|settling| settling.push(cx.waker().clone()));
        Poll::Pending
    })
    .await;
}

/// Runs until everyone has gone as far as they can, who waited for that too.
pub(crate) fn run_until_settled(engine: &mut Engine) {
    loop {
        engine.run_until_idle();
        let settled = SETTLING.take();
        if settled.is_empty() || engine.stop().is_some() {
            return;
        }
        engine.start(|| settled.into_iter().for_each(Waker::wake));
    }
}

/// `go func() { ch <- value }()`
pub(crate) fn start_send(channel: &Sender<i64>, value: i64) -> Started {
    let channel = channel.clone();
    start(async move { channel.send(value).await })
}

/// `go func() { <-ch }()`
pub(crate) fn start_receive(channel: &Receiver<i64>) -> Started {
    let channel = channel.clone();
    start(async move {
        channel.receive().await;
    })
}

/// `<-ch`, where nobody has closed it.
pub(crate) fn value(received: Option<i64>) -> i64 {
    received.expect("nobody has closed it")
}

/// `value, ok := <-ch`, printed.
pub(crate) fn value_ok(received: Option<i64>) -> String {
    format!("{} {}", received.unwrap_or_default(), received.is_some())
}

/// A slice, as Go prints it.
pub(crate) fn slice(values: &[i64]) -> String {
    let texts: Vec<String> = values.iter().map(i64::to_string).collect();
    format!("[{}]", texts.join(" "))
}

/// A duration, as Go prints it.
pub(crate) fn duration(since: Instant, at: Instant) -> String {
    let ns = at.since(since);
    match ns {
        0 => "0s".into(),
        1..1_000 => format!("{ns}ns"),
        1_000..1_000_000 => format!("{}µs", ns as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{}ms", ns as f64 / 1e6),
        _ => format!("{}s", ns as f64 / 1e9),
    }
}

/// `time.Since(begin)`
pub(crate) fn since(begin: Instant) -> String {
    duration(begin, now())
}

/// How many of `times` calls say yes.
pub(crate) fn count(times: usize, yes: impl FnMut(usize) -> bool) -> usize {
    (0..times).map(yes).filter(|yes| *yes).count()
}

/// What each waiting task of a run waits for, by the trace. A task is asked about its latest wait.
pub(crate) fn wait_reasons(engine: &Engine) -> BTreeMap<TaskId, WaitReason> {
    let mut waits: BTreeMap<TaskId, Vec<WaitReason>> = BTreeMap::new();
    let mut reader = Reader::new();
    while let Some(event) = reader.next(engine.trace()) {
        let running = waits.entry(reader.running()).or_default();
        match event {
            Event::Waits { head, .. } => running.push(head.reason),
            Event::WaitOver { head, .. } => {
                let index = running.iter().rposition(|reason| *reason == head.reason);
                running.remove(index.expect("a wait that is over has begun"));
            }
            _ => {}
        }
    }
    waits.into_iter().filter_map(|(task, waits)| Some((task, *waits.last()?))).collect()
}
