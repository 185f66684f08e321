//! A static host, as simple as the ones that people put such a page on, in a thread of its own.
//!
//! It serves one folder below a sub-path, so that an absolute link in the page is found out, and can be told to fail in
//! the ways in which real hosts fail: a file that is not there, a wrong MIME type, a strict header.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Where the folder is mounted.
pub const MOUNT: &str = "/some/folder/";

/// How a file fails to arrive.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// 404.
    NotFound,
    /// The right bytes as this MIME type.
    WrongType(&'static str),
}

/// What to serve; [`Site::host`] starts serving it.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Site {
    folder: PathBuf,
    faults: Vec<(String, Fault)>,
    headers: Vec<(String, String)>,
    extra: BTreeMap<String, String>,
}

impl Site {
    /// The files of a folder.
    pub fn of(folder: impl Into<PathBuf>) -> Site {
        Site { folder: folder.into(), ..Site::default() }
    }

    /// The built page.
    ///
    /// # Panics
    ///
    /// When there is none: the build is a command of its own.
    pub fn built() -> Site {
        let dist = crate::project_root().join("dist");
        assert!(dist.join("index.html").is_file(), "there is no built page in dist/; type `cargo xtask build`");
        Site::of(dist)
    }

    /// Every path that ends like this fails like that.
    pub fn fault(mut self, ending: &str, fault: Fault) -> Site {
        self.faults.push((ending.into(), fault));
        self
    }

    /// A header of every answer.
    pub fn header(mut self, name: &str, value: &str) -> Site {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// One more page, outside the folder, at this absolute path: a blog post that embeds the page, for example.
    pub fn extra(mut self, path: &str, html: &str) -> Site {
        self.extra.insert(path.into(), html.into());
        self
    }

    /// Starts to serve on a free port of this machine.
    ///
    /// # Panics
    ///
    /// When no port can be had.
    pub fn host(self) -> Host {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a machine has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let stop = Arc::new(AtomicBool::new(false));
        let site = Arc::new(self);
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let site = Arc::clone(&site);
                // A browser opens connections ahead of need and leaves them silent, so each gets a thread.
                thread::spawn(move || site.answer(stream));
            }
        });
        Host { address, stop, thread: Some(thread) }
    }

    fn answer(&self, stream: TcpStream) {
        let patience = Some(Duration::from_secs(10));
        let Some(path) = stream.set_read_timeout(patience).ok().and_then(|()| requested_path(&stream)) else {
            return;
        };
        // The browser may hang up at any time, and then there is nobody to tell.
        let _ = self.respond(&path).write_to(stream, &self.headers);
    }

    fn respond(&self, path: &str) -> Response {
        if let Some(html) = self.extra.get(path) {
            return Response { status: "200 OK", kind: "text/html; charset=utf-8", body: html.clone().into_bytes() };
        }
        let fault = self.faults.iter().find(|(ending, _)| path.ends_with(ending.as_str())).map(|(_, fault)| *fault);
        if matches!(fault, Some(Fault::NotFound)) {
            return Response::not_found();
        }
        let Some((file, body)) = self.file(path).and_then(|file| Some((file.clone(), fs::read(file).ok()?))) else {
            return Response::not_found();
        };
        let kind = match fault {
            Some(Fault::WrongType(kind)) => kind,
            _ => mime_type(&file),
        };
        Response { status: "200 OK", kind, body }
    }

    fn file(&self, path: &str) -> Option<PathBuf> {
        let inside = Path::new(path.strip_prefix(MOUNT)?);
        let harmless = inside.components().all(|part| matches!(part, Component::Normal(_)));
        let file = self.folder.join(inside);
        harmless.then(|| if file.is_dir() { file.join("index.html") } else { file })
    }
}

/// A host that serves until it is dropped.
#[derive(Debug)]
#[must_use = "a host stops when it is dropped"]
pub struct Host {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Host {
    /// The address of an absolute path on this host.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The address of the page with this query, which may be empty.
    #[must_use]
    pub fn page_url(&self, query: &str) -> String {
        self.url(&format!("{MOUNT}{query}"))
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // The thread sleeps in accept; a visitor wakes it, and it sees that it is to stop.
        let woken = TcpStream::connect(self.address).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| woken) {
            let _ = thread.join();
        }
    }
}

struct Response {
    status: &'static str,
    kind: &'static str,
    body: Vec<u8>,
}

impl Response {
    fn not_found() -> Response {
        Response { status: "404 Not Found", kind: "text/html; charset=utf-8", body: b"<h1>Not found</h1>".to_vec() }
    }

    fn write_to(&self, mut stream: TcpStream, headers: &[(String, String)]) -> std::io::Result<()> {
        let Response { status, kind, body } = self;
        write!(stream, "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n", body.len())?;
        write!(stream, "Cache-Control: no-store\r\nConnection: close\r\n")?;
        for (name, value) in headers {
            write!(stream, "{name}: {value}\r\n")?;
        }
        write!(stream, "\r\n")?;
        stream.write_all(body)
    }
}

/// The path of a GET, without its query; `None` when the other side says something else or nothing.
fn requested_path(stream: &TcpStream) -> Option<String> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    // The head is read to its end: to close on unread bytes is to reset the connection.
    for line in lines {
        if line.ok()?.is_empty() {
            break;
        }
    }
    let target = first.strip_prefix("GET ")?.split(' ').next()?;
    Some(target.split('?').next()?.to_owned())
}

fn mime_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
