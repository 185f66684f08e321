// Says what keeps the page from running, what it still waits for, and what to do. It stands in the page itself and runs
// first, so that it works when nothing else does. Where a site forbids even that, blocked.js says so.
(() => {
  const root = document.documentElement;
  const asked = name => new RegExp("[?&]" + name).exec(location.search);
  // The reader's own Go is a program of its own, beside this one.
  const go = root.dataset.go;
  if (go && asked("go(=|&|$)")) return location.replace(go + location.search);
  const tags = navigator.languages.map(tag => tag.slice(0, 2).toLowerCase());
  const lang = (asked("lang=(ko|en)") || [])[1] || tags.find(tag => tag === "ko" || tag === "en") || "en";
  root.lang = lang;
  root.classList.add("scripts");
  // The program sets these too; set early, a frame does not flash in another theme.
  const theme = asked("theme=(light|dark)");
  if (theme) root.dataset.theme = theme[1];
  if (asked("embed=1(&|$)")) root.classList.add("embedded");

  const sentences = {
    "file": ["브라우저는 파일로 연 페이지에서 WebAssembly를 불러오지 못하게 막아요. 같은 페이지를 파일 하나에 담은 pileup.html은 열려요.",
      "Browsers do not load WebAssembly for a page opened as a file. The same page as one file, pileup.html, does open."],
    "sandbox": ["이 프레임은 출처가 없어서(sandbox) 프로그램을 불러오지 못해요. 같은 페이지를 파일 하나에 담은 pileup.html은 열려요.",
      "This frame is sandboxed without an origin and cannot load the program. The same page as one file, pileup.html, does open."],
    "no-webassembly": ["이 브라우저에는 WebAssembly가 없거나 꺼져 있어요. 최신 브라우저에서 열거나, 보안 강화 모드를 꺼 주세요.",
      "This browser has no WebAssembly, or has it turned off. Open the page in a current browser, or leave its hardened mode."],
    "csp": ["이 사이트의 콘텐츠 보안 정책(CSP)이 프로그램을 막았어요. script-src에 'self'와 'wasm-unsafe-eval'을, connect-src에 'self'를 넣어 주세요.",
      "The site’s content security policy blocks the program. Its script-src needs 'self' and 'wasm-unsafe-eval', its connect-src 'self'."],
    "not-found": ["프로그램 파일을 찾을 수 없어요({0}). dist 폴더를 통째로 올렸는지 확인해 주세요.",
      "The program’s file was not found ({0}). Upload the whole dist folder, and look whether names were changed on the way."],
    "refused": ["서버가 프로그램 파일을 내주지 않아요({0}). 잠시 뒤에 다시 열어 주세요.",
      "The server does not hand out the program’s file ({0}). Load the page again in a while."],
    "mime": ["서버가 프로그램 파일을 {0} 형식으로 보내요. .js는 text/javascript로 보내도록 설정해 주세요.",
      "The server sends the program’s file as {0}. It should send .js as text/javascript."],
    "cut": ["프로그램 파일이 끝까지 오지 않았어요({0}). 다시 열어 주세요. 그래도 그대로면 서버의 파일이 잘린 거예요.",
      "The program’s file did not arrive whole ({0}). Load the page again; if it stays so, the file on the server is cut off."],
    "network": ["프로그램 파일을 내려받지 못했어요. 연결을 확인하고 다시 열어 주세요.",
      "The program’s file could not be loaded. Look at the connection and load the page again."],
    "stalled": ["10초 동안 더 온 것이 없어요. 연결을 확인하고 다시 열어 주세요.",
      "Nothing more has arrived for ten seconds. Look at the connection and load the page again."],
    "idle": ["다 내려받았지만 10초 동안 시작하지 못했어요. 더 기다리거나 다시 열어 주세요.",
      "The program has arrived, but has not started for ten seconds. Wait longer, or load the page again."],
    "stopped": ["프로그램이 오류로 멈췄어요. 페이지를 다시 열어 주세요. 오류: {0}",
      "The program stopped at an error. Load the page again. The error: {0}"]
  };
  const waits = [["불러오는 중", "시작하는 중"], ["Loading", "Starting"]];

  const own = lang === "ko" ? 0 : 1;
  const single = "single" in root.dataset;
  const find = selector => document.querySelector(selector);
  const isReady = () => root.dataset.ready;
  let isFinal, silentTicks = 0, arrived = 0, share = "…", ended = 0;

  // The first failure stays, unless a policy turns out to be its reason. A sentence about a wait gives way to it, and goes
  // when the wait is over.
  function report(name, detail) {
    if (isFinal && name !== "csp") return;
    isFinal = name !== "stalled" && name !== "idle";
    const place = find("div[data-failure]");
    if (!place) return document.addEventListener("DOMContentLoaded", () => {
      isFinal = find("[data-failure=csp]");
      report(name, detail);
    });
    const [before, after] = sentences[name][own].split("pileup.html");
    place.hidden = false;
    place.dataset.failure = name;
    place.textContent = before.replace("{0}", () => detail);
    if (!after) return;
    const link = document.createElement("a");
    link.href = link.textContent = "pileup.html";
    link.search = location.search;
    place.append(link, after);
  }

  // Something has come, so that nothing said of the wait is true any more.
  function progress() {
    silentTicks = 0;
    if (!isFinal) find("div[data-failure]").hidden = true;
  }

  // What is wrong with a host's answer, if something is. The build has written down how many bytes a file has: a host that
  // packs tells others, or none.
  const typeOf = answer => (answer.headers.get("content-type") || "?").split(";")[0];
  const sizeOf = url => [...document.querySelectorAll("link")].find(link => link.href === url)?.dataset.bytes || 0;
  const told = (url, what) => url.split("/").pop() + ": " + what;
  const cut = (url, bytes) => report("cut", told(url, bytes + " / " + sizeOf(url) + " B"));
  function isRefused({ ok, status, url }, type) {
    // Many hosts answer with a page of theirs when they have no such file.
    if (ok && type !== "text/html") return;
    report(ok || status === 404 ? "not-found" : "refused", told(url, ok ? type : status));
    return true;
  }

  // The program while it arrives, counted. It is taken for what it is, whatever type the host gives it. What the build
  // has measured it has packed too.
  function counted(answer) {
    if (isRefused(answer, typeOf(answer))) return answer;
    const reader = answer.body.getReader(), size = sizeOf(answer.url);
    const pull = program => reader.read().then(part => {
      progress();
      ended = +part.done;
      if (ended && arrived < size) throw 0;
      if (ended) return program.close();
      arrived += part.value.length;
      if (size) share = " " + Math.floor(100 * arrived / size) + "%";
      program.enqueue(part.value);
    }).catch(error => {
      cut(answer.url, arrived);
      throw error;
    });
    let program = new ReadableStream({ pull });
    if (size) program = program.pipeThrough(new DecompressionStream("gzip"));
    return new Response(program, { headers: { "content-type": "application/wasm" } });
  }

  // Fetches the program's files to find out which of them is missing, cut off, or sent with a wrong type.
  function probe(error) {
    if (self.origin === "null" && !single) return report("sandbox");
    const links = [...document.querySelectorAll("[data-bytes]")].map(link => link.href);
    Promise.all(links.map(async url => {
      const answer = await fetching(url);
      const type = typeOf(answer);
      if (isRefused(answer, type)) return;
      if (/js$/.test(url) && !/script/.test(type)) report("mime", type);
      const contents = await answer.arrayBuffer().catch(() => "");
      if (!(contents.byteLength >= sizeOf(url))) cut(url, contents.byteLength || 0);
    })).then(() => report(error ? "stopped" : "network", error), () => report("network"));
  }

  // Says once a second what is waited for, and how much of it has come. Ticks are counted and not seconds: a machine that
  // sleeps, a hidden tab and a busy thread have fewer of them.
  function tick() {
    const line = find("[data-wait]");
    if (isReady() || isFinal) {
      clearInterval(ticking);
      progress();
      if (line) line.hidden = true;
      return;
    }
    if (single) {
      const last = [...document.scripts].pop().textContent.length;
      if (last !== arrived) progress();
      arrived = last;
      ended = +(document.readyState !== "loading");
    }
    silentTicks += 1;
    if (silentTicks === 11) report(ended ? "idle" : "stalled");
    if (!line) return;
    line.hidden = false;
    line.textContent = waits[own][ended] + (ended ? "…" : share);
  }

  if (location.protocol === "file:" && !single) return report("file");
  if (!self.WebAssembly || !self.DecompressionStream) return report("no-webassembly");
  const fetching = fetch;
  self.fetch = (...what) => {
    const answer = fetching(...what);
    if (!/wasm$/.test(what[0])) return answer;
    self.fetch = fetching;
    return answer.then(counted);
  };
  // What the page says in a language. The file that the page begins with is asked for before the program is there.
  const words = {};
  self.wordsOf = lang => words[lang] ||= fetching("words." + lang + ".txt", { cache: "no-cache" }).then(answer => {
    if (isReady() ? !answer.ok : isRefused(answer, typeOf(answer))) throw 0;
    return answer.text();
  }).catch(error => {
    if (isReady()) delete words[lang];
    else probe();
    throw error;
  });
  if (!single) self.wordsOf(lang);
  const ticking = setInterval(tick, 1000);
  if (single) document.addEventListener("DOMContentLoaded", () => "whole" in root.dataset || report("cut", location.pathname.split("/").pop()));
  document.addEventListener("securitypolicyviolation", event => {
    if (!isReady() && /script|wasm|words/.test(event.effectiveDirective + event.blockedURI)) report("csp");
  });
  function failed(event) {
    // A picture may fail, and what was only loaded ahead fails again where it is used.
    if (/LINK|IMG/.test(event.target.tagName)) return;
    const error = event.reason || event.error || event.message || "";
    const text = String(error.message || error);
    if (!isReady()) probe(text);
    else if (error instanceof WebAssembly.RuntimeError) report("stopped", text);
  }
  addEventListener("error", failed, true);
  addEventListener("unhandledrejection", failed);
})();
