//! Random programs as data: a few bodies of operations, drawn by a seed, written as text and read back.
//!
//! Every operation makes sense wherever a task stands: it names a handle by a number, which counts around among those that
//! the task has. So any list of operations is a program, and one that fails can be cut down line by line.

use std::fmt;
use std::str::FromStr;

use pileup::executor::rng::{Rng, Stream};

/// What an operation does; its two numbers say with which handle, and how.
macro_rules! verbs {
    ($($verb:ident $text:literal),* $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Verb {
            $($verb),*
        }

        pub(crate) const VERBS: &[Verb] = &[$(Verb::$verb),*];

        impl Verb {
            fn as_str(self) -> &'static str {
                match self {
                    $(Verb::$verb => $text),*
                }
            }
        }
    };
}

verbs! {
    MakeChannel "make-channel", MakeMutex "make-mutex", MakeRwMutex "make-rwmutex", MakeGroup "make-group",
    MakeContext "make-context", MakeTimeout "make-timeout", MakeTimer "make-timer", MakeCond "make-cond",
    Send "send", Receive "receive", SendHandle "send-handle", Close "close", Forget "forget",
    Lock "lock", Unlock "unlock", TryLock "try-lock", WriteLock "write-lock", WriteUnlock "write-unlock",
    ReadLock "read-lock", ReadUnlock "read-unlock",
    Add "add", Done "done", Wait "wait", DeferDone "defer-done",
    Cancel "cancel", AwaitDone "await-done", Look "look",
    AwaitTimer "await-timer", ResetTimer "reset-timer", StopTimer "stop-timer", After "after",
    CondWait "cond-wait", Signal "signal", Broadcast "broadcast",
    Sleep "sleep", SleepLong "sleep-long", SleepZero "sleep-zero", Yield "yield",
    SelectTwo "select-two", SelectSend "select-send", SelectDone "select-done", SelectDefault "select-default",
    JoinTwo "join-two", JoinMany "join-many", Foreign "foreign", Pending "pending", Call "call", Input "input",
    Nothing "nothing", NilReceive "nil-receive",
    Go "go", GoClosure "go-closure", GoShared "go-shared", Request "request", RequestContext "request-context",
    KeepSpawned "keep-spawned", Abort "abort", GiveSpawned "give-spawned",
    Put "put", Take "take",
    Recover "recover", Exit "exit",
    Count "count", UntilTime "until-time", WhileLength "while-length", Flag "flag", UntilFlag "until-flag",
    SelectAny "select-any", AfterFunc "after-func", ContextAfterFunc "context-after-func",
    Once "once", Semaphore "semaphore", Errgroup "errgroup",
    MakeGuarded "make-guarded", MakeQueue "make-queue", MakeToken "make-token",
    Spawn "spawn", SpawnGiven "spawn-given", SpawnInSet "spawn-in-set",
    AbortTask "abort-task", DropTask "drop-task", DropSet "drop-set", JoinTask "join-task", JoinSet "join-set",
    CancelToken "cancel-token", LookAtToken "look-at-token", GuardToken "guard-token",
    HoldGuard "hold-guard", HoldTwo "hold-two", TryGuard "try-guard",
    QueueSend "queue-send", QueueReceive "queue-receive", DropQueue "drop-queue",
    Timeout "timeout", Race "race",
}

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Op {
    pub(crate) verb: Verb,
    pub(crate) a: u8,
    pub(crate) b: u8,
}

/// What a task does, and what it does at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) ops: Vec<Op>,
    pub(crate) end: End,
}

/// What a task does after its last operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Return,
    /// So many rounds in all.
    Rounds(u8),
    /// For ever.
    Loop,
    /// For ever, and in each round it says what it depends on.
    DeclaredLoop,
    /// So many rounds, and in each it says what it depends on.
    DeclaredRounds(u8),
}

/// A whole program: body 0 is the root's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) bodies: Vec<Body>,
}

impl Script {
    /// A program drawn by a seed. Each draws from a few verbs only, so that they meet.
    pub(crate) fn draw(seed: u32) -> Script {
        let mut rng = Rng::new(seed, Stream::Program(1));
        let palette: Vec<Verb> =
            (0..6 + rng.below(14)).map(|_| VERBS[rng.below(VERBS.len() as u32) as usize]).collect();
        let bodies = 2 + rng.below(4);
        Script { bodies: (0..bodies).map(|number| draw_body(&mut rng, &palette, number)).collect() }
    }
}

fn draw_body(rng: &mut Rng, palette: &[Verb], number: u32) -> Body {
    let mut ops = Vec::new();
    if number == 0 {
        let makes = [
            Verb::MakeChannel,
            Verb::MakeMutex,
            Verb::MakeContext,
            Verb::MakeGroup,
            Verb::MakeTimer,
            Verb::MakeGuarded,
            Verb::MakeQueue,
            Verb::MakeToken,
        ];
        for _ in 0..1 + rng.below(4) {
            let make = makes[rng.below(8) as usize];
            ops.push(draw_op(rng, make));
        }
        ops.push(draw_op(rng, Verb::Request));
    }
    for _ in 0..1 + rng.below(7) {
        let verb = palette[rng.below(palette.len() as u32) as usize];
        ops.push(draw_op(rng, verb));
    }
    if number == 0 {
        ops.extend([Verb::Request, Verb::Sleep, Verb::Request].map(|verb| draw_op(rng, verb)));
    }
    let end = match rng.below(10) {
        0..=4 => End::Return,
        5 => End::Rounds(2 + rng.below(9) as u8),
        6 => End::Loop,
        7 => End::DeclaredRounds(2 + rng.below(9) as u8),
        _ => End::DeclaredLoop,
    };
    Body { ops, end: if number == 0 { End::Return } else { end } }
}

fn draw_op(rng: &mut Rng, verb: Verb) -> Op {
    Op { verb, a: rng.below(12) as u8, b: rng.below(12) as u8 }
}

/// The program as text: `parse` reads it back.
impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for body in &self.bodies {
            let ops: Vec<String> =
                body.ops.iter().map(|op| format!("{} {} {}", op.verb.as_str(), op.a, op.b)).collect();
            let end = match body.end {
                End::Return => "return".to_owned(),
                End::Rounds(rounds) => format!("rounds {rounds}"),
                End::Loop => "loop".to_owned(),
                End::DeclaredLoop => "declared-loop".to_owned(),
                End::DeclaredRounds(rounds) => format!("declared-rounds {rounds}"),
            };
            writeln!(f, "{}; {end}", ops.join("; "))?;
        }
        Ok(())
    }
}

impl FromStr for Script {
    type Err = String;

    fn from_str(text: &str) -> Result<Script, String> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        Ok(Script { bodies: lines.map(parse_body).collect::<Result<_, _>>()? })
    }
}

fn parse_body(line: &str) -> Result<Body, String> {
    let mut parts: Vec<&str> = line.split(';').map(str::trim).collect();
    let end = parts.pop().unwrap_or("");
    let number =
        |word: Option<&str>| word.and_then(|word| word.parse().ok()).ok_or_else(|| format!("{line}: a number"));
    let mut words = end.split(' ');
    let end = match words.next() {
        Some("return") => End::Return,
        Some("rounds") => End::Rounds(number(words.next())?),
        Some("loop") => End::Loop,
        Some("declared-loop") => End::DeclaredLoop,
        Some("declared-rounds") => End::DeclaredRounds(number(words.next())?),
        _ => return Err(format!("{end}: no such end")),
    };
    let ops = parts.into_iter().filter(|part| !part.is_empty()).map(|part| {
        let mut words = part.split(' ');
        let name = words.next().unwrap_or("");
        let verb = VERBS.iter().copied().find(|verb| verb.as_str() == name).ok_or(format!("{name}: no such verb"))?;
        Ok(Op { verb, a: number(words.next())?, b: number(words.next())? })
    });
    Ok(Body { ops: ops.collect::<Result<_, String>>()?, end })
}
