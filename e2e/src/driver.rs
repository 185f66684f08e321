//! ChromeDriver as a process, and one browser session over WebDriver's HTTP. It is W3C WebDriver with two of
//! ChromeDriver's own additions: the console's log, and commands of the DevTools protocol.
//!
//! No retries: on one machine a request that fails is a finding.

use std::cell::RefCell;
use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

/// What headless Chromium needs to run as root, without a graphics card and without calling home. wasm-bindgen's test runner
/// reads the same file.
const CAPABILITIES: &str = include_str!("../../webdriver.json");

/// No command takes longer, not even a script that waits.
const COMMAND_SECONDS_MAX: u64 = 120;

/// Something that the console of a healthy page does not say.
#[derive(Clone, Debug)]
pub struct Complaint {
    /// `SEVERE` or `WARNING`.
    pub level: String,
    /// What was said, with its source.
    pub message: String,
}

/// A browser of its own, with an empty profile. It ends when this is dropped.
#[derive(Debug)]
#[must_use = "the browser ends when this is dropped"]
pub struct Driver {
    process: Process,
    agent: Agent,
    session: RefCell<Option<String>>,
}

impl Driver {
    /// Starts ChromeDriver and a browser that prefers this language (`ko-KR`, `en-US`).
    ///
    /// # Panics
    ///
    /// When either does not start.
    pub fn start(language: &str) -> Driver {
        let timeout = Duration::from_secs(COMMAND_SECONDS_MAX);
        let agent = Agent::config_builder().timeout_global(Some(timeout)).http_status_as_error(false).build();
        let driver = Driver { process: Process::start(), agent: agent.into(), session: RefCell::new(None) };
        let created = driver.send("POST", "", &capabilities(language)).unwrap_or_else(|error| panic!("{error}"));
        let id = created["sessionId"].as_str().expect("WebDriver names the session that it made").to_owned();
        *driver.session.borrow_mut() = Some(id);
        let timeouts = json!({ "script": COMMAND_SECONDS_MAX * 1000, "pageLoad": 60_000 });
        driver.command("timeouts", &timeouts);
        driver
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
    pub fn devtools(&self, name: &str, parameters: &Value) -> Value {
        self.command("goog/cdp/execute", &json!({ "cmd": name, "params": parameters }))
    }

    /// What the console has said since the last call.
    pub fn complaints(&self) -> Vec<Complaint> {
        let log = self.command("se/log", &json!({ "type": "browser" }));
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        let entries = log.as_array().into_iter().flatten();
        entries
            .map(|entry| Complaint { level: text(entry, "level"), message: text(entry, "message") })
            .filter(|complaint| ["SEVERE", "WARNING"].contains(&complaint.level.as_str()))
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

    /// A question to the session.
    ///
    /// # Panics
    ///
    /// When the browser refuses it, with its words.
    #[track_caller]
    pub fn ask(&self, path: &str) -> Value {
        self.send("GET", path, &Value::Null).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The same; none when the browser refuses it: an element that is gone has no answer.
    pub fn try_ask(&self, path: &str) -> Option<Value> {
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
        let mut response = answered.map_err(|error| format!("ChromeDriver does not answer: {error}"))?;
        // A picture of a large page is larger than what the client reads unless told so.
        let reader = response.body_mut().with_config().limit(1 << 28);
        let mut answer: Value =
            reader.read_json().map_err(|error| format!("ChromeDriver does not say JSON: {error}"))?;
        let value = answer["value"].take();
        match value["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", value["message"].as_str().unwrap_or_default())),
            None => Ok(value),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // ChromeDriver ends the browser and removes its profile; then the process goes with its guard.
        if self.session.borrow().is_some() {
            let _ = self.send("DELETE", "", &Value::Null);
        }
    }
}

fn capabilities(language: &str) -> Value {
    let mut wanted: Value = serde_json::from_str(CAPABILITIES).expect("webdriver.json is JSON");
    wanted["browserName"] = json!("chrome");
    wanted["goog:loggingPrefs"] = json!({ "browser": "ALL" });
    let options = &mut wanted["goog:chromeOptions"];
    let flags = options["args"].as_array_mut().expect("webdriver.json lists Chromium's flags");
    flags.push(json!(format!("--lang={language}")));
    options["prefs"] = json!({ "intl.accept_languages": language });
    if let Some(chromium) = env::var_os("CHROME") {
        options["binary"] = json!(chromium.to_string_lossy());
    }
    json!({ "capabilities": { "alwaysMatch": wanted } })
}

/// ChromeDriver, killed when this is dropped.
#[derive(Debug)]
struct Process {
    child: Child,
    port: u16,
}

impl Process {
    fn start() -> Process {
        let program = env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let mut child = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{} does not start ({error}); type `cargo xtask test e2e`", program.display())
            });
        let mut said = BufReader::new(child.stdout.take().expect("its output was asked for"));
        let port = announced_port(&mut said);
        // Nothing more is expected, but a pipe that nobody reads would stop the driver when it is full.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Process { child, port }
    }
}

fn announced_port(said: &mut impl BufRead) -> u16 {
    let mut lines = said.lines().map_while(Result::ok);
    lines
        .find_map(|line| {
            line.split_once("started successfully on port ")
                .and_then(|(_, port)| port.trim_end_matches('.').parse().ok())
        })
        .expect("ChromeDriver says on which port it listens")
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
