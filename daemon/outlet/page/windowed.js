// SPDX-License-Identifier: Apache-2.0
// A table of any length of which only the rows in sight exist. It scrolls in its own box or with the whole page; the chosen row and
// the keyboard's row are kept by key, and screen readers are told how many rows there are.

import { h, rem } from './words.js';

const OVERSCAN = 6;
const SLIVER = 4; // px of a row that are not seen as one

export class Windowed {
  items = []; // {key, row}
  chosen = '';
  active = ''; // the row that the keyboard is at
  sight = { first: 0, last: 0 };
  #rows = new Map(); // key → tr
  #ends = new Float64Array(1); // where each row begins, and where the last one ends
  #isAsked = false;

  // of: { table, columns, make() → tr, fill(tr, row), height(item) → rem, choose(key), onDrawn() }
  constructor(of) {
    this.of = of;
    this.box = of.table.parentElement;
    this.body = of.table.tBodies[0];
    [this.before, this.after] = [0, 1].map(() => h('tr.spacer', { 'aria-hidden': true }, h('td', { colspan: of.columns })));
    this.body.replaceChildren(this.before, this.after);
    document.addEventListener('scroll', () => this.draw(), { capture: true, passive: true });
    addEventListener('resize', () => this.set(this.items));
    this.box.addEventListener('keydown', (event) => this.#key(event));
    this.body.addEventListener('focusin', (event) => (this.active = event.target.closest('tr')?.dataset.key ?? this.active));
    this.body.addEventListener('click', (event) => {
      const row = event.target.closest('tr[data-key]');
      if (row && !event.target.closest('a, button') && getSelection().isCollapsed)
        of.choose(row.dataset.key);
    });
  }

  // The rows in their order.
  set(items) {
    const unit = rem();
    this.items = items;
    this.#ends = new Float64Array(items.length + 1);
    items.forEach((item, i) => (this.#ends[i + 1] = this.#ends[i] + this.of.height(item) * unit));
    this.of.table.setAttribute('aria-rowcount', items.length + 1);
    this.draw();
  }

  // At the next frame, once.
  draw() {
    if (this.#isAsked)
      return;
    this.#isAsked = true;
    requestAnimationFrame(() => this.#draw());
  }

  indexOf(key) {
    return key ? this.items.findIndex((item) => item.key === key) : -1;
  }

  drawn() {
    return this.#rows.values();
  }

  focus(index) {
    const item = this.items[Math.max(0, Math.min(this.items.length - 1, index))];
    if (!item)
      return;
    this.active = item.key;
    this.reveal(item.key);
    this.#draw();
    this.#rows.get(item.key)?.focus({ preventScroll: true });
  }

  reveal(key) {
    const index = this.indexOf(key);
    if (index < 0)
      return;
    const { top, bottom } = this.#sight();
    const isOwn = getComputedStyle(this.box).overflowY === 'auto';
    const head = this.of.table.tHead.getBoundingClientRect().height, foot = isOwn ? 0 : 64;
    const up = this.#ends[index] - top - head, down = this.#ends[index + 1] - bottom + foot;
    (isOwn ? this.box : window).scrollBy(0, up < 0 ? up : Math.max(0, down));
  }

  // Which part is in sight, from the top of the list, in px.
  #sight() {
    const bounds = this.box.getBoundingClientRect();
    const start = this.before.getBoundingClientRect().top;
    return { top: Math.max(bounds.top, 0) - start, bottom: Math.min(bounds.bottom, innerHeight) - start };
  }

  #find(y) {
    let low = 0, high = this.items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ends[middle + 1] > y)
        high = middle;
      else
        low = middle + 1;
    }
    return low;
  }

  #draw() {
    this.#isAsked = false;
    const { top, bottom } = this.#sight();
    const all = this.items.length;
    const isSeen = bottom > top && bottom > 0;
    this.sight = isSeen ? { first: this.#find(Math.max(0, top)), last: Math.min(all, this.#find(bottom - SLIVER) + 1) } : { first: 0, last: 0 };
    const first = Math.max(0, this.sight.first - OVERSCAN), last = isSeen ? Math.min(all, this.sight.last + OVERSCAN) : 0;
    const shown = this.items.slice(first, last);
    const keep = new Set(shown.map((item) => item.key));
    const spare = [];
    for (const [key, row] of this.#rows) {
      if (keep.has(key))
        continue;
      if (row === document.activeElement || row.contains(document.activeElement))
        this.box.focus({ preventScroll: true });
      this.#rows.delete(key);
      row.remove(); // at once: those that stay are not moved then
      spare.push(row);
    }
    this.before.firstChild.style.height = `${this.#ends[first] ?? 0}px`;
    this.after.firstChild.style.height = `${this.#ends[all] - (this.#ends[last] ?? 0)}px`;
    const isAway = this.indexOf(this.active) < 0;
    let place = this.before;
    shown.forEach((item, i) => (place = this.#put(item, first + i, place, spare, isAway)));
    this.of.onDrawn?.();
    // where the box grows with its rows there is more to see now than was looked at
    const now = this.#sight();
    if (now.bottom > Math.max(bottom, 0) + 1 && now.bottom > now.top)
      this.draw();
  }

  // Rows that went are filled anew and used for those that came.
  #put(item, index, place, spare, isAway) {
    let row = this.#rows.get(item.key);
    if (!row) {
      row = spare.pop() ?? this.of.make();
      row.dataset.key = item.key;
      this.#rows.set(item.key, row);
    }
    if (row.previousSibling !== place)
      place.after(row);
    if (row.shownRow !== item.row) {
      this.of.fill(row, item.row);
      row.shownRow = item.row;
    }
    const isChosen = String(item.key === this.chosen);
    if (row.getAttribute('aria-selected') !== isChosen)
      row.setAttribute('aria-selected', isChosen);
    if (row.getAttribute('aria-rowindex') !== String(index + 2))
      row.setAttribute('aria-rowindex', index + 2);
    const stop = item.key === this.active || (index === 0 && isAway) ? 0 : -1;
    if (row.tabIndex !== stop)
      row.tabIndex = stop;
    return row;
  }

  #key(event) {
    if (event.target.closest('a, button, input') || event.ctrlKey || event.metaKey || event.altKey)
      return;
    const page = Math.max(1, this.sight.last - this.sight.first - 2);
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
    if (step)
      this.focus(this.indexOf(this.active) + step);
    else if (event.key === 'Enter' && this.indexOf(this.active) >= 0)
      this.of.choose(this.active);
    else
      return;
    event.preventDefault();
  }
}
