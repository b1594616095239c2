// SPDX-License-Identifier: Apache-2.0
// The one connection of a tab to the server's /events. It is lost and found again, and never given up; hidden tabs have none.
// What comes is given to handlers by its event's name; onLink hears when it is lost and when it is back.

const LONGEST_WAIT = 30; // seconds
const PATIENCE = 4000;   // ms without a word: the connection hangs

export class Stream {
  #source;
  #wait = 1;
  #timer = 0;
  heard = 0;     // when something came last, by the browser's clock
  lostSince = 0; // 0: it is not lost
  nextTry = 0;

  constructor(handlers, onLink) {
    this.handlers = handlers;
    this.onLink = onLink;
    document.addEventListener('visibilitychange', () => (document.hidden ? this.#stop() : this.open()));
    addEventListener('online', () => this.open());
    if (!document.hidden)
      this.open();
  }

  open() {
    this.#stop();
    const source = (this.#source = new EventSource('events'));
    for (const [name, handle] of Object.entries(this.handlers)) {
      source.addEventListener(name, (event) => {
        if (source !== this.#source)
          return;
        this.#live();
        handle(JSON.parse(event.data));
      });
    }
    source.onerror = () => source === this.#source && this.#lost();
    this.#expect();
  }

  #expect() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lost(), PATIENCE);
  }

  #live() {
    const isNews = this.lostSince > 0 || !this.heard;
    this.heard = Date.now();
    this.lostSince = 0;
    this.#wait = 1;
    this.#expect();
    if (isNews)
      this.onLink();
  }

  #lost() {
    this.#stop();
    this.lostSince ||= this.heard || Date.now();
    this.nextTry = Date.now() + this.#wait * 1000;
    this.#timer = setTimeout(() => this.open(), this.#wait * 1000);
    this.#wait = Math.min(LONGEST_WAIT, this.#wait * 2);
    this.onLink();
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }
}
