// SPDX-License-Identifier: Apache-2.0
// Small things that every part of the page uses: elements made without markup, text from devices made harmless, ages, numbers.

export const MARK = { ok: '+', waiting: '~', problem: '!', unknown: '?' };
export const RANK = { problem: 0, unknown: 1, waiting: 2, ok: 3 };
export const $ = (id) => document.getElementById(id);
export const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

// Characters by which a sender could hide, turn round or break what stands around them: controls, zero widths, marks of
// direction, line separators, tags, halves of pairs.
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\u{e0000}-\u{e0fff}]|\p{Cs}/gu;

// What somebody else wrote, with every such character as its number: \u{202e}.
export const plain = (text) => String(text ?? '').replace(UNSEEN, (sign) => `\\u{${sign.codePointAt(0).toString(16)}}`);

// Ids can be long: both ends tell them apart, the whole stands in the details.
export function short(text, most = 24) {
  const clean = plain(text);
  return clean.length <= most ? clean : `${clean.slice(0, most - 11)}…${clean.slice(-10)}`;
}

// h('p.muted.note', {title: …, onclick: …}, children…): an element. Strings become text, never markup; what is no element and no
// text is left out.
export function h(what, ...rest) {
  const [name, ...classes] = what.split('.');
  const made = /^(svg|path)$/.test(name) ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
  const of = rest[0]?.constructor === Object ? rest.shift() : {};
  if (classes.length)
    made.setAttribute('class', classes.join(' '));
  if (name === 'button')
    made.type = 'button';
  for (const [key, value] of Object.entries(of)) {
    if (typeof value === 'function')
      made.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== null)
      made.setAttribute(key, value);
  }
  made.append(...kids(rest));
  return made;
}
export const kids = (list) => list.flat(9).filter((one) => one !== '' && one !== undefined && one !== null && one !== false);
export const muted = (text) => h('span.muted', text);
export const bdi = (text, of = '') => h(`bdi${of}`, text);

// Sets text only where it differs: what is selected or read aloud is left alone.
export function say(element, text) {
  if (element.textContent !== text)
    element.textContent = text;
}

// A state as people see it: mark, word and colour together.
export function badge(state, word = state) {
  const known = MARK[state] ? state : 'unknown';
  return h(`span.badge.${known}`, h('span.mark', { 'aria-hidden': true }, MARK[known]), ` ${plain(word)}`);
}

// ---- time: the server's clock counts, not the browser's ----

let ahead = 0;
export const setClock = (text) => (ahead = Date.parse(text) - Date.now() || 0);
export const now = () => Date.now() + ahead;

// 2s 6m 3h 2d, as everywhere in hexwatch.
export function age(since) {
  const seconds = Math.max(0, Math.floor((now() - Date.parse(since)) / 1000));
  const [unit, of] = seconds < 60 ? ['s', 1] : seconds < 3600 ? ['m', 60] : seconds < 172800 ? ['h', 3600] : ['d', 86400];
  return Number.isNaN(seconds) ? '' : Math.floor(seconds / of) + unit;
}

export const clock = (text) => new Date(text).toLocaleTimeString('en-GB');
export const fullTime = (text) => `${new Date(text).toLocaleDateString('sv')} ${clock(text)}`;

const counted = new Intl.NumberFormat('en-US');
export const count = (number) => counted.format(number ?? 0);
export const several = (number, word) => `${count(number)} ${word}${number === 1 ? '' : 's'}`;
export const hasPlace = (row) => typeof row.lat === 'number' && typeof row.lon === 'number';

// Opened only when somebody clicks it; the map's owner learns no address of this page.
export function mapLink(row) {
  const [lat, lon] = [row.lat.toFixed(5), row.lon.toFixed(5)];
  return h('a.place', { target: '_blank', rel: 'noreferrer noopener', title: 'Opens openstreetmap.org in a new tab',
    href: `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=15/${lat}/${lon}` }, `${row.lat.toFixed(4)} ${row.lon.toFixed(4)}`);
}

// Messages of each of the last ten minutes.
export function chart(row) {
  const counts = row.chart ?? [];
  const most = Math.max(1, ...counts);
  const bars = counts.map((number, i) => {
    const height = number ? Math.max(2, Math.round((number / most) * 16)) : 0.5;
    return `M${i * 6} ${16 - height}h4v${height}h-4z`;
  });
  return h('svg.chart', { viewBox: '0 0 60 16', role: 'img', 'aria-label': `${row.rate} a minute; the last ten: ${counts}` }, h('path', { d: bars.join('') }));
}

export const copyButton = (text, words) => h('button.small', {
  onclick: async ({ currentTarget: button }) => {
    const isDone = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    button.textContent = isDone ? 'copied' : 'select it, press Ctrl-C';
    setTimeout(() => (button.textContent = words), 1500);
  },
}, words);
