// Says that the site forbids the scripts that stand in the page itself. It is a file of its own because only such a file may
// run then; where they may run it has nothing to say.
if (!document.documentElement.classList.contains("scripts")) {
  const place = document.querySelector("div[data-failure]");
  place.hidden = false;
  place.dataset.failure = "blocked";
  place.textContent = "이 사이트의 CSP가 페이지 안의 스크립트를 막았어요. 허용할 것: — The site’s CSP blocks the scripts inside the page. To allow: script-src 'self' 'wasm-unsafe-eval' 'unsafe-inline'; style-src 'self' 'unsafe-inline'";
}
