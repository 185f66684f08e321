//! The words of the one thread: what its meter says, and what a step did.
//!
//! A step is told in parts, each of which follows the task's name: `Worker #3 of request 1: its time was up; it waits again,
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
    /// Nothing is left to happen.
    pub over: &'static str,
    /// The clock went on to `{0}`.
    pub clock: &'static str,
    /// `{0}` became ready.
    pub ready: Plural,
    /// A knob was turned.
    pub knob: &'static str,
    /// A task opened a request.
    pub opened: &'static str,
    /// A request's context was cancelled by the clock.
    pub cancelled: &'static str,
    /// What a task did, or what happened to it.
    pub task: StepText,
    /// What nobody sees on the page, or counts.
    pub unseen: UnseenText,
}

/// What a task did in a step, or what happened to it.
#[derive(Debug)]
pub struct StepText {
    /// It runs for the first time.
    pub begins: &'static str,
    /// What it waited for has come: its time was up, a value or an answer came, its message was taken, a case of its select
    /// was ready, its group is done, it got the lock, it was signalled.
    pub answered: [&'static str; 8],
    /// It was woken, and what it waits for has not come.
    pub in_vain: &'static str,
    /// It heard the cancel.
    pub heard: &'static str,
    /// It cancelled a context.
    pub cancels: &'static str,
    /// It spawned `{0}` tasks.
    pub starts: Plural,
    /// It waits: somewhere, and on line `{0}`.
    pub waits: [&'static str; 2],
    /// The same for one that has waited before.
    pub waits_again: [&'static str; 2],
    /// It has returned.
    pub returned: &'static str,
    /// It panicked.
    pub panicked: &'static str,
    /// It panicked and recovered.
    pub recovered: &'static str,
    /// It had to give way, and stands in the queue again.
    pub gives_way: &'static str,
    /// It gives the thread back.
    pub pends: &'static str,
    /// It was spawned, or woken, and stands in the queue.
    pub spawned: &'static str,
    /// The same for one that was woken.
    pub woken: &'static str,
    /// Its poll begins.
    pub runs: &'static str,
    /// Its wait is over.
    pub wait_over: &'static str,
    /// It was dropped.
    pub aborted: &'static str,
}

/// Events that change nothing on the page.
#[derive(Debug)]
pub struct UnseenText {
    /// A channel, a context or a timer was made.
    pub made: &'static str,
    /// A handle went from one to another.
    pub handle: &'static str,
    /// A timer was set or stopped.
    pub timer: &'static str,
    /// A channel holds another number of messages, or a lock has another number of holders.
    pub level: &'static str,
    /// A channel was closed.
    pub closed: &'static str,
    /// Nobody names an object any more.
    pub gone: &'static str,
    /// Of several ready cases one was drawn.
    pub drew: &'static str,
    /// Something was noted for the proofs.
    pub noted: &'static str,
}

/// In English.
pub(super) const ENGLISH: ThreadText = ThreadText {
    polls: Plural { one: "{0} poll/s", many: "{0} polls/s" },
    and: "{0}; {1}",
    of_task: "{0}: {1}.",
    of_run: "{0}.",
    over: "Nothing is left to happen",
    clock: "The clock goes on to {0}",
    ready: Plural { one: "one task is ready", many: "{0} tasks are ready" },
    knob: "A knob was turned",
    opened: "it opened a request",
    cancelled: "A request is cancelled",
    task: StepText {
        begins: "it runs for the first time",
        answered: [
            "its time was up",
            "it received a value",
            "its call was answered",
            "what it sent was taken",
            "a case of its select was ready",
            "all that it waited for are done",
            "it got the lock",
            "it was signalled",
        ],
        in_vain: "it was woken too early",
        heard: "it heard the cancel",
        cancels: "it called cancel()",
        starts: Plural { one: "it started one task", many: "it started {0} tasks" },
        waits: ["it waits", "it waits, line {0}"],
        waits_again: ["it waits again", "it waits again, line {0}"],
        returned: "it returned",
        panicked: "it panicked",
        recovered: "it panicked and recovered",
        gives_way: "it had to give way and is ready again",
        pends: "it gives the thread back",
        spawned: "it was started and is ready",
        woken: "it was woken and is ready",
        runs: "its turn has come",
        wait_over: "its wait is over",
        aborted: "it was dropped",
    },
    unseen: UnseenText {
        made: "A channel, a context or a timer was made",
        handle: "A handle changed hands",
        timer: "A timer was set or stopped",
        level: "A channel or a lock counts anew",
        closed: "A channel was closed",
        gone: "Nobody can use an old channel, context or timer any more",
        drew: "Several cases were ready, and the seed drew one",
        noted: "Something was noted for the proofs",
    },
};

/// In Korean.
pub(super) const KOREAN: ThreadText = ThreadText {
    polls: any("초당 poll {0}번"),
    and: "{0} {1}",
    of_task: "{0}: {1}",
    of_run: "{0}",
    over: "더 일어날 일이 없어요.",
    clock: "시계가 {0}까지 갔어요.",
    ready: any("고루틴 {0}개가 실행을 기다려요."),
    knob: "설정값이 바뀌었어요.",
    opened: "요청 하나를 열었어요.",
    cancelled: "요청 하나가 취소됐어요.",
    task: StepText {
        begins: "처음으로 실행됐어요.",
        answered: [
            "기다리던 시간이 지났어요.",
            "값을 받았어요.",
            "호출에 응답이 왔어요.",
            "보낸 값을 누군가 받아 갔어요.",
            "select의 case 하나가 준비됐어요.",
            "기다리던 고루틴이 모두 끝났어요.",
            "락을 얻었어요.",
            "신호를 받았어요.",
        ],
        in_vain: "깨어났지만 아직 더 기다려야 해요.",
        heard: "취소 신호를 들었어요.",
        cancels: "cancel()을 불렀어요.",
        starts: any("고루틴 {0}개를 시작했어요."),
        waits: ["기다려요.", "{0}번째 줄에서 기다려요."],
        waits_again: ["다시 기다려요.", "{0}번째 줄에서 다시 기다려요."],
        returned: "종료됐어요.",
        panicked: "패닉이 났어요.",
        recovered: "패닉이 났지만 recover로 복구했어요.",
        gives_way: "스레드를 양보하고 다시 대기열에 섰어요.",
        pends: "스레드를 돌려줘요.",
        spawned: "시작되어 대기열에 섰어요.",
        woken: "깨어나 대기열에 섰어요.",
        runs: "차례가 되어 실행돼요.",
        wait_over: "기다림이 끝났어요.",
        aborted: "끝나기 전에 버려졌어요.",
    },
    unseen: UnseenText {
        made: "채널이나 컨텍스트, 타이머가 만들어졌어요.",
        handle: "핸들 하나가 다른 곳으로 넘어갔어요.",
        timer: "타이머가 맞춰지거나 멈췄어요.",
        level: "채널이나 락의 개수가 바뀌었어요.",
        closed: "채널이 닫혔어요.",
        gone: "쓰던 채널이나 컨텍스트, 타이머를 이제 아무도 쓸 수 없어요.",
        drew: "준비된 case가 여럿이라 시드가 하나를 골랐어요.",
        noted: "증명에 쓸 것을 적어 두었어요.",
    },
};

/// Korean does not tell one from many.
const fn any(text: &'static str) -> Plural {
    Plural { one: text, many: text }
}
