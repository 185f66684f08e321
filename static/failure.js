// Says what keeps the page from running, and what to do. Plain script that runs early, so that it works when nothing else does.
(function () {
  "use strict";
  var root = document.documentElement;
  var chosen = /[?&]lang=(ko|en)/.exec(location.search);
  var tags = navigator.languages || [navigator.language || "en"];
  var known = tags.map(function (tag) { return tag.slice(0, 2).toLowerCase(); }).filter(function (tag) { return tag === "ko" || tag === "en"; });
  var lang = chosen ? chosen[1] : known[0] || "en";
  root.lang = lang;
  root.classList.add("scripts");
  // The program sets these too; set early, a frame does not flash in another theme.
  var theme = /[?&]theme=(light|dark)/.exec(location.search);
  if (theme) root.setAttribute("data-theme", theme[1]);
  if (/[?&]embed=1(&|$)/.test(location.search)) root.classList.add("embedded");

  var messages = {
    "file": ["브라우저는 파일로 연 페이지에서 WebAssembly를 불러오지 못하게 막아요. 옆에 있는 pileup.html은 파일로도 열려요. 아니면 프로젝트 폴더에서 cargo xtask serve를 실행하고, 나오는 주소를 여세요.",
      "Browsers do not load WebAssembly for a page opened as a file. The file pileup.html beside it opens that way. Or run “cargo xtask serve” in the project and open the address it prints."],
    "no-webassembly": ["이 브라우저에는 WebAssembly가 없거나 꺼져 있어요. 최신 브라우저에서 열거나, 보안 강화 모드를 꺼 주세요.",
      "This browser has no WebAssembly, or has it turned off. Open the page in a current browser, or leave its hardened mode."],
    "csp": ["이 사이트의 콘텐츠 보안 정책(CSP)이 프로그램을 막았어요. script-src에 'self'와 'wasm-unsafe-eval'을 넣고, 인라인 시작 스크립트도 허용해 주세요.",
      "The site’s content security policy blocks the program. Its script-src needs 'self' and 'wasm-unsafe-eval', and must allow the inline start script."],
    "not-found": ["프로그램 파일을 찾을 수 없어요({0}). dist 폴더를 통째로 올렸는지 확인해 주세요.",
      "The program’s file was not found ({0}). Upload the whole dist folder, and look whether names were changed on the way."],
    "mime": ["서버가 프로그램 파일을 {0} 형식으로 보내요. .wasm은 application/wasm, .js는 text/javascript로 보내도록 설정해 주세요.",
      "The server sends the program’s file as {0}. It should send .wasm as application/wasm and .js as text/javascript."],
    "network": ["프로그램 파일을 내려받지 못했어요. 연결을 확인하고 다시 열어 주세요.",
      "The program’s file could not be loaded. Look at the connection and load the page again."],
    "stopped": ["프로그램이 오류로 멈췄어요. 페이지를 다시 열어 주세요. 오류: {0}",
      "The program stopped at an error. Load the page again. The error: {0}"]
  };

  function report(name, detail) {
    function show() {
      var place = document.querySelector("div[data-failure]");
      if (!place || !place.hidden) return;
      place.hidden = false;
      place.setAttribute("data-failure", name);
      place.textContent = messages[name][lang === "ko" ? 0 : 1].replace("{0}", detail || "");
    }
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", show);
    else show();
  }

  function isReady() { return root.hasAttribute("data-ready"); }

  // Fetches the program's files to find out which of them is missing, or is sent with a wrong type.
  function probe(error) {
    var links = document.querySelectorAll("link[rel=modulepreload], link[rel=preload][as=fetch]");
    var left = links.length;
    function conclude() { if (left === 0) report(error ? "stopped" : "network", error); }
    conclude();
    Array.prototype.forEach.call(links, function (link) {
      fetch(link.href).then(function (answer) {
        var type = (answer.headers.get("content-type") || "?").split(";")[0];
        var wants = /\.wasm/.test(link.href) ? /wasm|octet-stream/ : /javascript|ecmascript/;
        if (!answer.ok) report("not-found", link.href.split("/").pop() + ", " + answer.status);
        else if (!wants.test(type)) report("mime", type);
        left -= 1;
        conclude();
      }, function () { report("network"); });
    });
  }

  if (location.protocol === "file:" && !root.hasAttribute("data-single")) return report("file");
  var unpacks = typeof DecompressionStream === "function" || !root.hasAttribute("data-single");
  if (typeof WebAssembly !== "object" || !WebAssembly.instantiate || !unpacks) return report("no-webassembly");
  document.addEventListener("securitypolicyviolation", function (event) {
    if (!isReady() && /script|wasm/.test(event.effectiveDirective + event.blockedURI)) report("csp");
  });
  function failed(event) {
    var error = event.reason || event.error || event.message || "";
    var text = String(error && error.message || error);
    if (/Content.Security.Policy|unsafe-eval/i.test(text)) report("csp");
    else if (isReady()) { if (error instanceof WebAssembly.RuntimeError) report("stopped", text); }
    else probe(text);
  }
  window.addEventListener("error", failed, true);
  window.addEventListener("unhandledrejection", failed);
})();
