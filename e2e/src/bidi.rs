//! The part of WebDriver BiDi that Firefox needs: reports of the console and the network, the size of the window's inside,
//! and pictures of the page. W3C WebDriver has no command for any of these, and ChromeDriver has commands of its own.
//!
//! Nothing listens in the background: the browser's reports wait in the socket until the next command reads them.

use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use crate::complaint::{Complaint, SEVERE, WARNING};

/// A report is made some turns of the page's own event loop after the event it reports: a violated policy is queued once to
/// be judged and once to be written down. After these turns everything that came before is reported.
const TURNS: &str = "new Promise(done => {
    let turns = 4;
    (function turn() { turns-- ? setTimeout(turn, 0) : done(true); })();
})";

/// One connection to a browser.
#[derive(Debug)]
pub(crate) struct Bidi {
    socket: WebSocket<TcpStream>,
    window: String,
    last_id: u64,
    reported: Vec<Complaint>,
}

impl Bidi {
    /// Connects to the address that a new session has named, for the one window that it has.
    pub(crate) fn connect(url: &str, window: &str, timeout: Duration) -> Bidi {
        let address = url.strip_prefix("ws://").and_then(|rest| rest.split('/').next());
        let address = address.unwrap_or_else(|| panic!("`{url}` is no address of a web socket"));
        let stream = TcpStream::connect(address).unwrap_or_else(|error| panic!("nothing listens at {url}: {error}"));
        stream.set_read_timeout(Some(timeout)).expect("a socket takes a time limit that is not zero");
        let (socket, _) = tungstenite::client(url, stream).unwrap_or_else(|error| panic!("{url}: {error}"));
        let mut bidi = Bidi { socket, window: window.into(), last_id: 0, reported: Vec::new() };
        let events = ["log.entryAdded", "network.responseCompleted", "network.fetchError"];
        bidi.command("session.subscribe", json!({ "events": events }));
        bidi
    }

    /// What was complained about since the last call.
    pub(crate) fn complaints(&mut self) -> Vec<Complaint> {
        let tree = self.command("browsingContext.getTree", json!({ "root": self.window }));
        let mut frames = Vec::new();
        collect_frames(&tree["contexts"], &mut frames);
        for frame in frames {
            // In a sandbox, where the page's own idea of `setTimeout` does not reach. A frame that may run no script, or has
            // gone meanwhile, refuses, and has nothing to report.
            let target = json!({ "context": frame, "sandbox": "harness" });
            let turns = json!({ "expression": TURNS, "awaitPromise": true, "target": target });
            let _ = self.try_command("script.evaluate", turns);
        }
        std::mem::take(&mut self.reported)
    }

    /// Gives the window's inside this size in CSS pixels.
    pub(crate) fn resize(&mut self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height });
        let parameters = json!({ "context": self.window, "viewport": size, "devicePixelRatio": 1 });
        self.command("browsingContext.setViewport", parameters);
    }

    /// A PNG in base64, of the window's inside (`viewport`) or of all of the page (`document`).
    pub(crate) fn picture(&mut self, origin: &str) -> String {
        let parameters = json!({ "context": self.window, "origin": origin });
        let answer = self.command("browsingContext.captureScreenshot", parameters);
        answer["data"].as_str().unwrap_or_default().to_owned()
    }

    fn command(&mut self, method: &str, parameters: Value) -> Value {
        self.try_command(method, parameters).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    fn try_command(&mut self, method: &str, parameters: Value) -> Result<Value, String> {
        self.last_id += 1;
        let message = json!({ "id": self.last_id, "method": method, "params": parameters });
        let sent = self.socket.send(Message::text(message.to_string()));
        sent.unwrap_or_else(|error| panic!("{method}: the browser does not listen: {error}"));
        loop {
            let reply = self.socket.read();
            let reply = reply.unwrap_or_else(|error| panic!("{method}: the browser does not answer: {error}"));
            let Message::Text(text) = reply else { continue };
            let mut reply: Value = serde_json::from_str(&text).expect("WebDriver BiDi speaks JSON");
            if reply["id"] != self.last_id {
                self.reported.extend(complaint(&reply));
                continue;
            }
            return match reply["error"].as_str() {
                Some(error) => Err(format!("{error}: {}", reply["message"].as_str().unwrap_or_default())),
                None => Ok(reply["result"].take()),
            };
        }
    }
}

fn collect_frames(contexts: &Value, frames: &mut Vec<Value>) {
    for context in contexts.as_array().into_iter().flatten() {
        frames.push(context["context"].clone());
        collect_frames(&context["children"], frames);
    }
}

/// The complaint in an event, if it is one: an error or a warning on the console, from whatever source, or an address that
/// gave no answer or a refusal, of which Firefox's console, unlike Chromium's, says nothing.
fn complaint(event: &Value) -> Option<Complaint> {
    let params = &event["params"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let url = text(&params["request"]["url"]);
    match event["method"].as_str()? {
        "log.entryAdded" => {
            let level = match params["level"].as_str()? {
                "error" => SEVERE,
                "warn" => WARNING,
                _ => return None,
            };
            let place = &params["stackTrace"]["callFrames"][0];
            let message = match place["url"].as_str() {
                // Lines and columns are counted from 0.
                Some(url) => {
                    let from_one = |name: &str| place[name].as_u64().unwrap_or_default() + 1;
                    format!("{url} {}:{} {}", from_one("lineNumber"), from_one("columnNumber"), text(&params["text"]))
                }
                None => text(&params["text"]),
            };
            Some(Complaint { level: level.into(), message })
        }
        "network.responseCompleted" => {
            let status = params["response"]["status"].as_u64().filter(|status| *status >= 400)?;
            let reason = text(&params["response"]["statusText"]);
            let message = format!("{url} Failed to load: the server responded with a status of {status} ({reason})");
            Some(Complaint { level: SEVERE.into(), message })
        }
        "network.fetchError" => {
            // Leaving a page stops whatever it was still loading.
            let error = params["errorText"].as_str().filter(|error| *error != "NS_BINDING_ABORTED")?;
            Some(Complaint { level: SEVERE.into(), message: format!("{url} Failed to load: {error}") })
        }
        _ => None,
    }
}
