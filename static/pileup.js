/* <pile-up>: see embed.html beside it. MIT OR Apache-2.0 */
(() => {
  /* A browser without these keeps what the author put into the element. So does a server, which has neither. */
  if (!globalThis.CSSStyleSheet?.prototype.replaceSync || customElements.get('pile-up')) return;
  /* What a link in the article can do, in the order in which it is done, and how its value is written. */
  const VERBS = { restart: '', set: '', seek: 'at=', fork: '', back: 'to=', compare: 'to=', step: 'by=', pause: '', play: '' };
  const LINKS = Object.keys(VERBS).map(verb => `[data-pileup-${verb}]`).join();
  /* Attributes that are no settings: the element's own, what frameworks put there, and HTML's, most of which are properties too. */
  const NOT_SENT = /[^a-z]|^(poster|markers|embed|class.*|is|item.*|key|ref)$/;
  const HTML = new Set();
  for (const name in HTMLIFrameElement.prototype) HTML.add(name.toLowerCase());
  HTML.delete('lang');
  const isSent = name => !NOT_SENT.test(name) && !HTML.has(name);
  /* Attributes that are read when the frame is made. A change makes another frame, and so does taking away any but these two. */
  const RELOADING = /^(src|lesson|deed|controls|autoplay|in|at|poster)$/;
  const DEFAULTS = { theme: 'auto', speed: 100 };
  const BOOLEANS = { '': 'on', true: 'on', yes: 'on', false: 'off', no: 'off' };
  /* Every element in the document. The listeners stay while there is at least one. */
  const elements = new Set();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(':host(:not([hidden])){display:block}a{color:inherit}' +
    'div{position:relative;max-width:100%;min-height:560px;max-height:4000px}' +
    'iframe,button,img{position:absolute;inset:0;width:100%;height:100%;padding:0;border:0;color-scheme:normal;object-fit:contain}' +
    'button{background:Canvas}button:after{content:"▶";position:relative;font-size:4em;color:#fff;text-shadow:0 0 9px #000}');

  const make = (name, properties) => Object.assign(document.createElement(name), properties);

  /* A value as the frame reads it; nothing where it says what goes without saying. */
  const spelled = (name, value) => {
    const said = BOOLEANS[value.toLowerCase()] ?? value;
    if (name === 'autoplay') return /off|0/.test(said) ? null : 1;
    if (name === 'lang') return value.slice(0, 2).toLowerCase() || null;
    return name === 'controls' ? value : said;
  };

  /* Whether a state is the answer that a command waits for. While the clock runs, the first one may have been under way already. */
  const isAnswer = ({ playing, time_ms }, { text, seen }) =>
    text === 'play' ? playing : playing ? seen > 1 && /^[sr]e/.test(text) : !/^seek/.test(text) || text === 'seek at=' + time_ms;

  /* How far the element is above or below the link, in px. */
  const distance = (element, link) => {
    const [e, l] = [element, link].map(one => one.getBoundingClientRect());
    return Math.max(0, e.top - l.bottom, l.top - e.bottom);
  };

  /* What is heard while there is an element. */
  const HEARD = {
    message({ source, data }) {
      for (const element of elements)
        if (source === element._frame?.contentWindow) element._receive(data);
    },

    securitypolicyviolation({ effectiveDirective, blockedURI }) {
      for (const element of elements)
        if (effectiveDirective === 'frame-src' && element._frame?.src.startsWith(blockedURI)) element._fail('refused', element._frame);
    },

    /* In a shadow root the target is its host, but the path has what was clicked. */
    click(event) {
      const link = event.composedPath().find(one => one.matches?.(LINKS));
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const [element] = [...elements].filter(({ id }) => (link.dataset.pileupFor || id) === id)
        .sort((a, b) => distance(a, link) - distance(b, link));
      if (!element) return;
      event.preventDefault();
      for (const verb in VERBS) {
        const value = link.getAttribute('data-pileup-' + verb);
        if (value !== null) element._send(verb, value);
      }
      const { top, bottom } = element.getBoundingClientRect();
      /* Whoever has asked for something sees it happen. */
      if (Math.min(bottom, innerHeight) - Math.max(top, 0) < 300) element.scrollIntoView({ block: 'nearest' });
    },
  };
  const listen = how => {
    for (const name in HEARD) self[how](name, HEARD[name]);
  };

  /* A frame is made when its element comes near. */
  const nearby = new IntersectionObserver(
    seen => seen.forEach(one => one.isIntersecting && one.target._createFrame()), { rootMargin: '600px 0px' });

  /* Names that are not for authors begin with _: a knob may have any other name, and frameworks set properties by name. */
  customElements.define('pile-up', class PileUp extends HTMLElement {
    /* Where the playground stands: beside the script. A module has no currentScript, and import.meta is an error in a script; but
       an error knows where it was made. */
    static folder = /\w+:\/\/[^\s?#]*\//.exec(document.currentScript?.src || new Error().stack)?.[0];
    /* The commands that no state has answered yet, in their order. */
    _waiting = [];
    _told = new Set();
    _sheets = this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [sheet];

    /* What the frame told last. */
    get state() { return this._state; }
    get currentTime() { return this._state?.time_ms || 0; }

    connectedCallback() {
      if (!elements.size) listen('addEventListener');
      elements.add(this);
      this._attributes = new MutationObserver(changes => this._attributesChanged(changes.map(one => one.attributeName)));
      this._attributes.observe(this, { attributes: true });
      this._reset();
    }

    /* moveBefore() keeps the frame. */
    connectedMoveCallback() {}

    disconnectedCallback() {
      nearby.unobserve(this);
      this._attributes.disconnect();
      this._clear();
      elements.delete(this);
      if (!elements.size) listen('removeEventListener');
      this._endUnlessMoved();
    }

    /* Who was only moved is back by then, and goes on from the last state with what waits. */
    _endUnlessMoved() {
      queueMicrotask(() => this.isConnected || this._end('removed'));
    }

    /* Forgets the run, and all that waits for it. */
    _end(reason) {
      this._state = null;
      for (const one of this._waiting.splice(0)) one.reject(new Error(reason));
    }

    /* Later, so that whoever has just made the element can listen first. */
    _tell(name, detail) {
      queueMicrotask(() => this.dispatchEvent(new CustomEvent(name, { detail })));
    }

    /* Tells the author, and not the reader, what was left out. */
    _slip(about, value, say) {
      const text = `<pile-up> ${about}="${value}": ${say}`;
      if (this._told.has(text)) return;
      this._told.add(text);
      console.warn(text);
      this._tell('sorry', { about, value, say });
    }

    _isLate(frame) {
      return frame === this._frame && !this._ready;
    }

    /* There is no frame, or none that speaks: what the author put into the element stays. */
    _fail(reason, frame) {
      if (!this._isLate(frame)) return;
      this._timer = clearTimeout(this._timer);
      this._end(reason);
      this._tell('error', { reason });
      /* One that is late may still come, and says itself what keeps it. */
      if (reason === 'timed out') return;
      frame?.remove();
      this._frame = null;
      this._room.style.minHeight = 0;
    }

    /* Makes the room for a frame and, under it until it is ready, what the author put into the element, or else a link. */
    _reset() {
      this._clear();
      const href = this._address();
      const link = make('a', { href, textContent: this.title || 'Pileup', hidden: !href });
      this._fallback = make('section');
      this._fallback.append(make('slot', { onslotchange: () => { link.hidden = this.firstElementChild; } }), link);
      this._room = make('div');
      this._room.append(this._fallback);
      this.shadowRoot.append(this._room);
      const src = this.getAttribute('poster');
      if (src) {
        const poster = make('button', { onclick: () => this.play() });
        poster.append(make('img', { src, alt: this.title }));
        this._room.append(poster);
      }
      this._readOwn();
      if (!href || this._state || this._waiting.length) this._createFrame();
      else nearby.observe(this);
    }

    _clear() {
      this._timer = clearTimeout(this._timer);
      this._frame = this._ready = null;
      this.shadowRoot.textContent = '';
    }

    /* What is the element's own: the size and the markers. */
    _readOwn() {
      const { style } = this._room;
      for (const [name, property] of [['width', 'width'], ['height', 'minHeight']]) {
        const value = this.getAttribute(name) || 'auto';
        const css = value === 'auto' ? '' : value.replace(/^[\d.]+$/, '$&px');
        if (!CSS.supports(name, css || 0)) this._slip(name, value, 'no CSS length');
        else if (!this._ready) style[property] = css;
      }
      this._markers = [];
      for (const part of this.getAttribute('markers')?.split(',') || []) {
        const [, number, unit, label = ''] = /^\s*([\d.]+)(m?s)?\s*(?::\s*(.*))?$/.exec(part) || [];
        if (number) this._markers.push({ time_ms: number * (unit === 's' ? 1000 : 1), label });
        else this._slip('markers', part, 'no moment, such as 3s: label');
      }
    }

    _createFrame() {
      nearby.unobserve(this);
      this._timer ||= setTimeout(() => this._fail('timed out', this._frame), 30000);
      if (this._frame) return;
      const src = this._address(1);
      if (!src) return this._fail('refused', this._frame);
      const frame = this._frame = make('iframe', { title: this.title || 'Pileup', allow: 'clipboard-write; fullscreen', src });
      /* By its name the page knows that an element is around it, which tells the author of a wrong setting. */
      frame.name = 'pile-up';
      frame.onload = () => setTimeout(() => this._probe(frame), 5000);
      this._room.prepend(frame);
    }

    /* Asks what became of a frame that was loaded and says nothing, as far as another host tells. */
    async _probe(frame) {
      if (!this._isLate(frame) || !/^http/.test(frame.src)) return;
      const { ok, status } = await fetch(frame.src, { mode: 'no-cors' }).catch(() => ({ status: 1 }));
      if (status && !(ok && frame.contentDocument)) this._fail(ok ? 'refused' : 'not found', frame);
    }

    /* The playground's address with all settings; none where it cannot be read, or would frame the article in itself. */
    _address(embed) {
      const url = make('a', { href: this.getAttribute('src') || PileUp.folder || '' });
      if (!/^(https?|file):$/.test(url.protocol) || url.host + url.pathname === location.host + location.pathname) return '';
      const query = new URLSearchParams(url.search);
      const last = embed && this._state;
      if (embed) query.set('embed', embed);
      for (const [name, value] of new URLSearchParams(last?.link)) query.set(name, value);
      for (const { name, value } of this.attributes) {
        const said = isSent(name) ? spelled(name, value) : null;
        if (said !== null && !(last && (query.has(name) || !/^(lang|theme|speed|controls)$/.test(name)))) query.set(name, said);
      }
      url.search = query;
      return url.href;
    }

    _attributesChanged(names) {
      const sent = names.filter(isSent);
      const isNew = name => !this._frame || !this.hasAttribute(name) && !DEFAULTS[name];
      if (names.some(name => RELOADING.test(name)) || sent.some(isNew)) {
        this._state = null;
        return this._reset();
      }
      this._readOwn();
      if (sent[0]) this.set(sent.map(name => [name, this.getAttribute(name) ?? DEFAULTS[name]]));
    }

    _receive(data) {
      const [, verb, query] = /^pileup\/1 (\w+) ?(.*)/.exec(data) || [];
      const detail = {};
      for (const [name, value] of new URLSearchParams(query))
        detail[name] = verb === 'sorry' || isNaN(value) ? value : +value;
      const { style } = this._room;
      const px = detail.height || detail.px;
      if (px && !(Math.abs(px - parseFloat(style.height)) <= 1)) style.height = px + 'px';
      if (verb === 'sorry') return this._refuse(detail);
      if (verb === 'ready') this._begin();
      if (verb === 'state') this._answer(detail);
      if (verb && verb !== 'height') this._tell(verb, detail);
    }

    /* A frame that says so twice was loaded anew, as Firefox does in moveBefore(), and has forgotten its run. */
    _begin() {
      if (this._ready) return this._reset();
      clearTimeout(this._timer);
      this._ready = true;
      this._fallback.remove();
      this._room.style.minHeight = '120px';
      if (this._state?.playing) this._post('play');
      for (const one of this._waiting) this._post(one.text);
    }

    /* A state answers the commands that it fulfils, in their order. */
    _answer(state) {
      const { playing, time_ms } = state;
      const marker = playing && this._markers.find(one => one.time_ms > this.currentTime && one.time_ms <= time_ms);
      this._state = state;
      if (playing || time_ms) this._room.querySelector('button')?.remove();
      for (const one of this._waiting) one.seen += 1;
      while (this._waiting[0] && isAnswer(state, this._waiting[0])) this._waiting.shift().resolve(state);
      if (marker) this.seek(marker.time_ms).then(() => this._tell('marker', marker), () => {});
    }

    _refuse({ about, value, say }) {
      const said = new URLSearchParams({ [about]: value });
      this._waiting = this._waiting.filter(one => !one.text.includes(said) || one.reject(new Error(say)));
      this._slip(about, value, say);
    }

    _post(text) {
      this._frame.contentWindow.postMessage('pileup/1 ' + text, '*');
    }

    /* A message that is sent before the frame is ready creates the frame, and waits for it. */
    _send(verb, query) {
      const text = verb + (query ? ' ' + VERBS[verb] + query : '');
      /* A newer jump, or a pause, is also the answer of the seeks before it. */
      if (this._ready && /^(seek|restart|pause)/.test(text))
        for (const one of this._waiting) if (/^seek/.test(one.text)) Object.assign(one, { text, seen: 0 });
      const answer = new Promise((resolve, reject) => this._waiting.push({ text, seen: 0, resolve, reject }));
      /* Who does not ask how it ended is not told. */
      answer.catch(() => {});
      if (this._ready) this._post(text);
      else if (this.isConnected) this._createFrame();
      else this._endUnlessMoved();
      return answer;
    }

    set(settings) {
      const query = new URLSearchParams(settings);
      for (const [name, value] of [...query]) query.set(name, spelled(name, value) ?? '');
      return this._send('set', query);
    }
    seek(ms) { return this._send('seek', Math.round(ms) + ''); }
    static {
      for (const verb in VERBS)
        this.prototype[verb] ??= function (value) { return this._send(verb, value); };
    }

    /* Takes the element out of the article, with its run and all that waits. */
    dispose() {
      this.remove();
      this._end('disposed');
    }
  });
})();
