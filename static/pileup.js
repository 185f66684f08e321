/* <pile-up preset="as-posted" listen="off" lang="en"></pile-up> puts the playground into an article.
   Attributes are the settings of a link (preset, seed, lang, theme, speed, controls, autoplay, every knob by its name) and
   src (the playground's address; without it the folder of this script), title, height (px, until the frame tells its own).
   The guide is embed.html beside this file. No dependencies, no storage, no request but the frame's. MIT OR Apache-2.0 */
(() => {
  'use strict';
  if (customElements.get('pile-up')) return;
  const script = document.currentScript;
  const home = new URL('.', (script && script.src) || document.baseURI).href;
  const PROTOCOL = 'pileup/1 ';
  /* What a link in the article can ask for, in the order in which it is done, and how its value is written. */
  const VERBS = { restart: '', set: '', seek: 'at=', step: 'by=', pause: '', play: '' };
  const LINKS = Object.keys(VERBS).map(verb => `[data-pileup-${verb}]`).join();
  /* Attributes that say nothing about the run. Names with a hyphen (data-, aria-) never do. */
  const NOT_SAID = /-|^(src|title|height|width|id|class|style|slot|part|is|dir|role|hidden|tabindex|on.*)$/;
  /* Attributes that are read when the frame is made; a change makes another frame. */
  const FIXED = /^(src|lesson|controls|autoplay|in|at|embed)$/;
  /* Every element in the document. The listeners are there as long as there is one. */
  const present = new Set();

  const onMessage = ({ source, data }) => {
    for (const element of present)
      if (source && element._frame && source === element._frame.contentWindow) element._hear(data);
  };

  /* How far the element is above or below the link, in px. */
  const distance = (element, link) => {
    const [e, l] = [element, link].map(one => one.getBoundingClientRect());
    return Math.max(0, e.top - l.bottom, l.top - e.bottom);
  };

  const onClick = event => {
    const link = event.target.closest && event.target.closest(LINKS);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const id = link.getAttribute('data-pileup-for');
    const nearer = (best, one) => (best && distance(best, link) <= distance(one, link) ? best : one);
    const element = [...present].filter(one => !id || one.id === id).reduce(nearer, null);
    if (!element) return;
    event.preventDefault();
    for (const verb in VERBS) {
      const value = link.getAttribute('data-pileup-' + verb);
      if (value !== null) element._send(verb, value && VERBS[verb] + value);
    }
    const { top, bottom } = element.getBoundingClientRect();
    if (bottom < 0 || top > innerHeight) element.scrollIntoView({ block: 'nearest' });
  };

  /* What is not for the author begins with _: a knob may have any other name, and frameworks set properties by name. */
  customElements.define('pile-up', class extends HTMLElement {
    connectedCallback() {
      if (!present.size) {
        addEventListener('message', onMessage);
        document.addEventListener('click', onClick);
      }
      present.add(this);
      if (!this._root) {
        this._root = this.attachShadow({ mode: 'open' });
        try {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(':host{display:block}:host([hidden]){display:none}');
          this._root.adoptedStyleSheets = [sheet];
        } catch (error) { /* An older browser shows it in a line of its own all the same. */ }
      }
      this._near = new IntersectionObserver(
        seen => seen.some(one => one.isIntersecting) && this._make(), { rootMargin: '600px 0px' });
      this._changes = new MutationObserver(changes => this._change(changes.map(one => one.attributeName)));
      this._changes.observe(this, { attributes: true });
      this._begin();
    }

    disconnectedCallback() {
      this._near.disconnect();
      this._changes.disconnect();
      this._end();
      present.delete(this);
      if (present.size) return;
      removeEventListener('message', onMessage);
      document.removeEventListener('click', onClick);
    }

    /* The room for a frame, and below it, until the frame is ready, what the author put into the element, or else a link. */
    _begin() {
      this._end();
      const [room, below, slot, link] = ['div', 'div', 'slot', 'a'].map(name => document.createElement(name));
      room.style.height = (this.getAttribute('height') || 560) + 'px';
      link.href = this._address();
      link.textContent = this.title || 'Pileup';
      link.style.color = 'inherit';
      slot.addEventListener('slotchange', () => { link.hidden = this.firstElementChild; });
      below.append(slot, link);
      this._root.append(room, below);
      this._room = room;
      this._below = below;
      this._near.observe(room);
    }

    _end() {
      this._frame = null;
      this._ready = false;
      this._waiting = [];
      this._root.textContent = '';
    }

    _make() {
      this._near.disconnect();
      if (this._frame) return;
      const frame = this._frame = document.createElement('iframe');
      frame.title = this.title || 'Pileup';
      frame.loading = 'lazy';
      frame.allow = 'clipboard-write; fullscreen';
      frame.style.cssText = 'display:block;width:100%;height:100%;border:0;color-scheme:normal';
      frame.src = this._address('1');
      this._room.append(frame);
    }

    _address(embed) {
      const url = new URL(this.getAttribute('src') || home, document.baseURI);
      if (embed) url.searchParams.set('embed', embed);
      for (const { name, value } of this.attributes)
        if (!NOT_SAID.test(name)) url.searchParams.set(name, value || (name === 'controls' ? '' : '1'));
      return url.href;
    }

    _change(names) {
      if (names.some(name => FIXED.test(name))) return this._begin();
      const said = {};
      for (const name of names)
        if (!NOT_SAID.test(name) && this.hasAttribute(name)) said[name] = this.getAttribute(name);
      if (!this._frame) this._below.lastChild.href = this._address();
      else if (Object.keys(said).length) this.set(said);
    }

    _hear(data) {
      if (typeof data !== 'string' || !data.startsWith(PROTOCOL)) return;
      const [verb, query] = data.slice(PROTOCOL.length).split(' ');
      const detail = {};
      for (const [name, value] of new URLSearchParams(query))
        detail[name] = verb === 'sorry' || name === 'link' ? value : +value;
      if (verb === 'ready') {
        this._ready = true;
        this._below.remove();
        this._waiting.splice(0).forEach(message => this._post(message));
      }
      const height = Math.min(4000, Math.max(120, detail.height || detail.px));
      if (Math.abs(height - parseFloat(this._room.style.height)) > 1) this._room.style.height = height + 'px';
      if (/^(ready|state|leak|sorry)$/.test(verb)) this.dispatchEvent(new CustomEvent(verb, { detail }));
    }

    _post(message) {
      this._frame.contentWindow.postMessage(message, '*');
    }

    /* What is sent before the frame is ready makes the frame, and waits. */
    _send(verb, query) {
      if (!this.isConnected) return;
      const message = PROTOCOL + verb + (query ? ' ' + query : '');
      if (this._ready) return this._post(message);
      this._waiting.push(message);
      this._make();
    }

    set(what) { this._send('set', '' + new URLSearchParams(what)); }
    play() { this._send('play'); }
    pause() { this._send('pause'); }
    restart() { this._send('restart'); }
    step(by) { this._send('step', by && 'by=' + by); }
    seek(ms) { this._send('seek', 'at=' + Math.round(ms)); }
    state() { this._send('state'); }
  });
})();
