//! The browsers, the preferences of the visitor for whom one is started, and the program that drives each browser.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// What headless Chromium needs to run as root, without a graphics card and without calling home. wasm-bindgen's test runner
/// reads the same file.
const CHROMIUM: &str = include_str!("../../webdriver.json");

/// What headless Firefox needs to stay at home: no updates, no measurements, no lists, no questions whether the net is there.
/// For what no setting stops (its list of experiments) there is a proxy at a port where nothing listens; this machine's own
/// addresses are reached without it.
const FIREFOX: &str = include_str!("firefox.json");

/// The browser that shows the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Browser {
    /// Chromium or Chrome: the program that `CHROME` names, driven by the ChromeDriver that `CHROMEDRIVER` names.
    #[default]
    Chromium,
    /// Firefox: the program that `FIREFOX` names, driven by the geckodriver that `GECKODRIVER` names.
    Firefox,
}

/// The visitor's preferred colour scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark ink on a light ground.
    Light,
    /// Light ink on a dark ground.
    Dark,
}

impl Theme {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// The visitor's preferred amount of motion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// No preference.
    Full,
    /// Reduced motion.
    Reduced,
}

/// How long the browser is waited for after it has been sent to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Until the `load` event.
    Load,
    /// Until it shows the address, whatever of it has come: some pages never load.
    Arrival,
}

/// The person for whom a browser is started.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The language that the browser prefers (`ko-KR`, `en-US`).
    pub language: String,
    /// Light or dark.
    pub theme: Theme,
    /// Full or reduced.
    pub motion: Motion,
    /// How long this person waits for a page.
    pub patience: Patience,
}

impl Browser {
    /// The capabilities that a session of this browser is requested with.
    pub(crate) fn capabilities(self, visitor: &Visitor) -> Value {
        let mut wanted = match self {
            Browser::Chromium => chromium(visitor),
            Browser::Firefox => firefox(visitor),
        };
        wanted["pageLoadStrategy"] = json!(if visitor.patience == Patience::Load { "normal" } else { "none" });
        json!({ "capabilities": { "alwaysMatch": wanted } })
    }

    fn driver_program(self) -> OsString {
        let (variable, usual) = match self {
            Browser::Chromium => ("CHROMEDRIVER", "chromedriver"),
            Browser::Firefox => ("GECKODRIVER", "geckodriver"),
        };
        env::var_os(variable).unwrap_or_else(|| usual.into())
    }

    fn driver_arguments(self) -> &'static [&'static str] {
        match self {
            Browser::Chromium => &["--port=0"],
            // The second port is Firefox's own; every browser would ask for the same one unless told to take a free one.
            Browser::Firefox => &["--port", "0", "--websocket-port", "0"],
        }
    }

    /// What the driver prints before the number of its port.
    fn announcement(self) -> &'static str {
        match self {
            Browser::Chromium => "started successfully on port ",
            Browser::Firefox => "Listening on 127.0.0.1:",
        }
    }
}

fn chromium(visitor: &Visitor) -> Value {
    let mut wanted: Value = serde_json::from_str(CHROMIUM).expect("webdriver.json is JSON");
    wanted["browserName"] = json!("chrome");
    wanted["goog:loggingPrefs"] = json!({ "browser": "ALL" });
    let options = &mut wanted["goog:chromeOptions"];
    let flags = options["args"].as_array_mut().expect("webdriver.json lists Chromium's flags");
    flags.push(json!(format!("--lang={}", visitor.language)));
    options["prefs"] = json!({ "intl.accept_languages": visitor.language });
    if let Some(chromium) = env::var_os("CHROME") {
        options["binary"] = json!(chromium.to_string_lossy());
    }
    wanted
}

fn firefox(visitor: &Visitor) -> Value {
    let mut wanted: Value = serde_json::from_str(FIREFOX).expect("firefox.json is JSON");
    wanted["browserName"] = json!("firefox");
    wanted["webSocketUrl"] = json!(true);
    let options = &mut wanted["moz:firefoxOptions"];
    let settings = &mut options["prefs"];
    settings["intl.accept_languages"] = json!(visitor.language);
    settings["layout.css.prefers-color-scheme.content-override"] = json!(i32::from(visitor.theme == Theme::Light));
    settings["ui.prefersReducedMotion"] = json!(i32::from(visitor.motion == Motion::Reduced));
    if let Some(firefox) = env::var_os("FIREFOX") {
        options["binary"] = json!(firefox.to_string_lossy());
    }
    wanted
}

/// How often a driver is started until it listens.
const STARTS_MAX: u32 = 3;

/// ChromeDriver or geckodriver, killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pub(crate) port: u16,
}

impl Process {
    /// A driver that listens. ChromeDriver takes a free port of IPv4 and then wants the same one of IPv6: when another
    /// process was quicker it ends before it has said anything, and another one is started.
    pub(crate) fn start(browser: Browser) -> Process {
        let program = browser.driver_program();
        for _ in 0..STARTS_MAX {
            if let Some(process) = Process::try_start(browser, &program) {
                return process;
            }
        }
        panic!("{} ended {STARTS_MAX} times before it said on which port it listens", program.display());
    }

    fn try_start(browser: Browser, program: &OsStr) -> Option<Process> {
        let mut child = Command::new(program)
            .args(browser.driver_arguments())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{} does not start ({error}); type `cargo xtask test e2e`", program.display())
            });
        let mut said = BufReader::new(child.stdout.take().expect("its output is piped"));
        let port = announced_port(&mut said, browser.announcement());
        let Some(port) = port else {
            // It has closed its output, so it is ending.
            let _ = child.wait();
            return None;
        };
        // Nothing more is expected, but a full pipe would stop the driver.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Some(Process { child, port })
    }
}

/// The port that the driver announces; `None` when it ended before it announced one.
fn announced_port(said: &mut impl BufRead, announcement: &str) -> Option<u16> {
    said.lines().map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once(announcement)?;
        port.trim_end_matches('.').parse().ok()
    })
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
