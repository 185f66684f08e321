//! The page as a test sees it: open it somehow, wait for a state, read the marks, use a control, take a picture.

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

pub use crate::browser::{Browser, Motion, Patience, Theme};

use crate::browser::Visitor;
use crate::complaint::Complaint;
use crate::driver::{Driver, Extent};
use crate::host::{Host, Site};

/// How long [`Page::wait_for`] waits: much longer than anything takes on a busy machine.
pub const WAIT_MAX: Duration = Duration::from_secs(30);

/// The key under which WebDriver hands out a reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A reader with a browser, a screen and preferences, before the page is opened.
#[derive(Clone, Debug)]
#[must_use]
pub struct Visit {
    browser: Browser,
    width: u32,
    height: u32,
    visitor: Visitor,
}

impl Default for Visit {
    fn default() -> Visit {
        let visitor =
            Visitor { language: "en-US".into(), theme: Theme::Light, motion: Motion::Full, patience: Patience::Load };
        Visit { browser: Browser::default(), width: 1280, height: 720, visitor }
    }
}

impl Visit {
    /// The browser; without this call it is Chromium.
    pub fn browser(self, browser: Browser) -> Visit {
        Visit { browser, ..self }
    }

    /// The size of the window's inside in CSS pixels.
    pub fn size(self, width: u32, height: u32) -> Visit {
        Visit { width, height, ..self }
    }

    /// Light or dark.
    pub fn theme(mut self, theme: Theme) -> Visit {
        self.visitor.theme = theme;
        self
    }

    /// Full or reduced.
    pub fn motion(mut self, motion: Motion) -> Visit {
        self.visitor.motion = motion;
        self
    }

    /// The browser's language (`ko-KR`), which is not the page's `?lang=`.
    pub fn language(mut self, language: &str) -> Visit {
        self.visitor.language = language.into();
        self
    }

    /// How long an address is waited for; without this call until its `load` event.
    pub fn patience(mut self, patience: Patience) -> Visit {
        self.visitor.patience = patience;
        self
    }

    /// Opens the site's page with this query; waits for its `load` event and for nothing else.
    #[track_caller]
    pub fn open(self, site: Site, query: &str) -> Page {
        let host = site.host();
        let url = host.page_url(query);
        self.open_url(host, &url)
    }

    /// Opens any address, while this host stands by.
    #[track_caller]
    pub fn open_url(self, host: Host, url: &str) -> Page {
        let driver = Driver::start(self.browser, &self.visitor);
        let page = Page { driver, host, visit: self, complaints: RefCell::default(), expected: RefCell::default() };
        page.resize(page.visit.width, page.visit.height);
        page.go_to(url);
        page
    }
}

/// The counts on the page, all of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the page's marks")]
pub struct Counts {
    pub spawned: u64,
    pub working: u64,
    pub stopping: u64,
    /// 0 where it is not told.
    pub unproven: u64,
    pub leaked: u64,
    pub finished: u64,
    pub alive: u64,
    pub time_ms: u64,
}

impl Counts {
    /// The counts that `number` gives for each name; the time's name is `time_ms`.
    pub fn of(number: impl Fn(&str) -> u64) -> Counts {
        Counts {
            spawned: number("spawned"),
            working: number("working"),
            stopping: number("stopping"),
            unproven: number("unproven"),
            leaked: number("leaked"),
            finished: number("finished"),
            alive: number("alive"),
            time_ms: number("time_ms"),
        }
    }
}

/// An open page in a browser of its own.
///
/// When it is dropped it panics if the console has complained, unless [`Page::expect_complaint`] said that it would.
#[derive(Debug)]
#[must_use = "the page closes when it is dropped"]
pub struct Page {
    driver: Driver,
    host: Host,
    visit: Visit,
    complaints: RefCell<Vec<Complaint>>,
    expected: RefCell<Vec<String>>,
}

impl Page {
    /// The built page with this query, for a reader with the usual screen, once its app runs.
    #[track_caller]
    pub fn open(query: &str) -> Page {
        let page = Visit::default().open(Site::built(), query);
        page.wait_until_ready();
        page
    }

    /// Sends the browser to an address, and waits as long as the visit's [`Patience`] says.
    ///
    /// # Panics
    ///
    /// When it has not arrived there within [`WAIT_MAX`].
    #[track_caller]
    pub fn go_to(&self, url: &str) {
        self.driver.open(url);
        let start = Instant::now();
        while self.visit.visitor.patience == Patience::Arrival
            && self.driver.try_get("url").is_none_or(|shown| shown != url)
        {
            assert!(start.elapsed() < WAIT_MAX, "the browser did not arrive at {url}");
        }
    }

    /// Waits for `data-ready="true"` on `<html>`.
    #[track_caller]
    pub fn wait_until_ready(&self) {
        self.wait_for("document.documentElement.dataset.ready === 'true'");
    }

    /// Waits until a JavaScript expression is true and returns its value; looks once in 16 ms of the page's own time.
    ///
    /// # Panics
    ///
    /// When it is not true within [`WAIT_MAX`], with what the page says instead, or when the expression throws.
    #[track_caller]
    pub fn wait_for(&self, condition: &str) -> Value {
        self.wait(condition, condition)
    }

    /// [`Page::wait_for`] with words for the message.
    #[track_caller]
    fn wait(&self, words: &str, condition: &str) -> Value {
        let wait_ms = WAIT_MAX.as_millis();
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const end = performance.now() + {wait_ms};
             (function look() {{
                 let value;
                 try {{ value = ({condition}); }} catch (error) {{ return done({{ thrown: String(error) }}); }}
                 if (value) return done({{ value }});
                 if (performance.now() > end) return done({{ late: document.body.innerText.slice(0, 600) }});
                 setTimeout(look, 16);
             }})();"
        );
        let mut outcome = self.driver.run_async(&script, &[]);
        if let Some(error) = outcome["thrown"].as_str() {
            panic!("`{words}` throws {error}");
        }
        if let Some(text) = outcome["late"].as_str() {
            panic!(
                "`{words}` did not come true in {wait_ms} ms.\nConsole: {:?}\nThe page says: {text}",
                self.complaints()
            );
        }
        outcome["value"].take()
    }

    /// Waits until the run's virtual time has come to this, or is past it.
    #[track_caller]
    pub fn wait_for_time(&self, time_ms: u64) {
        self.wait(&format!("time >= {time_ms} ms"), &format!("(() => {{ {READ_COUNTS} }})().time_ms >= {time_ms}"));
    }

    /// Waits until a count (`leaked`) is at least this.
    #[track_caller]
    pub fn wait_for_count(&self, name: &str, at_least: u64) {
        self.wait(&format!("{name} >= {at_least}"), &format!("(() => {{ {READ_COUNTS} }})().{name} >= {at_least}"));
    }

    /// The value of a JavaScript expression.
    #[track_caller]
    pub fn value(&self, expression: &str) -> Value {
        self.driver.run(&format!("return ({expression});"), &[])
    }

    /// The counts and the time, read in one go.
    ///
    /// # Panics
    ///
    /// When a mark is missing or holds no whole number.
    #[must_use]
    #[track_caller]
    pub fn counts(&self) -> Counts {
        let read = self.driver.run(READ_COUNTS, &[]);
        let number = |name: &str| {
            read[name].as_u64().unwrap_or_else(|| panic!("no whole number at the mark `{name}`, but {}", read[name]))
        };
        Counts::of(number)
    }

    /// Clicks what a CSS selector finds, like a mouse: it must be visible and not covered.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        let found = self.driver.command("element", &json!({ "using": "css selector", "value": selector }));
        self.click_element(&found);
    }

    /// Clicks the control with this accessible name, as the browser computes it.
    ///
    /// # Panics
    ///
    /// When there is none, with the names that there are.
    #[track_caller]
    pub fn click_named(&self, name: &str) {
        let controls = self.controls();
        let Some((_, element)) = controls.iter().find(|(label, _)| label == name) else {
            let names: Vec<_> = controls.iter().map(|(label, _)| label).collect();
            panic!("no control is called {name:?}; there are {names:?}");
        };
        self.click_element(element);
    }

    /// The accessible names of all visible controls, in the order of the document. A control without one gives "".
    #[must_use]
    pub fn control_names(&self) -> Vec<String> {
        self.controls().into_iter().map(|(label, _)| label).collect()
    }

    fn controls(&self) -> Vec<(String, Value)> {
        let found = self.driver.run(FIND_CONTROLS, &[]);
        let elements = found.as_array().cloned().unwrap_or_default();
        // A page that plays may have taken an element away since: then it is no control any more.
        let label = |element: &Value| {
            let label = self.driver.try_get(&format!("element/{}/computedlabel", id_of(element)))?;
            Some(label.as_str().unwrap_or_default().trim().to_owned())
        };
        elements.into_iter().filter_map(|element| Some((label(&element)?, element))).collect()
    }

    fn click_element(&self, element: &Value) {
        self.driver.command(&format!("element/{}/click", id_of(element)), &json!({}));
    }

    /// Presses and releases one key, given as WebDriver spells it: a character, or a code such as `"\u{E014}"` (right).
    pub fn press(&self, key: &str) {
        let actions = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        self.driver
            .command("actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }));
    }

    /// Gives the window's inside another size, in CSS pixels.
    pub fn resize(&self, width: u32, height: u32) {
        self.driver.resize(width, height);
    }

    /// A picture of the window, in `target/screenshots`. The name tells the language, the theme, the width, and the browser if
    /// it is not Chromium.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn screenshot(&self, name: &str) -> PathBuf {
        self.picture(name, Extent::Window)
    }

    /// A picture of the page from its top to its end, however long it is.
    pub fn screenshot_full_page(&self, name: &str) -> PathBuf {
        self.picture(name, Extent::Page)
    }

    fn picture(&self, name: &str, extent: Extent) -> PathBuf {
        let png = self.driver.picture(extent);
        let folder = crate::project_root().join("target").join("screenshots");
        fs::create_dir_all(&folder).expect("target can be written to");
        let language = self.value("document.documentElement.lang");
        let language = language.as_str().filter(|tag| !tag.is_empty()).unwrap_or("none");
        let width = self.value("innerWidth");
        let theme = self.visit.visitor.theme.name();
        let browser = if self.visit.browser == Browser::Firefox { "-firefox" } else { "" };
        let file = folder.join(format!("{name}-{language}-{theme}-{width}{browser}.png"));
        fs::write(&file, png).expect("target can be written to");
        file
    }

    /// What axe-core finds wrong, one sentence for each finding.
    ///
    /// # Panics
    ///
    /// When axe-core is not there.
    #[must_use]
    pub fn axe_findings(&self) -> Vec<String> {
        let default = "target/tools/axe/node_modules/axe-core/axe.min.js";
        let file = std::env::var_os("AXE_CORE").map_or_else(|| crate::project_root().join(default), PathBuf::from);
        let axe = fs::read_to_string(file).expect("axe-core is installed by `cargo xtask test`");
        self.driver.run(&axe, &[]);
        let found = self.driver.run_async(RUN_AXE, &[]);
        let found = found.as_array().expect("axe-core gives a list");
        found.iter().map(|finding| finding.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Says that the console will complain, in words that contain these. Nothing else is forgiven.
    pub fn expect_complaint(&self, words: &str) {
        self.expected.borrow_mut().push(words.into());
    }

    /// All that the console has complained about so far.
    #[must_use]
    pub fn complaints(&self) -> Vec<Complaint> {
        let mut all = self.complaints.borrow_mut();
        all.extend(self.driver.complaints());
        all.clone()
    }

    /// The browser session, for what this type has no method for.
    pub fn driver(&self) -> &Driver {
        &self.driver
    }

    /// The host that serves the page.
    pub fn host(&self) -> &Host {
        &self.host
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let expected = self.expected.borrow();
        let surprising =
            |complaint: &Complaint| !expected.iter().any(|words| complaint.message.contains(words.as_str()));
        let complaints: Vec<_> = self.complaints().into_iter().filter(surprising).collect();
        assert!(complaints.is_empty(), "the console complained: {complaints:#?}");
    }
}

fn id_of(element: &Value) -> &str {
    element[ELEMENT].as_str().expect("WebDriver refers to an element by its id")
}

/// A count may be grouped for people; a mark that is an attribute with a value speaks for itself.
const READ_COUNTS: &str = "
    const whole = text => /^[0-9]+$/.test(text) ? Number(text) : text;
    const read = (element, attribute) => {
        if (!element) return null;
        const said = attribute ? element.getAttribute(attribute) : '';
        return whole(said || element.textContent.replace(/[\\s,.'\u{202f}\u{a0}]/g, ''));
    };
    const counts = { time_ms: read(document.querySelector('[data-time-ms]'), 'data-time-ms') };
    for (const name of ['spawned', 'working', 'stopping', 'leaked', 'finished', 'alive'])
        counts[name] = read(document.querySelector(`[data-count=\"${name}\"]`));
    const unproven = document.querySelector('[data-count=\"unproven\"]');
    counts.unproven = unproven ? read(unproven) : 0;
    return counts;";

const FIND_CONTROLS: &str = "
    const controls = document.querySelectorAll(
        'a[href], button, input, select, textarea, summary, [role=button], [role=switch], [role=slider], [tabindex=\"0\"]');
    return [...controls].filter(control => control.checkVisibility());";

const RUN_AXE: &str = "
    const done = arguments[arguments.length - 1];
    const sentence = found => `${found.id}: ${found.help} at ${found.nodes.map(node => node.target).join(' and ')}`;
    axe.run(document, { resultTypes: ['violations'] })
        .then(result => done(result.violations.map(sentence)), error => done([String(error)]));";
