// SPDX-License-Identifier: Apache-2.0
// The table of devices: search, filter and sort over all of them, rows for those in sight.
// The list stands still while somebody reads it: rows change where they are, and are put in order again later.

import * as address from './address.js';
import { Windowed } from './windowed.js';
import { $, RANK, age, badge, bdi, chart, count, h, hasPlace, kids, mapLink, muted, plain, say, several, short } from './words.js';

const STILL = 3000; // ms after a key or a movement of the pointer in which the order is kept
const CONDITIONS = ['no_fix', 'waiting', 'unknown', 'silent', 'located'];
const FILTERS = ['protocol', 'port', 'finding'];

const codes = (row) => row.findings ?? [];
// of the problems, who only needs another port that is known comes first
const rank = (row) => (RANK[row.state] ?? 1) - (row.state === 'problem' && row.verdict === 'wrong-port' && row.right_port ? 0.5 : 0);
// By what a column is sorted, the least first; of times the latest.
const ORDERS = {
  state: rank,
  device: (row) => row.device ?? '\uffff',
  protocol: (row) => row.protocol ?? '\uffff',
  port: (row) => row.port + (row.transport === 'udp' ? 0.5 : 0),
  location: (row) => CONDITIONS.indexOf(row.condition),
  last: (row) => row.last ?? '',
  rate: (row) => -(row.rate ?? 0),
};

const hay = new WeakMap();
function haystack(row) {
  if (!hay.has(row))
    hay.set(row, [row.device, row.protocol, row.transport, row.port, row.right_port, row.peer, row.lat, row.lon, ...codes(row)].join(' ').toLowerCase());
  return hay.get(row);
}

// an address without the sender's own port, which is another one with every connection
const addressOf = (peer) => /^\[(.*)\]:\d+$|^([^:]*):\d+$/.exec(peer)?.slice(1).find(Boolean) ?? peer;
export const nameOf = (row) => (row.device ? short(row.device) : `none yet: ${plain(addressOf(row.peer))}`);

export function locationWords(row) {
  const since = row.fix_arrived ?? row.first;
  return { located: '', waiting: `waiting ${age(since)}`, no_fix: `no fix ${age(since)}`, silent: `silent ${age(row.last)}` }[row.condition] ?? 'unknown';
}

export function portWords(row, port = row.port) {
  if (row.verdict === 'wrong-port' && row.right_port)
    return [port, ' → ', h('strong', String(row.right_port))];
  return [port, row.verdict === 'ok' ? muted(' right') : ''];
}

const only = (name, value, as) => h(`button.${as}`, { tabindex: -1, title: `Show only ${plain(value)}`, onclick: () => address.set({ [name]: String(value) }) }, plain(value));

function location(row) {
  const words = locationWords(row);
  return [words && h('span', words), hasPlace(row) && [words && muted(', last '), mapLink(row)], !words && row.fix_arrived && muted(` ${age(row.fix_arrived)}`)];
}

function next(row) {
  const [first, ...more] = codes(row);
  return [row.next && h('strong', `${plain(row.next)} `), first && only('finding', first, 'code'), more.length > 0 && h('span.muted', { title: more.join(', ') }, ` +${more.length}`)];
}

// Each column: what it shows, and from what, so that what did not change stays as it is and can be selected.
const CELLS = {
  state: [(row) => badge(row.state), (row) => row.state],
  device: [(row) => bdi(nameOf(row), row.device ? '.id' : '.muted'), (row) => row.device ?? row.peer],
  protocol: [(row) => (row.protocol ? only('protocol', row.protocol, 'value') : muted('–')), (row) => row.protocol],
  port: [(row) => [row.transport === 'udp' && 'udp ', portWords(row, only('port', row.port, 'value'))], (row) => `${row.transport}${row.port}${row.verdict}${row.right_port}`],
  location: [location, (row) => `${row.condition}${row.lat} ${row.lon}${row.fix_arrived}`],
  last: [(row) => age(row.last) || '–', () => ''],
  rate: [(row) => [h('span.figure', count(row.rate)), chart(row)], (row) => String(row.chart)],
  next: [next, (row) => `${row.next}${row.findings}`],
};

// A second line says what to do.
const isTall = (row) => Boolean(row.next) || codes(row).length > 0;

export class Devices {
  #store;
  #order = [];
  #version = -1;
  #sortedAt = 0;
  #heldUntil = 0;
  #isStale = true; // somebody changed the filter or the order: at once

  constructor(store, choose) {
    this.#store = store;
    const table = $('device-table'), search = $('search'), narrow = matchMedia('(max-width: 37.49rem)');
    this.windowed = new Windowed({
      table, columns: 8, choose,
      make: () => h('tr', { role: 'row' }, Object.keys(CELLS).map((name) => h(`td.${name}`, { role: 'cell' }))),
      height: ({ row }) => (narrow.matches ? (isTall(row) ? 6.75 : 5) : isTall(row) ? 3.25 : 2),
      fill: (tr, row) => this.#fill(tr, row),
      onDrawn: () => this.#foot(),
    });
    for (const name of ['pointermove', 'pointerdown', 'keydown', 'wheel', 'touchmove'])
      table.parentElement.addEventListener(name, () => (this.#heldUntil = Date.now() + STILL), { passive: true });
    search.addEventListener('input', () => address.set({ q: search.value.trim() }));
    search.addEventListener('keydown', (event) => event.key === 'ArrowDown' && (event.preventDefault(), this.windowed.focus(0)));
    table.tHead.addEventListener('click', (event) => event.target.dataset.sort && this.#sortBy(event.target.dataset.sort));
    $('sort-choice').addEventListener('change', (event) => address.set({ sort: event.target.value }));
    $('states').append(...Object.keys(RANK).map((state) => h('button.chip', { 'data-state': state, onclick: () => address.set({ state: address.get('state') === state ? '' : state }) },
      badge(state, ''), h('span.figure', '0'), h('span.chip-word', ` ${state}`))));
    narrow.addEventListener('change', () => (this.#isStale = true));
    address.onChange(() => this.#onAddress());
    this.#onAddress();
  }

  #onAddress() {
    const search = $('search');
    if (document.activeElement !== search)
      search.value = address.get('q');
    $('filters').replaceChildren(...FILTERS.filter(address.get).map((name) => h('button.chip.filter', { title: 'Take this filter away', onclick: () => address.set({ [name]: '' }) },
      `${name} ${plain(address.get(name))} ×`)));
    const [column, isReverse] = this.#sort();
    for (const head of $('device-table').tHead.rows[0].cells) {
      if (head.className === column)
        head.setAttribute('aria-sort', isReverse ? 'descending' : 'ascending');
      else
        head.removeAttribute('aria-sort');
    }
    $('sort-choice').value = address.get('sort');
    for (const button of $('states').children)
      button.setAttribute('aria-pressed', address.get('state') === button.dataset.state);
    this.#isStale = true;
    this.tick();
  }

  #sort() {
    const asked = address.get('sort'), column = asked.replace('-', '');
    return Object.hasOwn(ORDERS, column) ? [column, asked[0] === '-'] : ['state', false];
  }

  #sortBy(name) {
    const [column, isReverse] = this.#sort();
    address.set({ sort: column !== name ? name : isReverse ? '' : `-${name}` });
  }

  // Called whenever something came, and once a second.
  tick() {
    const time = Date.now(), isChanged = this.#version !== this.#store.version;
    if (this.#isStale || (isChanged && this.#order.length === 0) || (isChanged && time >= this.#heldUntil && time - this.#sortedAt >= (this.#store.items.size > 2000 ? 1000 : 100)))
      this.#arrange(time);
    else if (isChanged)
      this.windowed.draw();
    this.#ages();
  }

  #arrange(time) {
    const matches = this.#matcher(), counts = {}, order = [], [column, isReverse] = this.#sort();
    const of = ORDERS[column], turn = isReverse === (column === 'last') ? 1 : -1;
    for (const item of this.#store.items.values()) {
      counts[item.row.state] = (counts[item.row.state] ?? 0) + 1;
      if (!matches(item.row))
        continue;
      item.by = of(item.row);
      item.rank = rank(item.row);
      order.push(item);
    }
    // equal ones: the newest device first, so that the one just switched on stands on top
    order.sort((a, b) => (a.by < b.by ? -turn : a.by > b.by ? turn : a.rank - b.rank || b.row.number - a.row.number));
    this.#order = order;
    this.#version = this.#store.version;
    this.#sortedAt = time;
    this.#isStale = false;
    this.windowed.set(order);
    for (const button of $('states').children)
      say(button.querySelector('.figure'), count(counts[button.dataset.state]));
    this.#empty();
  }

  #matcher() {
    const words = address.get('q').toLowerCase().split(/\s+/).filter(Boolean);
    const [state, protocol, port, finding] = ['state', ...FILTERS].map(address.get);
    return (row) => (!state || row.state === state) && (!protocol || row.protocol === protocol) && (!port || String(row.port) === port) &&
      (!finding || codes(row).includes(finding)) && words.every((word) => haystack(row).includes(word));
  }

  #filterWords() {
    return kids([address.get('q') && `“${plain(address.get('q'))}”`, plain(address.get('state')), FILTERS.map((name) => address.get(name) && `${name} ${plain(address.get(name))}`)]).join(', ');
  }

  #fill(tr, row) {
    for (const cell of tr.cells) {
      const [draw, from] = CELLS[cell.className], said = `${from(row)}`;
      if (cell.said !== said || said === '')
        cell.replaceChildren(...kids([draw(row)]));
      cell.said = said;
    }
    tr.classList.toggle('has-next', isTall(row));
  }

  // Seconds pass without any message.
  #ages() {
    for (const tr of this.windowed.drawn()) {
      const row = tr.shownRow, [, , , , location, last] = tr.cells;
      say(last, age(row.last) || '–');
      last.title = row.last ?? '';
      const words = location.firstChild;
      if (words?.localName === 'span')
        say(words, locationWords(row));
      else if (row.fix_arrived)
        say(location.lastChild, ` ${age(row.fix_arrived)}`);
    }
  }

  #foot() {
    const { first, last } = this.windowed.sight, all = this.#store.items.size, shown = this.#order.length, filter = this.#filterWords();
    const fresh = filter ? 0 : all - shown;
    say($('device-foot'), kids([shown > 0 && (last > first ? `${count(first + 1)}–${count(last)} of ${count(shown)}` : count(shown)), filter && `${count(shown)} of ${count(all)} match ${filter}`, fresh > 0 && `${count(fresh)} new, in a moment`]).join(' · '));
    say($('device-count'), this.#store.isReady ? count(all) : '…');
  }

  #empty() {
    const box = $('device-empty'), all = this.#store.items.size;
    $('device-table').hidden = this.#order.length === 0;
    box.hidden = this.#order.length > 0;
    if (box.hidden)
      return;
    if (all > 0)
      box.replaceChildren(h('p.lead', `None of ${several(all, 'device')} matches ${this.#filterWords()}.`), h('button', { onclick: () => this.clear() }, 'Show all'));
    else if (!this.#store.isReady)
      box.replaceChildren(h('p.lead', 'Asking the daemon which devices there are…'));
    else
      box.replaceChildren(h('p.lead', 'No device has sent anything yet.'),
        h('p', 'Set a tracker to this server’s public address and to the port of its protocol, or switch it off and on.'),
        h('p', 'No tracker at hand? ', h('code', 'hexwatch demo 127.0.0.1'), ' in another terminal of this host plays some.'));
  }

  clear() {
    $('search').value = '';
    address.set({ q: '', state: '', protocol: '', port: '', finding: '' });
  }
}
