//! A static host, as simple as the ones that people put such a page on, in a thread of its own.
//!
//! It serves one folder below a sub-path, so that an absolute link in the page is found out, and can be told to fail in
//! the ways in which real hosts fail: a file that is not there, is refused, ends early or never ends, a wrong MIME type, a
//! strict header. HTTP is axum's and the folder tower-http's.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use futures::StreamExt;
use futures::stream::{empty, once, pending};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tower_http::services::ServeDir;

/// Where the folder is mounted.
pub const MOUNT: &str = "/some/folder/";

/// How a file fails to arrive.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// 404.
    NotFound,
    /// This status, with a page that says so.
    Status(u16),
    /// The right bytes as this MIME type.
    WrongType(&'static str),
    /// A page in its stead, as a host answers that has one page for every address.
    APage,
    /// A file that was cut off at this many bytes before it came to the host, which knows of no more.
    CutOff(usize),
    /// The connection breaks after this many bytes of those that were announced.
    Breaks(usize),
    /// After this many bytes nothing more comes, ever.
    Stalls(usize),
    /// The request is never answered.
    Unanswered,
}

/// What to serve; [`Site::host`] starts serving it.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Site {
    folder: PathBuf,
    faults: Vec<(String, Fault)>,
    headers: Vec<(HeaderName, HeaderValue)>,
    prelude: Option<String>,
    extra: Vec<(String, String)>,
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
    ///
    /// # Panics
    ///
    /// When HTTP has no such name or value.
    pub fn header(mut self, name: &str, value: &str) -> Site {
        let name = name.parse().expect("a test gives a header a name of HTTP's");
        let value = value.parse().expect("a test gives a header a value of visible characters");
        self.headers.push((name, value));
        self
    }

    /// A script that runs before everything else in each of the folder's pages, their own policies included: another clock, for
    /// example.
    pub fn prelude(self, script: &str) -> Site {
        Site { prelude: Some(script.into()), ..self }
    }

    /// One more page, outside the folder, at this absolute path: a blog post that embeds the page, for example.
    pub fn extra(mut self, path: &str, html: &str) -> Site {
        self.extra.push((path.into(), html.into()));
        self
    }

    /// Starts to serve on a free port of this machine.
    ///
    /// # Panics
    ///
    /// When no port can be had.
    pub fn host(self) -> Host {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a machine has room for a thread");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a machine has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        // It serves until its runtime is dropped.
        runtime.spawn(axum::serve(listener, self.router()).into_future());
        Host { address, _runtime: runtime }
    }

    fn router(self) -> Router {
        let mut router = Router::new().nest_service(MOUNT, ServeDir::new(&self.folder).fallback(get(not_found)));
        for (path, html) in &self.extra {
            let page = Html(html.clone());
            router = router.route(path, get(move || std::future::ready(page)));
        }
        let site = Arc::new(self);
        router.fallback(not_found).layer(from_fn(move |request: Request, next: Next| {
            let site = Arc::clone(&site);
            async move { Ok::<_, Infallible>(site.answer(request, next).await) }
        }))
    }

    /// What the page's own host would answer, with this site's headers and faults.
    async fn answer(&self, request: Request, next: Next) -> Response<Body> {
        let path = request.uri().path();
        let fault = self.faults.iter().find(|(ending, _)| path.ends_with(ending.as_str())).map(|(_, fault)| *fault);
        let mut response = match fault {
            Some(Fault::NotFound) => not_found().await,
            Some(Fault::Status(status)) => {
                page_of(StatusCode::from_u16(status).expect("a test names a status of HTTP's"))
            }
            Some(Fault::APage) => page_of(StatusCode::OK),
            Some(Fault::Unanswered) => std::future::pending().await,
            _ => next.run(request).await,
        };
        if let Some(script) = &self.prelude
            && response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
        {
            response = preceded(response, script).await;
        }
        response = match fault {
            Some(Fault::CutOff(bytes)) => cut(response, bytes, Rest::None).await,
            Some(Fault::Breaks(bytes)) => cut(response, bytes, Rest::Announced).await,
            Some(Fault::Stalls(bytes)) => cut(response, bytes, Rest::Awaited).await,
            _ => response,
        };
        let headers = response.headers_mut();
        if let Some(Fault::WrongType(kind)) = fault {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.extend(self.headers.iter().cloned());
        response
    }
}

/// What becomes of the bytes behind a cut.
#[derive(Clone, Copy, PartialEq)]
enum Rest {
    /// Nobody knows of them.
    None,
    /// They were announced, and the connection ends before them.
    Announced,
    /// They were announced, and never come.
    Awaited,
}

async fn cut(response: Response<Body>, bytes: usize, rest: Rest) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let whole = whole(body).await;
    let announced = if rest == Rest::None { bytes } else { whole.len() };
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(announced));
    let first = once(std::future::ready(Ok(whole.slice(..bytes.min(whole.len())))));
    let body = match rest {
        Rest::None => Body::from_stream(first.chain(empty::<Piece>())),
        Rest::Awaited => Body::from_stream(first.chain(pending::<Piece>())),
        Rest::Announced => Body::from_stream(first.chain(once(broken()))),
    };
    Response::from_parts(parts, body)
}

type Piece = Result<Bytes, &'static str>;

/// A connection that breaks once what came before has been sent.
async fn broken() -> Piece {
    tokio::task::yield_now().await;
    Err("broken")
}

async fn preceded(response: Response<Body>, script: &str) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let page =
        String::from_utf8_lossy(&whole(body).await).replacen("<head>", &format!("<head><script>{script}</script>"), 1);
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(page.len()));
    Response::from_parts(parts, Body::from(page))
}

async fn whole(body: Body) -> Bytes {
    to_bytes(body, usize::MAX).await.expect("a file of this machine can be read")
}

fn page_of(status: StatusCode) -> Response<Body> {
    (status, Html(format!("<h1>{status}</h1>"))).into_response()
}

async fn not_found() -> Response<Body> {
    (StatusCode::NOT_FOUND, Html("<h1>Not found</h1>")).into_response()
}

/// A host that serves until it is dropped.
#[derive(Debug)]
#[must_use = "a host stops when it is dropped"]
pub struct Host {
    address: SocketAddr,
    _runtime: Runtime,
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
