//! The words of `leak` in English.

use std::borrow::Cow::Borrowed as said;

use crate::text::Plural;
use crate::text::lesson::{ConditionalSentence, KnobWords, LessonWords, NowWords, PresetWords, SwitchWords, TaskWords};

/// What the lesson says in English.
pub static WORDS: LessonWords = LessonWords {
    title: said("The forgotten context"),
    headline: said("cancel() asks. It stops nobody."),
    lead: said("Flip the switch and see who is still there."),
    picture: said("Requests with their workers, and the pile of leaked tasks"),
    switch: Some(SwitchWords {
        name: said("Workers listen for cancellation"),
        meanings: said(&[
            ConditionalSentence {
                condition: said("listen=off"),
                sentence: said("No. They keep waiting, even after cancel()."),
            },
            ConditionalSentence {
                condition: said("listen=on & hears=never"),
                sentence: said("Hardly. The work never looks at ctx.Done()."),
            },
            ConditionalSentence {
                condition: said("listen=on & hears=once"),
                sentence: said("Once: a look at ctx.Done() before the work, none during it."),
            },
            ConditionalSentence {
                condition: said("listen=on & hears=step"),
                sentence: said("Before each step of the work, but not while a step waits."),
            },
            ConditionalSentence {
                condition: said("listen=on & hears=wait"),
                sentence: said("Yes. Every wait of the work also waits for ctx.Done()."),
            },
            ConditionalSentence {
                condition: said("listen=on & send=naked"),
                sentence: said("The send does not listen."),
            },
            ConditionalSentence {
                condition: said("listen=on & hears=never & send=select"),
                sentence: said("Only the send listens."),
            },
            ConditionalSentence {
                condition: said("listen=on & forgetful!=0"),
                sentence: said("{forgetful}% of them forget to."),
            },
        ]),
        on_since: Plural {
            one: "Workers that started since {1} listen. One of them leaked all the same. Click it to see what it waits for.",
            many: "Workers that started since {1} listen. {0} of them leaked all the same. Click one to see what it waits for.",
        },
        on_before: Plural {
            one: "One leaked since {1}, and it had started before. Of those that started after, none.",
            many: "{0} leaked since {1}, and all had started before. Of those that started after, none.",
        },
        on_none: "None has leaked since {0}. Whoever begins to wait now listens; those already waiting do not.",
        on_leaks: Plural {
            one: "The switch is on, and one leaked all the same. Click it to see why.",
            many: "The switch is on, and {0} leaked all the same. Click one to see why.",
        },
        on_clean: "Told, heard, returned: three steps, and nobody stays behind.",
        on_start: "Workers listen from the start. Watch what they do when the time of a request is up.",
    }),
    knobs: said(&[
        KnobWords {
            name: said("listen"),
            label: said("Listen"),
            about: said("Off: workers look at no context and send plainly. On: they do as the next two knobs say."),
            words: said(&[said("off"), said("on")]),
        },
        KnobWords {
            name: said("hears"),
            label: said("How they hear"),
            about: said("Where a listening worker looks at ctx.Done()."),
            words: said(&[
                said("never"),
                said("once, before the work"),
                said("before each step"),
                said("in every wait"),
            ]),
        },
        KnobWords {
            name: said("send"),
            label: said("How they send"),
            about: said("A plain send waits for the receiver alone; a select also waits for ctx.Done()."),
            words: said(&[said("plain send"), said("inside a select")]),
        },
        KnobWords {
            name: said("forgetful"),
            label: said("Forgetful"),
            about: said("How many workers do not listen although the switch is on."),
            words: said(&[]),
        },
        KnobWords {
            name: said("workers"),
            label: said("Workers"),
            about: said("Tasks that each request starts."),
            words: said(&[]),
        },
        KnobWords {
            name: said("work"),
            label: said("Work"),
            about: said("How long a worker's work takes, in eight equal steps."),
            words: said(&[]),
        },
        KnobWords {
            name: said("stuck"),
            label: said("Hangs"),
            about: said("How many workers make a call that never returns."),
            words: said(&[]),
        },
        KnobWords {
            name: said("shape"),
            label: said("Worker's shape"),
            about: said("One result and return, or round after round."),
            words: said(&[said("one result"), said("a loop")]),
        },
        KnobWords {
            name: said("capacity"),
            label: said("Channel buffer"),
            about: said("How many results the channel can hold before a send has to wait."),
            words: said(&[]),
        },
        KnobWords {
            name: said("parent"),
            label: said("Parent returns"),
            about: said("When the task that answers the request returns."),
            words: said(&[
                said("never, as posted"),
                said("at the time-out"),
                said("all results or time-out"),
                said("the same, then waits for its workers"),
            ]),
        },
        KnobWords {
            name: said("timeout"),
            label: said("Gives up after"),
            about: said("When a request cancels its workers."),
            words: said(&[]),
        },
        KnobWords {
            name: said("timer"),
            label: said("Timer"),
            about: said("Made once, or anew in each turn of the loop, as an idle timeout."),
            words: said(&[said("made once"), said("anew for each message")]),
        },
        KnobWords {
            name: said("traffic"),
            label: said("Traffic"),
            about: said("Requests a minute, at random moments drawn by the seed."),
            words: said(&[]),
        },
        KnobWords {
            name: said("requests"),
            label: said("Stops after"),
            about: said("After this many requests; 0 never stops."),
            words: said(&[]),
        },
        KnobWords {
            name: said("jitter"),
            label: said("Jitter"),
            about: said("How much of the work's time is drawn anew for each worker. On average it stays the same."),
            words: said(&[]),
        },
        KnobWords {
            name: said("hangs"),
            label: said("Who hangs"),
            about: said("Every n-th worker, or each by a draw of its own."),
            words: said(&[said("every n-th worker"), said("each by chance")]),
        },
    ]),
    presets: said(&[
        PresetWords {
            name: said("the-leak"),
            title: said("The leak"),
            lead: said("cancel() asks. It stops nobody."),
            about: said(
                "The parent returns; workers whose call never returns stay. While most requests are answered in time, nobody notices.",
            ),
        },
        PresetWords {
            name: said("as-posted"),
            title: said("As posted"),
            lead: said("The parent's loop has no exit."),
            about: said(
                "The listing of the blog post. The workers return; every parent waits on in its select, for good.",
            ),
        },
        PresetWords {
            name: said("the-posts-fix"),
            title: said("The post's fix"),
            lead: said("It looks once, and too early."),
            about: said(
                "One look at ctx.Done() before the work, long before the cancel. The parents stay all the same.",
            ),
        },
        PresetWords {
            name: said("listening-everywhere"),
            title: said("Listening everywhere"),
            lead: said("Every wait listens. Nobody stays."),
            about: said("A select around every wait, and a parent that returns: workers are told, hear it and return."),
        },
        PresetWords {
            name: said("heard-and-leaked"),
            title: said("Heard it and leaked all the same"),
            lead: said("It heard, and leaked all the same."),
            about: said(
                "A worker hears the cancel before its next step, and then sends its result to a receiver that has gone.",
            ),
        },
        PresetWords {
            name: said("late-not-leaked"),
            title: said("Late, not leaked"),
            lead: said("Late is not leaked."),
            about: said("Long work that ends by itself: the curve is a plateau, not a ramp."),
        },
        PresetWords {
            name: said("never-starts"),
            title: said("The round that never starts"),
            lead: said("In a loop, the one look helps."),
            about: said(
                "Each worker looks at ctx before every round. Once it was told to stop, the next round never starts.",
            ),
        },
        PresetWords {
            name: said("joins"),
            title: said("Joins"),
            lead: said("Cancel first, then wait."),
            about: said(
                "The parent cancels and waits until its last worker has returned. Nothing outlives the request.",
            ),
        },
        PresetWords {
            name: said("a-runaway"),
            title: said("A runaway"),
            lead: said("A new timer, again and again."),
            about: said(
                "With time.After in the loop the parent is never stuck: it wakes at every time-out, cancels once more, and never returns.",
            ),
        },
        PresetWords {
            name: said("quiet-month"),
            title: said("The quiet month"),
            lead: said("A leak too slow to notice."),
            about: said(
                "The same leak with so little traffic that a daily restart would hide it. At 1000× a day goes by in a minute and a half.",
            ),
        },
        PresetWords {
            name: said("sale-day"),
            title: said("Sale day"),
            lead: said("A hundred requests a second."),
            about: said("The same leak with a lot of traffic: a thousand more stay every second."),
        },
    ]),
    tasks: TaskWords {
        child: "Worker {0} of request {1}",
        parent: "Parent of request {1}",
        root: "The load generator",
    },
    now: NowWords {
        start: "Every dot is a real task on one thread. Each request starts workers and cancels them when its time is up.",
        open: "Each frame is a request. When its time is up it turns amber: its workers are told to stop. Watch who does.",
        told: Plural {
            one: "One was told to stop and has not returned. Being told is not stopping.",
            many: "{0} were told to stop and have not returned. Being told is not stopping.",
        },
        leaks: Plural {
            one: "One stays for good: its request is over, and nobody can ever wake it. Click it, or flip the switch.",
            many: "{0} stay for good: their requests are over, and nobody can ever wake them. Flip the switch and see who gets out.",
        },
        parents: Plural {
            one: "The one on the pile is a parent: its own loop has no way out.",
            many: "All {0} on the pile are parents: their own loop has no way out. Fixing the workers does not help.",
        },
        late: Plural {
            one: "One is late, not leaked: its work may still end by itself.",
            many: "{0} are late, not leaked: their work may still end by itself. A plateau, not a ramp.",
        },
        runaways: Plural {
            one: "One is a runaway: it wakes again and again, and has no way out.",
            many: "{0} are runaways: they wake again and again, and have no way out.",
        },
    },
};
