//! The rules, as data. Each says what is wrong and what to do instead; `main.rs` applies them.

/// Which module may import which in `src/`. A module that has no row here has no place in the house.
pub(crate) struct Layer {
    pub(crate) module: &'static str,
    pub(crate) may_import: &'static [&'static str],
    /// Why, and the way out.
    pub(crate) because: &'static str,
}

/// From the bottom of the house to its top: a row names only rows before it.
pub(crate) const LAYERS: &[Layer] = &[
    Layer {
        module: "trace",
        may_import: &[],
        because: "the trace is facts and imports nothing of ours; let the caller hand the fact in",
    },
    Layer {
        module: "executor",
        may_import: &["trace"],
        because: "the engine writes the trace and knows nothing above it; let the one above call the engine",
    },
    Layer {
        module: "sync",
        may_import: &["executor", "trace"],
        because: "channels and contexts stand on the engine alone; what a lesson needs besides belongs to the lesson",
    },
    Layer {
        module: "golang",
        may_import: &["executor", "sync", "trace"],
        because: "Go's goroutines are futures on the engine, which block through its vocabulary; who shows or judges them lies above",
    },
    Layer {
        module: "text",
        may_import: &[],
        because: "words are data and know nobody; who says them, when and about what lies above, in lessons/ and page/",
    },
    Layer {
        module: "lessons",
        may_import: &["executor", "sync", "trace", "text"],
        because: "a lesson is a program on the engine and its vocabulary, with its words; pictures live in stage/",
    },
    Layer {
        module: "written",
        may_import: &["executor", "golang", "text", "lessons"],
        because: "a reader's program becomes a lesson here, and then it is one like any other",
    },
    Layer {
        module: "verdict",
        may_import: &["trace"],
        because: "a verdict is read from the trace, so that anyone can check it; record the missing fact in the trace",
    },
    Layer {
        module: "player",
        may_import: &["trace", "executor", "lessons", "verdict"],
        because: "the player runs programs in time and neither draws nor speaks; do that in stage/, text/ or page/",
    },
    Layer {
        module: "stage",
        may_import: &["trace", "verdict", "player"],
        because: "a picture is drawn from what was recorded; ask the trace, a verdict or the player for it",
    },
    Layer {
        module: "caption",
        may_import: &["text", "lessons", "verdict", "stage"],
        because: "a caption puts words to a picture; it draws nothing and runs nothing",
    },
    Layer {
        module: "link",
        may_import: &["executor", "lessons", "player", "text"],
        because: "a link carries knobs, seed, order, language and moment of a run; it neither runs nor draws it",
    },
    Layer {
        module: "session",
        may_import: &["trace", "executor", "text", "lessons", "verdict", "player", "stage", "caption", "link"],
        because: "a session is what a reader does and sees, without a browser; nodes, listeners and canvases live in page/",
    },
    Layer {
        module: "page",
        may_import: &[
            "trace", "text", "lessons", "written", "verdict", "player", "stage", "caption", "link", "session",
        ],
        because: "page and terminal are two faces of the same core; what both need belongs into the core",
    },
    Layer {
        module: "cli",
        may_import: &[
            "trace", "executor", "sync", "golang", "text", "lessons", "verdict", "player", "stage", "caption", "link",
        ],
        because: "page and terminal are two faces of the same core; what both need belongs into the core",
    },
    Layer { module: "main.rs", may_import: &["page", "cli"], because: "main only chooses between the two faces" },
    Layer {
        module: "lib.rs",
        may_import: &[],
        because: "the library's root lists its modules and hides nothing behind re-exports",
    },
];

/// The rooms of `src/golang/`, in the order in which a program flows through them: each may name the ones before it.
pub(crate) const GOLANG: &[&str] = &["syntax", "types", "code", "machine", "library"];

/// Modules of `src/lessons/` that are no lesson, which others may name. All the rest is reached by the registry.
pub(crate) const NOT_A_LESSON: &[&str] =
    &["mod", "check", "condition", "deed", "knob", "lesson", "listing", "load", "preset"];

/// Words that must not stand in `src/`, but where they may.
pub(crate) struct Ban {
    /// The tokens one after the other. A last `*` inside a word stands for any ending.
    pub(crate) words: &'static [&'static str],
    /// Paths (or folders, ending in `/`) in which it is allowed.
    pub(crate) except_in: &'static [&'static str],
    /// What to do instead.
    pub(crate) instead: &'static str,
}

const BROWSER: &[&str] = &["src/page/", "src/main.rs"];
const TERMINAL: &[&str] = &["src/cli/", "src/main.rs"];

const IN_PAGE: &str =
    "only page/ and main.rs know the browser, so that the core builds and is tested natively; put it into page/";
const VIRTUAL: &str = "a run knows no machine time, or it would not be the same twice; take the engine's virtual clock";
const ORDERED: &str = "its order differs from run to run; take BTreeMap or BTreeSet, or a Vec indexed by id";
const SEEDED: &str = "a run is made again from its seed; draw from the engine's seeded rng";
const SAID: &str = "only the terminal's face prints; return the value, or record it in the trace";
const KEPT: &str = "a tool about leaks does not leak; keep the handle and let its drop end it";
const STATED: &str = "an `expect` states the invariant, a `?` or a `match` handles the case";

const fn ban(words: &'static [&'static str], instead: &'static str) -> Ban {
    Ban { words, except_in: &[], instead }
}

const fn but_in(except_in: &'static [&'static str], words: &'static [&'static str], instead: &'static str) -> Ban {
    Ban { words, except_in, instead }
}

pub(crate) const BANS: &[Ban] = &[
    but_in(BROWSER, &["yew*"], IN_PAGE),
    but_in(BROWSER, &["web_sys"], IN_PAGE),
    but_in(BROWSER, &["js_sys"], IN_PAGE),
    but_in(BROWSER, &["gloo*"], IN_PAGE),
    but_in(BROWSER, &["wasm_bindgen*"], IN_PAGE),
    ban(&["Instant", "::", "now"], VIRTUAL),
    ban(&["SystemTime"], VIRTUAL),
    ban(&["thread", "::", "sleep"], VIRTUAL),
    ban(&["HashMap"], ORDERED),
    ban(&["HashSet"], ORDERED),
    ban(&["RandomState"], ORDERED),
    ban(&["thread_rng"], SEEDED),
    ban(&["getrandom"], SEEDED),
    ban(&["Math", "::", "random"], SEEDED),
    ban(&[".", "unwrap", "("], STATED),
    ban(&["todo", "!"], "an unwritten part is an issue, not a panic"),
    ban(&["unimplemented", "!"], "an unwritten part is an issue, not a panic"),
    but_in(TERMINAL, &["print*", "!"], SAID),
    but_in(TERMINAL, &["eprint*", "!"], SAID),
    ban(&["mem", "::", "forget"], KEPT),
    ban(&[".", "forget", "(", ")"], KEPT),
    ban(&["Box", "::", "leak"], KEPT),
    ban(&["ManuallyDrop"], KEPT),
    ban(
        &["LocalPool"],
        "it cannot step one poll and shows no task; it is the oracle of the tests and the line of the benches",
    ),
];

/// Modules that make a run or judge it: in them a number is the same natively and in wasm, bit for bit.
pub(crate) const EXACT_MODULES: &[&str] = &["trace", "executor", "sync", "lessons", "verdict", "player"];

/// Methods of floats whose last bits differ between platforms. Not among them: `sqrt`, `floor` and their like, which are
/// exact.
pub(crate) const INEXACT: &[&str] = &[
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "exp", "exp2", "exp_m1",
    "hypot", "ln", "ln_1p", "log", "log10", "log2", "powf", "powi", "sin", "sin_cos", "sinh", "tan", "tanh",
];

pub(crate) const EXACT_INSTEAD: &str =
    "its last bits differ between native and wasm; use whole numbers, or a table made once";

/// In every Rust file of the project, tests too.
pub(crate) const BANS_EVERYWHERE: &[Ban] = &[
    ban(&["#", "[", "ignore"], "a test that does not run proves nothing; make it pass, or delete it and open an issue"),
    ban(&["thread", "::", "sleep"], "a sleep is a guess; wait for a state, with a deadline"),
];

/// Text that must not stand in any tracked file but a lock file.
pub(crate) struct Phrase {
    pub(crate) text: &'static str,
    /// What to do instead.
    pub(crate) instead: &'static str,
}

const NO_REGISTRY: &str = "name the package and its version; which registry serves it is the reader's setting";
const NO_MACHINE: &str = "a path of one machine; make it relative to the project, or take it from the environment";

// Each is put together here, so that this file may be tracked too.
pub(crate) const PHRASES: &[Phrase] = &[
    Phrase { text: concat!("crates", ".io"), instead: NO_REGISTRY },
    Phrase { text: concat!("npmjs", ".org"), instead: NO_REGISTRY },
    Phrase { text: concat!("npmjs", ".com"), instead: NO_REGISTRY },
    Phrase { text: concat!("py", "pi.org"), instead: NO_REGISTRY },
    Phrase { text: concat!("proxy.", "golang.org"), instead: NO_REGISTRY },
    Phrase { text: concat!("deb.", "debian.org"), instead: NO_REGISTRY },
    Phrase { text: concat!("arti", "factory"), instead: NO_REGISTRY },
    Phrase { text: concat!("/ro", "ot/"), instead: NO_MACHINE },
    Phrase { text: concat!("/wo", "rk/"), instead: NO_MACHINE },
    Phrase { text: concat!("/ho", "me/"), instead: NO_MACHINE },
    Phrase { text: concat!("/t", "mp/"), instead: NO_MACHINE },
];

/// A file that is longer is two files. Counted are lines that hold code: not blank ones, no comments, and no tests beside
/// what they test.
pub(crate) const CODE_LINES_MAX: usize = 600;
