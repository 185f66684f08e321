//! One browser session over WebDriver's HTTP, and what each browser offers besides: ChromeDriver the console's log and
//! commands of the DevTools protocol, Firefox WebDriver BiDi.
//!
//! No retries: on one machine a request that fails is a finding.

use std::cell::RefCell;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use ureq::Agent;

use crate::bidi::Bidi;
use crate::browser::{Browser, Motion, Process, Visitor};
use crate::complaint::{Complaint, SEVERE, WARNING};

/// The time limit of every command, also of a script that waits.
const COMMAND_SECONDS_MAX: u64 = 120;

/// How much of a page a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What the window shows.
    Window,
    /// From the page's top to its end.
    Page,
}

/// A browser of its own, with an empty profile. It ends when this is dropped.
#[derive(Debug)]
#[must_use = "the browser ends when this is dropped"]
pub struct Driver {
    browser: Browser,
    process: Process,
    agent: Agent,
    session: RefCell<Option<String>>,
    /// Firefox's; ChromeDriver needs none.
    bidi: Option<RefCell<Bidi>>,
}

impl Driver {
    /// Starts a WebDriver, and a browser for this reader.
    ///
    /// # Panics
    ///
    /// When either does not start.
    pub fn start(browser: Browser, visitor: &Visitor) -> Driver {
        let timeout = Duration::from_secs(COMMAND_SECONDS_MAX);
        let agent = Agent::config_builder().timeout_global(Some(timeout)).http_status_as_error(false).build();
        let process = Process::start(browser);
        let mut driver = Driver { browser, process, agent: agent.into(), session: RefCell::new(None), bidi: None };
        let wanted = browser.capabilities(visitor);
        let created = driver.send("POST", "", &wanted).unwrap_or_else(|error| panic!("{browser:?}: {error}"));
        let id = created["sessionId"].as_str().expect("WebDriver names the session that it made").to_owned();
        *driver.session.borrow_mut() = Some(id);
        let timeouts = json!({ "script": COMMAND_SECONDS_MAX * 1000, "pageLoad": 60_000 });
        driver.command("timeouts", &timeouts);
        match browser {
            Browser::Chromium => driver.emulate(visitor),
            Browser::Firefox => {
                let url = created["capabilities"]["webSocketUrl"].as_str();
                let url = url.expect("Firefox names the address of its WebDriver BiDi socket");
                let window = driver.get("window");
                let window = window.as_str().expect("WebDriver names the window that it opened");
                driver.bidi = Some(RefCell::new(Bidi::connect(url, window, timeout)));
            }
        }
        driver
    }

    /// Sets the visitor's preferences in Chromium, which takes them as a command; Firefox was started with them.
    fn emulate(&self, visitor: &Visitor) {
        let motion = if visitor.motion == Motion::Reduced { "reduce" } else { "no-preference" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": visitor.theme.name() },
            { "name": "prefers-reduced-motion", "value": motion },
        ]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    /// Opens an address and returns when its `load` event has come.
    pub fn open(&self, url: &str) {
        self.command("url", &json!({ "url": url }));
    }

    /// The result of a script, the body of a function of `arguments`.
    pub fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.command("execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// What an asynchronous script hands to the last of its `arguments`, a function.
    pub fn run_async(&self, script: &str, arguments: &[Value]) -> Value {
        self.command("execute/async", &json!({ "script": script, "args": arguments }))
    }

    /// A command of the DevTools protocol.
    ///
    /// # Panics
    ///
    /// In any browser but Chromium.
    #[track_caller]
    pub fn devtools(&self, name: &str, parameters: &Value) -> Value {
        let browser = self.browser;
        assert!(
            browser == Browser::Chromium,
            "{browser:?} has no DevTools protocol, so no `{name}`; run this test in Chromium"
        );
        self.command("goog/cdp/execute", &json!({ "cmd": name, "params": parameters }))
    }

    /// Gives the window's inside this size in CSS pixels, however small.
    pub fn resize(&self, width: u32, height: u32) {
        if let Some(bidi) = &self.bidi {
            return bidi.borrow_mut().resize(width, height);
        }
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// A picture as a PNG.
    ///
    /// # Panics
    ///
    /// When the browser sends none.
    #[must_use]
    pub fn picture(&self, extent: Extent) -> Vec<u8> {
        let data = match &self.bidi {
            Some(bidi) => bidi.borrow_mut().picture(if extent == Extent::Page { "document" } else { "viewport" }),
            None => self.devtools_picture(extent),
        };
        STANDARD.decode(data).expect("a browser sends a picture as base64")
    }

    fn devtools_picture(&self, extent: Extent) -> String {
        let parameters = if extent == Extent::Page {
            let metrics = self.devtools("Page.getLayoutMetrics", &json!({}));
            let size = &metrics["cssContentSize"];
            let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
            json!({ "captureBeyondViewport": true, "clip": clip })
        } else {
            json!({})
        };
        let answer = self.devtools("Page.captureScreenshot", &parameters);
        answer["data"].as_str().unwrap_or_default().to_owned()
    }

    /// What the browser has complained about since the last call.
    pub fn complaints(&self) -> Vec<Complaint> {
        if let Some(bidi) = &self.bidi {
            return bidi.borrow_mut().complaints();
        }
        let log = self.command("se/log", &json!({ "type": "browser" }));
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        let entries = log.as_array().into_iter().flatten();
        entries
            .map(|entry| Complaint { level: text(entry, "level"), message: text(entry, "message") })
            .filter(|complaint| [SEVERE, WARNING].contains(&complaint.level.as_str()))
            .collect()
    }

    /// A command of the session that posts something.
    ///
    /// # Panics
    ///
    /// When the browser refuses it, with its words.
    #[track_caller]
    pub fn command(&self, path: &str, body: &Value) -> Value {
        self.send("POST", path, body).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// A command of the session that only reads something.
    ///
    /// # Panics
    ///
    /// When the browser refuses it, with its words.
    #[track_caller]
    pub fn get(&self, path: &str) -> Value {
        self.send("GET", path, &Value::Null).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// [`Driver::get`], or `None` when the browser refuses it: an element that is gone has no answer.
    pub fn try_get(&self, path: &str) -> Option<Value> {
        self.send("GET", path, &Value::Null).ok()
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let url = match self.session.borrow().as_deref() {
            None => format!("http://127.0.0.1:{}/session", self.process.port),
            Some(id) if path.is_empty() => format!("http://127.0.0.1:{}/session/{id}", self.process.port),
            Some(id) => format!("http://127.0.0.1:{}/session/{id}/{path}", self.process.port),
        };
        let answered = match method {
            "GET" => self.agent.get(&url).call(),
            "DELETE" => self.agent.delete(&url).call(),
            _ => self.agent.post(&url).send_json(body),
        };
        let mut response = answered.map_err(|error| format!("the WebDriver does not answer: {error}"))?;
        // A picture of a large page is larger than what the client reads unless told so.
        let reader = response.body_mut().with_config().limit(1 << 28);
        let mut answer: Value =
            reader.read_json().map_err(|error| format!("the WebDriver does not say JSON: {error}"))?;
        let value = answer["value"].take();
        match value["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", value["message"].as_str().unwrap_or_default())),
            None => Ok(value),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The WebDriver ends the browser and removes its profile; then the process goes with its guard.
        if self.session.borrow().is_some() {
            let _ = self.send("DELETE", "", &Value::Null);
        }
    }
}
