/* <pile-up preset="as-posted" listen="off" lang="en"></pile-up> puts the playground into an article.
   Attributes are the settings of a link (preset, seed, lang, theme, speed, controls, autoplay, every knob by its name) and
   src (the playground's address; without it the folder of this script), title, height (px, until the frame sends its own).
   The guide is embed.html beside this file. No dependencies, no storage, no request but the frame's. MIT OR Apache-2.0 */
(() => {
  'use strict';
  if (customElements.get('pile-up')) return;
  const script = document.currentScript;
  const folder = new URL('.', (script && script.src) || document.baseURI).href;
  const PROTOCOL = 'pileup/1 ';
  /* What a link in the article can do, in the order in which it is done, and how its value is written. */
  const VERBS = { restart: '', set: '', seek: 'at=', step: 'by=', pause: '', play: '' };
  const LINKS = Object.keys(VERBS).map(verb => `[data-pileup-${verb}]`).join();
  /* Attributes that are not sent to the frame. Names with a hyphen (data-, aria-) never are. */
  const NOT_SENT = /-|^(src|title|height|width|id|class|style|slot|part|is|dir|role|hidden|tabindex|on.*)$/;
  /* Attributes that are read when the frame is made; a change makes another frame. */
  const RELOADING = /^(src|lesson|controls|autoplay|in|at|embed)$/;
  /* Every element in the document. The listeners stay while there is at least one. */
  const elements = new Set();

  const onMessage = ({ source, data }) => {
    for (const element of elements)
      if (source && element._frame && source === element._frame.contentWindow) element._receive(data);
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
    const element = [...elements].filter(one => !id || one.id === id).reduce(nearer, null);
    if (!element) return;
    event.preventDefault();
    for (const verb in VERBS) {
      const value = link.getAttribute('data-pileup-' + verb);
      if (value !== null) element._send(verb, value && VERBS[verb] + value);
    }
    const { top, bottom } = element.getBoundingClientRect();
    if (bottom < 0 || top > innerHeight) element.scrollIntoView({ block: 'nearest' });
  };

  /* Names that are not for authors begin with _: a knob may have any other name, and frameworks set properties by name. */
  customElements.define('pile-up', class extends HTMLElement {
    connectedCallback() {
      if (!elements.size) {
        addEventListener('message', onMessage);
        document.addEventListener('click', onClick);
      }
      elements.add(this);
      if (!this._root) {
        this._root = this.attachShadow({ mode: 'open' });
        try {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(':host{display:block}:host([hidden]){display:none}');
          this._root.adoptedStyleSheets = [sheet];
        } catch (error) { /* An older browser leaves the element inline; its blocks still stand on lines of their own. */ }
      }
      this._nearby = new IntersectionObserver(
        seen => seen.some(one => one.isIntersecting) && this._createFrame(), { rootMargin: '600px 0px' });
      this._attributes = new MutationObserver(changes => this._attributesChanged(changes.map(one => one.attributeName)));
      this._attributes.observe(this, { attributes: true });
      this._reset();
    }

    disconnectedCallback() {
      this._nearby.disconnect();
      this._attributes.disconnect();
      this._clear();
      elements.delete(this);
      if (elements.size) return;
      removeEventListener('message', onMessage);
      document.removeEventListener('click', onClick);
    }

    /* Makes the room for a frame and, below it until the frame is ready, what the author put into the element, or else a link. */
    _reset() {
      this._clear();
      const [room, below, slot, link] = ['div', 'div', 'slot', 'a'].map(name => document.createElement(name));
      room.style.height = (this.getAttribute('height') || 560) + 'px';
      link.href = this._address();
      link.textContent = this.title || 'Pileup';
      link.style.color = 'inherit';
      slot.addEventListener('slotchange', () => { link.hidden = this.firstElementChild; });
      below.append(slot, link);
      this._root.append(room, below);
      this._room = room;
      this._fallback = below;
      this._nearby.observe(room);
    }

    _clear() {
      this._frame = null;
      this._ready = false;
      this._unsent = [];
      this._root.textContent = '';
    }

    _createFrame() {
      this._nearby.disconnect();
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
      const url = new URL(this.getAttribute('src') || folder, document.baseURI);
      if (embed) url.searchParams.set('embed', embed);
      for (const { name, value } of this.attributes)
        if (!NOT_SENT.test(name)) url.searchParams.set(name, value || (name === 'controls' ? '' : '1'));
      return url.href;
    }

    _attributesChanged(names) {
      if (names.some(name => RELOADING.test(name))) return this._reset();
      const settings = {};
      for (const name of names)
        if (!NOT_SENT.test(name) && this.hasAttribute(name)) settings[name] = this.getAttribute(name);
      if (!this._frame) this._fallback.lastChild.href = this._address();
      else if (Object.keys(settings).length) this.set(settings);
    }

    _receive(data) {
      if (typeof data !== 'string' || !data.startsWith(PROTOCOL)) return;
      const [verb, query] = data.slice(PROTOCOL.length).split(' ');
      const detail = {};
      for (const [name, value] of new URLSearchParams(query))
        detail[name] = verb === 'sorry' || name === 'link' ? value : +value;
      if (verb === 'ready') {
        this._ready = true;
        this._fallback.remove();
        this._unsent.splice(0).forEach(message => this._post(message));
      }
      const height = Math.min(4000, Math.max(120, detail.height || detail.px));
      if (Math.abs(height - parseFloat(this._room.style.height)) > 1) this._room.style.height = height + 'px';
      if (/^(ready|state|leak|sorry)$/.test(verb)) this.dispatchEvent(new CustomEvent(verb, { detail }));
    }

    _post(message) {
      this._frame.contentWindow.postMessage(message, '*');
    }

    /* A message that is sent before the frame is ready creates the frame, and waits for it. */
    _send(verb, query) {
      if (!this.isConnected) return;
      const message = PROTOCOL + verb + (query ? ' ' + query : '');
      if (this._ready) return this._post(message);
      this._unsent.push(message);
      this._createFrame();
    }

    set(settings) { this._send('set', '' + new URLSearchParams(settings)); }
    play() { this._send('play'); }
    pause() { this._send('pause'); }
    restart() { this._send('restart'); }
    step(by) { this._send('step', by && 'by=' + by); }
    seek(ms) { this._send('seek', 'at=' + Math.round(ms)); }
    state() { this._send('state'); }
  });
})();
