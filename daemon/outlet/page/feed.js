// SPDX-License-Identifier: Apache-2.0
// The live messages, the newest on top. It freezes by itself as soon as somebody reads, and says what came meanwhile.

import * as address from './address.js';
import { bytesOf, isMostlyText, textOf } from './explain.js';
import { Windowed } from './windowed.js';
import { $, badge, bdi, clock, count, fullTime, h, hasPlace, kids, muted, plain, rem, say, several, short } from './words.js';

const MOST = 1000; // messages that are kept
const FILTERS = ['device', 'port', 'protocol', 'finding'];
const SHOWN = 480; // digits of HEX in a row: more than a wide screen has room for
const BEFORE = 50; // messages from before the page was opened
const OVERLAP = 5000; // ms
const WINDOW = 5; // seconds over which the share that is shown is told

let serial = 0;
const itemOf = (row) => ({ key: `m${++serial}`, row });

// "login", "3 × position", "tls"
export function typeOf(row) {
  if (row.direction === 'out')
    return 'answer';
  const types = (row.messages ?? []).map((message) => plain(message.type)).filter((type) => type && type !== 'unknown');
  if (types.length < 2)
    return types[0] ?? plain(row.kind ?? (row.protocol ? '' : 'unknown bytes'));
  return types.every((type) => type === types[0]) ? `${types.length} × ${types[0]}` : `${types[0]} +${types.length - 1}`;
}

export function verdictOf(row) {
  if (row.direction === 'out')
    return '';
  if (row.verdict === 'wrong-port')
    return badge('problem', row.right_port ? `port ${row.right_port}` : 'wrong port');
  if (row.verdict === 'wrong-transport')
    return badge('problem', row.transport === 'udp' ? 'use TCP' : 'use UDP');
  if (row.verdict === 'not-a-tracker')
    return badge('unknown', 'no tracker');
  if (row.verdict === 'unidentified' || row.certainty === 'none')
    return badge('unknown', 'unidentified');
  if (row.location === 'valid' && hasPlace(row) && Math.abs(row.lat) < 1e-6 && Math.abs(row.lon) < 1e-6)
    return badge('problem', 'at 0,0');
  return row.location === 'invalid' ? badge('waiting', 'no fix') : badge('ok', row.location === 'valid' ? 'fix' : 'ok');
}

const pickOf = (row) => (row.hex ? `message:${row.transport}:${row.port}:${row.hex}` : '');
const sameAs = (row) => `${row.time} ${row.flow} ${row.direction}`;

export class Feed {
  #all = []; // newest first
  #shown = [];
  #held = []; // came while frozen, newest first
  #heldCount = 0;
  #isFrozen = false;
  #isByHand = false;
  #recent = []; // [time, shown, skipped]
  #filterBefore = '{}';
  #isNarrow = false;
  #timer = 0;
  #own = null; // EventSource
  #overlapEnd = 0; // until then the stream may bring what was fetched

  // devices: hasFinding(message, code), isWhole(id)
  constructor(devices, choose) {
    this.devices = devices;
    this.choose = choose;
    const table = $('feed-table');
    this.box = table.parentElement;
    this.windowed = new Windowed({
      table, columns: 6,
      choose: (key) => this.#pick(key),
      make: () => h('tr', { role: 'row' }),
      height: (item) => (this.#isNarrow && !item.row.gap ? 3.5 : 1.75),
      fill: (tr, row) => this.#fill(tr, row),
    });
    // where the columns have no room, a message takes two lines
    new ResizeObserver(() => {
      this.#isNarrow = this.box.clientWidth < 40 * rem();
      table.classList.toggle('cards', this.#isNarrow);
      this.windowed.set(this.#shown);
      requestAnimationFrame(() => this.windowed.reveal(this.windowed.chosen));
    }).observe(this.box);
    document.addEventListener('scroll', (event) => this.#onScroll(event.target), { capture: true, passive: true });
    document.addEventListener('selectionchange', () => !getSelection().isCollapsed && this.box.contains(getSelection().anchorNode) && this.freeze());
    $('feed-freeze').addEventListener('click', () => this.toggle());
    $('feed-live').addEventListener('click', () => this.goLive());
    $('feed-clear').addEventListener('click', () => this.clear());
    for (const name of FILTERS)
      $(`m-${name}`).addEventListener('input', (event) => address.set({ [`m.${name}`]: event.target.value.trim() }));
    document.addEventListener('visibilitychange', () => this.#listen());
    address.onChange(() => this.#onAddress());
    this.#arrange([]);
    this.#onAddress();
    if (this.#filterBefore === '{}')
      this.#fetchLatest();
  }

  // ---- what comes ----

  // From the tab's stream, which shows a part of many messages; those of a filter come on one of their own.
  hear(data) {
    if (!this.#own)
      this.take(data);
  }


  take({ rows = [], skipped = 0 }) {
    const known = this.#own || Date.now() < this.#overlapEnd ? new Set(this.#all.slice(0, 300).map((item) => sameAs(item.row))) : new Set();
    const items = rows.filter((row) => !known.has(sameAs(row))).map(itemOf).reverse(), matching = items.filter((item) => this.#matches(item));
    this.#recent.push([Date.now(), rows.length, skipped]);
    if (this.#isFrozen) {
      this.#held = [...items, ...this.#held].slice(0, MOST);
      this.#heldCount += matching.length;
    } else {
      this.#all = [...items, ...this.#all].slice(0, MOST);
      if (matching.length > 0)
        this.#arrange([...matching, ...this.#shown].slice(0, MOST));
    }
    this.tick();
  }

  // Nothing is known of a time in which nothing came.
  gap({ from, to }) {
    this.take({ rows: [{ gap: `${clock(from)} to ${clock(to)} was not seen here: the connection was lost, or too slow` }] });
  }

  tick() {
    this.#recent = this.#recent.filter(([time]) => time >= Date.now() - WINDOW * 1000);
    const [came, skipped] = [1, 2].map((i) => this.#recent.reduce((sum, one) => sum + one[i], 0));
    const [shown, all] = [came, came + skipped].map((sum) => Math.round(sum / WINDOW));
    // few that had no room: a rate would say that all are shown
    const share = shown < all ? `showing ${count(shown)} of ${count(all)} a second` : `${count(skipped)} of ${count(came + skipped)} left out in ${WINDOW} s`;
    say($('feed-rate'), skipped > 0 ? share : came > 0 ? 'all shown' : '');
    $('feed-live').hidden = !this.#isFrozen;
    say($('feed-live'), `${count(this.#heldCount)} new, go live`);
    say($('feed-freeze'), this.#isFrozen ? 'Frozen' : 'Freeze');
    $('feed-freeze').setAttribute('aria-pressed', this.#isFrozen);
    $('feed').classList.toggle('frozen', this.#isFrozen);
  }

  // ---- frozen or live ----

  freeze(isByHand = false) {
    this.#isByHand ||= isByHand;
    this.#isFrozen = true;
    this.tick();
  }

  toggle() {
    if (this.#isFrozen)
      this.goLive();
    else
      this.freeze(true);
  }

  goLive() {
    this.#isFrozen = this.#isByHand = false;
    this.#all = [...this.#held, ...this.#all].slice(0, MOST);
    this.#held = [];
    this.#heldCount = 0;
    this.box.scrollTop = 0;
    if (this.box.getBoundingClientRect().top < 0)
      $('feed').scrollIntoView();
    this.#refilter();
    this.tick();
  }

  #onScroll(target) {
    if (this.box.offsetParent === null || (target !== document && target !== this.box) || this.#shown.length === 0)
      return;
    if (this.box.scrollTop > 4 || this.box.getBoundingClientRect().top < -24)
      this.freeze();
    else if (this.#isFrozen && !this.#isByHand && getSelection().isCollapsed && !address.get('pick').startsWith('message:'))
      this.goLive();
  }

  // ---- filters ----

  #filter() {
    return Object.fromEntries(FILTERS.map((name) => [name, address.get(`m.${name}`)]).filter(([, value]) => value));
  }

  #matches({ row }) {
    const { device, port, protocol, finding } = this.#filter();
    return row.gap !== undefined || ((!device || (row.device ?? '').includes(device)) && (!port || String(row.port) === port) && (!protocol || row.protocol === protocol) &&
      (!finding || row.verdict === finding || this.devices.hasFinding(row, finding)));
  }

  #refilter() {
    this.#arrange(this.#all.filter((item) => this.#matches(item)));
  }

  #onAddress() {
    for (const name of FILTERS) {
      if (document.activeElement !== $(`m-${name}`))
        $(`m-${name}`).value = address.get(`m.${name}`);
    }
    const filter = JSON.stringify(this.#filter()), pick = address.get('pick');
    $('feed-clear').hidden = filter === '{}';
    this.windowed.chosen = this.#shown.find(({ row }) => pick !== '' && pickOf(row) === pick)?.key ?? '';
    this.windowed.draw();
    if (filter === this.#filterBefore)
      return;
    this.#filterBefore = filter;
    this.#refilter();
    this.#listen();
  }

  // Once nobody is typing: what the daemon still has of the filter's messages, and all that come.
  #listen() {
    this.#own?.close();
    this.#own = null;
    clearTimeout(this.#timer);
    if (this.#filterBefore !== '{}' && !document.hidden)
      this.#timer = setTimeout(() => this.#fetchOlder(this.#filterBefore), 300);
  }

  // What came just before the page was opened: who opens it after the device has sent sees that.
  async #fetchLatest() {
    const response = await fetch(`api/messages?last=${BEFORE}`).catch(() => null);
    const rows = response?.ok ? await response.json().catch(() => []) : [];
    const known = new Set([...this.#all, ...this.#held].map((item) => sameAs(item.row)));
    this.#overlapEnd = Date.now() + OVERLAP;
    this.#all = [...this.#all, ...rows.filter((row) => row.event === 'message' && !known.has(sameAs(row))).map(itemOf)].sort((a, b) => (a.row.time < b.row.time ? 1 : -1)).slice(0, MOST);
    if (rows.length > 0)
      this.#refilter();
  }

  async #fetchOlder(asked) {
    const filter = this.#filter();
    if (filter.device && !this.devices.isWhole(filter.device))
      delete filter.device;
    const query = new URLSearchParams(filter);
    const response = await fetch(`api/messages?last=200&${query}`).catch(() => null);
    if (!response?.ok || asked !== this.#filterBefore)
      return;
    this.#own = new EventSource(`events?only=messages&${query}`);
    this.#own.addEventListener('messages', (event) => this.take(JSON.parse(event.data)));
    const known = new Set(this.#all.map((item) => sameAs(item.row)));
    const older = (await response.json()).filter((row) => row.event === 'message' && !known.has(sameAs(row)));
    this.#all = [...this.#all, ...older.map(itemOf)].sort((a, b) => (a.row.time < b.row.time ? 1 : -1)).slice(0, MOST);
    this.#refilter();
  }

  clear() {
    document.activeElement.blur();
    address.set(Object.fromEntries(FILTERS.map((name) => [`m.${name}`, ''])));
  }

  // ---- drawing ----

  #arrange(items) {
    this.#shown = items;
    this.windowed.set(items);
    $('feed-table').hidden = items.length === 0;
    $('feed-empty').hidden = items.length > 0;
    const words = Object.entries(this.#filter()).map((pair) => plain(pair.join(' '))).join(', ');
    say($('feed-empty'), words ? `No message of ${words} yet, of ${several(this.#all.length, 'message')} kept here. New ones appear by themselves.` : 'No message yet. As soon as a device sends, its bytes appear here.');
  }

  #fill(tr, row) {
    const isOut = row.direction === 'out';
    tr.className = row.gap ? 'gap' : isOut ? 'out' : '';
    if (row.gap) {
      tr.replaceChildren(h('td', { colspan: 6 }, `– ${row.gap} –`));
      return;
    }
    const hex = (row.hex ?? '').slice(0, SHOWN), bytes = bytesOf(hex), more = hex.length < (row.hex ?? '').length ? '…' : '';
    const cells = {
      time: clock(row.time),
      port: `${row.transport === 'udp' ? 'udp ' : ''}${row.port}`,
      device: row.device ? bdi(short(row.device, 18), '.id') : bdi(plain(row.peer), '.muted'),
      what: [muted(isOut ? '> ' : '< '), `${plain(row.protocol)} ${typeOf(row)}`],
      verdict: verdictOf(row),
      hex: bdi((isMostlyText(bytes, 1) ? textOf(bytes) : hex) + more),
    };
    tr.replaceChildren(...Object.entries(cells).map(([name, parts]) => h(`td.${name}`, { role: 'cell' }, kids([parts]))));
    tr.title = `${fullTime(row.time)}, ${isOut ? 'sent to' : 'from'} ${plain(row.peer)}`;
  }

  #pick(key) {
    const { row } = this.#shown.find((item) => item.key === key);
    if (row.gap)
      return;
    this.freeze();
    this.choose(pickOf(row), row);
    this.windowed.chosen = key;
    this.windowed.draw();
  }
}
