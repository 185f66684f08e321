//! The words of the one thread: what its meter says, and what a step did.
//!
//! A step is told in parts, each of which follows the task's name: `Worker 3 of request 1: its time was up; it waits again,
//! line 36.` In Korean each part is a sentence. Deliberately absent: which parts a step has.

use crate::text::template::Plural;

/// What is said of the thread.
#[derive(Debug)]
pub struct ThreadText {
    /// On the stage, while the clock runs: `{0}` polls in a second.
    pub polls: Plural,
    /// A step: what happened, `{0}`, and then `{1}`.
    pub and: &'static str,
    /// All of it: the task `{0}`, and what happened to it, `{1}`.
    pub of_task: &'static str,
    /// All of it, where it happened to no task: `{0}`.
    pub of_run: &'static str,
    /// What happened, in the order of [`StepPart`]: `{0}` is a line of the listing, `{1}` a moment, `{2}` a number of tasks.
    pub parts: [&'static str; StepPart::COUNT],
}

/// One thing that a step did: first what happens to a task, then what happens to the run, then what nobody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
#[repr(u8)]
pub enum StepPart {
    /// It runs for the first time.
    Begins,
    /// Its poll begins.
    Polled,
    /// Its time was up.
    Time,
    /// It received a value.
    Value,
    /// Its call to the outside was answered.
    Call,
    /// Its message was taken.
    Sent,
    /// A case of its select was ready.
    Case,
    /// All that it waited for are done.
    Group,
    /// It got the lock.
    Lock,
    /// It was signalled.
    Signal,
    /// It was woken, and what it waits for has not come.
    InVain,
    /// Its wait is over.
    WaitOver,
    /// It heard the cancel.
    Heard,
    /// It cancelled a context.
    Cancels,
    /// It opened a request.
    Opens,
    /// It spawned one task.
    StartsOne,
    /// It spawned `{2}` tasks.
    Starts,
    /// It waits for the first time, or begins to wait.
    Waits,
    /// The same, on line `{0}`.
    WaitsOn,
    /// It waits again.
    WaitsAgain,
    /// The same, on line `{0}`.
    WaitsAgainOn,
    /// It gives the thread back.
    Pends,
    /// It had to give way, and stands in the queue again.
    GivesWay,
    /// It has returned.
    Returned,
    /// It panicked.
    Panicked,
    /// It panicked and recovered.
    Recovered,
    /// It was dropped.
    Aborted,
    /// It was spawned, and stands in the queue.
    Spawned,
    /// It was woken, and stands in the queue.
    Woken,
    /// To no task: the clock went on to `{1}`.
    Clock,
    /// One task became ready.
    ReadyOne,
    /// `{2}` tasks became ready.
    Ready,
    /// A knob was turned.
    Knob,
    /// The clock cancelled a request.
    Cancelled,
    /// Nothing is left to happen.
    Over,
    /// Nothing that is seen: a channel, a context or a timer was made.
    Made,
    /// A handle went from one to another.
    Handle,
    /// A timer was set or stopped.
    Timer,
    /// A channel holds another number of messages, or a lock has another number of holders.
    Level,
    /// A channel was closed.
    Closed,
    /// Nobody names an object any more.
    Gone,
    /// Of several ready cases one was drawn.
    Drew,
    /// Something was noted for the proofs.
    Noted,
}

impl StepPart {
    /// How many there are.
    pub const COUNT: usize = StepPart::Noted as usize + 1;

    /// Whether it happens to a task.
    pub fn is_of_task(self) -> bool {
        self < StepPart::Clock
    }

    /// Whether nothing of it is seen on the page.
    pub fn is_unseen(self) -> bool {
        self >= StepPart::Made
    }
}

/// In English.
pub(super) const ENGLISH: ThreadText = ThreadText {
    polls: Plural { one: "{0} poll/s", many: "{0} polls/s" },
    and: "{0}; {1}",
    of_task: "{0}: {1}.",
    of_run: "{0}.",
    parts: [
        "it runs for the first time",
        "its turn has come",
        "its time was up",
        "it received a value",
        "its call was answered",
        "what it sent was taken",
        "a case of its select was ready",
        "all that it waited for are done",
        "it got the lock",
        "it was signalled",
        "it was woken too early",
        "its wait is over",
        "it heard the cancel",
        "it called cancel()",
        "it opened a request",
        "it started one task",
        "it started {2} tasks",
        "it waits",
        "it waits, line {0}",
        "it waits again",
        "it waits again, line {0}",
        "it gives the thread back",
        "it had to give way and is ready again",
        "it returned",
        "it panicked",
        "it panicked and recovered",
        "it was dropped",
        "it was started and is ready",
        "it was woken and is ready",
        "The clock goes on to {1}",
        "one task is ready",
        "{2} tasks are ready",
        "A knob was turned",
        "A request is cancelled",
        "Nothing is left to happen",
        "A channel, a context or a timer was made",
        "A handle changed hands",
        "A timer was set or stopped",
        "A channel or a lock counts anew",
        "A channel was closed",
        "Nobody can use an old channel, context or timer any more",
        "Several cases were ready, and the seed drew one",
        "Something was noted for the proofs",
    ],
};

/// In Korean, which does not tell one from many.
pub(super) const KOREAN: ThreadText = ThreadText {
    polls: Plural { one: "초당 poll {0}번", many: "초당 poll {0}번" },
    and: "{0} {1}",
    of_task: "{0}: {1}",
    of_run: "{0}",
    parts: [
        "처음으로 실행됐어요.",
        "차례가 되어 실행돼요.",
        "기다리던 시간이 지났어요.",
        "값을 받았어요.",
        "호출에 응답이 왔어요.",
        "보낸 값을 누군가 받아 갔어요.",
        "select의 case 하나가 준비됐어요.",
        "기다리던 고루틴이 모두 끝났어요.",
        "락을 얻었어요.",
        "신호를 받았어요.",
        "깨어났지만 아직 더 기다려야 해요.",
        "기다림이 끝났어요.",
        "취소 신호를 들었어요.",
        "cancel()을 불렀어요.",
        "요청 하나를 열었어요.",
        "고루틴 하나를 시작했어요.",
        "고루틴 {2}개를 시작했어요.",
        "기다려요.",
        "{0}번째 줄에서 기다려요.",
        "다시 기다려요.",
        "{0}번째 줄에서 다시 기다려요.",
        "스레드를 돌려줘요.",
        "스레드를 양보하고 다시 대기열에 섰어요.",
        "종료됐어요.",
        "패닉이 났어요.",
        "패닉이 났지만 recover로 복구했어요.",
        "끝나기 전에 버려졌어요.",
        "시작되어 대기열에 섰어요.",
        "깨어나 대기열에 섰어요.",
        "시계가 {1}까지 갔어요.",
        "고루틴 하나가 실행을 기다려요.",
        "고루틴 {2}개가 실행을 기다려요.",
        "설정값이 바뀌었어요.",
        "요청 하나가 취소됐어요.",
        "더 일어날 일이 없어요.",
        "채널이나 컨텍스트, 타이머가 만들어졌어요.",
        "핸들 하나가 다른 곳으로 넘어갔어요.",
        "타이머가 맞춰지거나 멈췄어요.",
        "채널이나 락의 개수가 바뀌었어요.",
        "채널이 닫혔어요.",
        "쓰던 채널이나 컨텍스트, 타이머를 이제 아무도 쓸 수 없어요.",
        "준비된 case가 여럿이라 시드가 하나를 골랐어요.",
        "증명에 쓸 것을 적어 두었어요.",
    ],
};
