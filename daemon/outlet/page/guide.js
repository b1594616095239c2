// SPDX-License-Identifier: Apache-2.0
// The answer on top, the guide's six points, and the findings: what the server says, in its words.

import * as address from './address.js';
import { $, age, badge, bdi, clock, count, h, muted, now, plain, say, several, short } from './words.js';

const MOST = 100; // findings that are drawn

// The same marks as on a terminal: what needs doing, what needs time, what is only told.
const stateOf = (row) => (row.severity === 'problem' ? 'problem' : ['unidentified', 'not-a-tracker'].includes(row.code) ? 'unknown' : 'waiting');
export const subjectOf = (row) => (row.device ? short(row.device) : row.port ? `${row.transport} ${row.port}` : plain(row.peer));
const next = (text) => text && h('p.next', h('span.next-word', 'Next: '), plain(text));

// "Yes, …" stands alone; what follows counts on here while no message comes. Lost: what was true is no answer any more.
export function drawAnswer(status, isLost) {
  const words = plain(status.answer), [first, ...more] = words.split(/(?<=\.) /), last = status.last_message;
  const isYes = first.startsWith('Yes') && last;
  $('answer').dataset.state = isLost ? 'unknown' : status.receiving;
  say($('answer-first'), isLost ? 'Not known now.' : first);
  say($('answer-rest'), isLost ? `At ${clock(status.time)} it was: ${words}` : !isYes ? more.join(' ')
    : `Last message ${now() - Date.parse(last) < 2000 ? 'just now' : `${age(last)} ago`}, ${count(status.rate)} a minute.`);
}

let drawnPoints = '';

export function drawGuide(points) {
  const said = JSON.stringify(points);
  if (said === drawnPoints)
    return;
  drawnPoints = said;
  $('guide').replaceChildren(...points.map((point) => h(`li.point.${plain(point.state)}`,
    h('div.point-head', muted(point.point), h('span.point-title', plain(point.title)), badge(point.state)), h('p.facts', { title: plain(point.facts) }, plain(point.facts)), next(point.next) || '')));
  const wrong = points.filter((point) => point.state === 'problem').length;
  say($('guide-badge'), wrong ? `${wrong}!` : '');
}

// As it stands in the list and in the details.
export const drawFinding = (row, subject, seen) => h(`${subject ? 'li' : 'div'}.finding.${stateOf(row)}`, h('div.finding-head', badge(stateOf(row), row.code), subject ?? ''),
  h('p.facts', plain(row.text)), next(row.advice) || '', seen ?? '');

const RANKS = { problem: 0, warning: 1 };
// by what does not change from second to second: the list stands still
const order = (a, b) => (RANKS[a.severity] ?? 2) - (RANKS[b.severity] ?? 2) || b.number - a.number;

export class Findings {
  #store;
  #choose;
  #version = -1;
  #drawn = new Map(); // number → element

  constructor(store, choose) {
    this.#store = store;
    this.#choose = choose;
    $('findings').addEventListener('keydown', (event) => this.#key(event));
  }

  draw() {
    if (this.#version !== this.#store.version) {
      this.#version = this.#store.version;
      this.#list();
    }
    for (const seen of $('findings').querySelectorAll('.seen'))
      say(seen, `seen ${several(seen.finding.count ?? 1, 'time')}, last ${age(seen.finding.last ?? seen.finding.time)} ago`);
  }

  // What only counts on stays where it is, and so does the keyboard.
  #of(row) {
    const words = [row.code, row.severity, row.text, row.advice, row.device, row.port].join('\n'), known = this.#drawn.get(row.number);
    const one = known?.words === words ? known : Object.assign(this.#one(row), { words });
    one.querySelector('.seen').finding = row;
    return [row.number, one];
  }

  #one(row) {
    const seen = h('p.muted.seen');
    const open = () => (row.device ? this.#choose(row)
      : address.set({ view: 'feed', pick: '', 'm.finding': row.code, 'm.port': row.port && String(row.port), 'm.device': '', 'm.protocol': '' }, true));
    return drawFinding(row, h('button.link.subject', { title: row.device ? 'Show this device' : 'Show its messages', onclick: open }, bdi(subjectOf(row))), seen);
  }

  #list() {
    const open = this.#store.rows.filter((row) => row.state !== 'cleared').sort(order), list = $('findings');
    this.#drawn = new Map(open.slice(0, MOST).map((row) => this.#of(row)));
    const wanted = [...this.#drawn.values()];
    if (open.length > MOST)
      wanted.push(h('li.muted', `+${count(open.length - MOST)} more: filter the devices by finding`));
    if (open.length === 0)
      wanted.push(h('li.muted', this.#store.isReady ? 'None is open.' : '…'));
    // those that stay are not touched, so that the keyboard and a selection stay where they are
    const isHere = list.contains(document.activeElement), stays = new Set(wanted);
    [...list.children].filter((one) => !stays.has(one)).forEach((one) => one.remove());
    wanted.forEach((one, i) => list.children[i] !== one && list.insertBefore(one, list.children[i] ?? null));
    this.#stop(list.querySelector('.subject[tabindex="0"]') ?? list.querySelector('.subject'));
    if (isHere && !list.contains(document.activeElement))
      list.querySelector('.subject')?.focus();
    say($('finding-count'), this.#store.isReady ? count(open.length) : '…');
  }

  // Only one of them is a stop of the Tab key, however many there are; the arrows move.
  #stop(button) {
    for (const other of $('findings').querySelectorAll('.subject'))
      other.tabIndex = other === button ? 0 : -1;
  }

  #key(event) {
    const all = [...$('findings').querySelectorAll('.subject')], at = all.indexOf(document.activeElement);
    const next = all[{ ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: all.length - 1 }[event.key]];
    if (at < 0 || !next || event.ctrlKey || event.metaKey || event.altKey)
      return;
    event.preventDefault();
    this.#stop(next);
    next.focus();
  }
}
