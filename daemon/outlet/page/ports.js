// SPDX-License-Identifier: Apache-2.0
// All ports as a grid: a sign and a colour for what happened at each.

import * as address from './address.js';
import { $, count, h, plain, say, several } from './words.js';

// What happened: sign, word, state whose colour it takes; what matters most first.
export const HAPPENED = {
  'wrong-protocol': ['!', 'wrong protocol', 'problem'],
  dropped: ['#', 'dropped', 'problem'],
  refused: ['x', 'refused', 'problem'],
  taken: ['@', 'taken', 'unknown'],
  unknown: ['?', 'unknown data', 'unknown'],
  data: ['+', 'data', 'ok'],
  listening: ['o', 'listening', 'none'],
  nothing: ['.', 'nothing', 'none'],
};
const ORDER = Object.keys(HAPPENED);
// data of which nothing could be identified is a thing of its own
const nameOf = (row) => (row.happened === 'data' && row.state === 'unknown' ? 'unknown' : row.happened);
export const happened = (row) => HAPPENED[nameOf(row)] ?? ['?', 'unknown', 'unknown'];

const wordsOf = (rows) => rows.map((row) => `${row.transport} ${row.port} ${plain(row.protocol)}: ${happened(row)[1]}${row.messages ? `, ${several(row.messages, 'message')}` : ''}`).join('; ');

export class Ports {
  #store;
  #version = -1;
  #cells = new Map(); // port number → button

  constructor(store, choose) {
    this.#store = store;
    const grid = $('port-grid');
    grid.addEventListener('click', (event) => {
      const cell = event.target.closest('button');
      if (cell)
        choose(cell.dataset.port);
    });
    grid.addEventListener('keydown', (event) => this.#key(event));
    $('port-legend').append(...ORDER.map((name) => h('button.chip', { 'data-happened': name, onclick: () => address.set({ happened: address.get('happened') === name ? '' : name }) },
      h(`span.cell-mark.${HAPPENED[name][2]}`, { 'aria-hidden': true }, HAPPENED[name][0]), ` ${HAPPENED[name][1]} `, h('span.figure', '0'))));
    address.onChange(() => this.#dim());
  }

  rowsOf(number) {
    return this.#store.rows.filter((row) => String(row.port) === String(number)).sort((a, b) => (a.transport < b.transport ? -1 : 1));
  }

  draw(isSeen) {
    if (this.#version === this.#store.version || !isSeen)
      return;
    this.#version = this.#store.version;
    const byPort = new Map(), counts = {};
    for (const row of this.#store.rows) {
      byPort.set(row.port, [...(byPort.get(row.port) ?? []), row]);
      counts[nameOf(row)] = (counts[nameOf(row)] ?? 0) + 1;
    }
    const numbers = [...byPort.keys()].sort((a, b) => a - b);
    if (numbers.join() !== [...this.#cells.keys()].join())
      this.#build(numbers);
    for (const [number, rows] of byPort)
      this.#fill(this.#cells.get(number), rows);
    for (const chip of $('port-legend').children)
      say(chip.querySelector('.figure'), count(counts[chip.dataset.happened]));
    say($('port-count'), count(this.#store.items.size));
    $('port-empty').hidden = numbers.length > 0;
    this.#dim();
  }

  #build(numbers) {
    const focused = document.activeElement?.dataset.port;
    this.#cells = new Map(numbers.map((number) => [number, this.#cells.get(number) ?? h('button', { 'data-port': number, tabindex: -1 }, h('span.cell-mark'), h('span.cell-port', String(number)))]));
    $('port-grid').replaceChildren(...this.#cells.values());
    const cell = this.#cells.get(Number(focused)) ?? $('port-grid').firstChild;
    cell?.setAttribute('tabindex', 0);
    if (focused)
      cell?.focus();
  }

  // TCP and UDP of a number are one cell: the worse counts.
  #fill(cell, rows) {
    const words = wordsOf(rows);
    cell.rows = rows;
    if (cell.title === words)
      return;
    const worst = rows.reduce((a, b) => (ORDER.indexOf(nameOf(b)) < ORDER.indexOf(nameOf(a)) ? b : a));
    cell.title = words;
    cell.setAttribute('aria-label', words);
    cell.className = `port ${happened(worst)[2]} ${plain(nameOf(worst))}`;
    say(cell.firstChild, happened(worst)[0]);
  }

  #dim() {
    const name = address.get('happened'), pick = address.get('pick');
    for (const chip of $('port-legend').children)
      chip.setAttribute('aria-pressed', chip.dataset.happened === name);
    for (const [number, cell] of this.#cells) {
      cell.classList.toggle('dim', name !== '' && !cell.rows.some((row) => nameOf(row) === name));
      cell.setAttribute('aria-pressed', pick === `port:${number}`);
    }
  }

  // Arrows move in both directions; only one cell is a stop of the Tab key.
  #key(event) {
    const cells = [...$('port-grid').children], at = cells.indexOf(event.target);
    const across = cells.findIndex((cell) => cell.offsetTop > cells[0].offsetTop);
    const next = cells[at + { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across, Home: -at, End: cells.length - 1 - at }[event.key]];
    if (at < 0 || !next)
      return;
    event.preventDefault();
    cells[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}
