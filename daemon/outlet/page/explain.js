// SPDX-License-Identifier: Apache-2.0
// A message's bytes with its fields marked: colour and letter say which, and each leads to the other.
// Gets {hex, fields, unexplained} as the server's /api/identify tells it.

import { MARK, badge, bdi, copyButton, count, h, kids, muted, plain, several } from './words.js';

const MOST = 4096; // bytes that are drawn; the rest is counted

const KINDS = [
  ['id', /^(device|imei|id|identifier|serial number|phone)$/i],
  ['time', /time|date|clock/i],
  ['place', /lat|lon|place|hemisphere|coordinate|position/i],
  ['state', /fix|valid|gpsstat|check|crc/i],
];

// Fix and check value take their state's colour; the others their kind's.
function classOf(field) {
  const [kind] = KINDS.find(([, names]) => names.test(field.name)) ?? ['other'];
  return kind === 'state' ? `state-${field.state in MARK ? field.state : 'unknown'}` : `kind-${kind}`;
}

function letterOf(index) {
  const letter = String.fromCharCode(97 + (index % 26));
  return index < 26 ? letter : letterOf(Math.floor(index / 26) - 1) + letter;
}

export const bytesOf = (hex) => (hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
const hexOf = (number, width = 2) => number.toString(16).padStart(width, '0');
const isText = (byte) => byte >= 0x20 && byte < 0x7f;
const escaped = (byte) => (isText(byte) ? String.fromCharCode(byte) : { 13: '\\r', 10: '\\n', 9: '\\t' }[byte] ?? `\\x${hexOf(byte)}`);
export const textOf = (bytes) => bytes.map(escaped).join('');
// \r and \n may be among it
export const isMostlyText = (bytes, share = 0.9) => bytes.length > 0 && bytes.filter((byte) => isText(byte) || [9, 10, 13].includes(byte)).length >= bytes.length * share;

function drawLine(bytes, start, width, view) {
  const part = bytes.slice(start, start + width);
  const cells = part.map((byte, i) => {
    const at = start + i, owner = view.owners[at], field = view.fields[owner];
    const isFirst = field && (i === 0 || view.owners[at - 1] !== owner), isLast = field && view.owners[at + 1] !== owner;
    const names = ['span.byte', field ? `${classOf(field)}.marked` : 'plain', isFirst && 'first', isLast && 'last', !view.asText && i % 8 === 0 && i > 0 && 'gap'];
    return h(kids(names).join('.'), { 'data-field': field && owner, 'data-byte': at, title: `byte ${at}: ${hexOf(byte)}, ${field ? plain(field.name) : 'not explained'}` },
      h('span.value', !view.asText ? hexOf(byte) : byte === 0x20 ? '␣' : isText(byte) ? String.fromCharCode(byte) : '·'),
      h('span.letter', isFirst ? letterOf(owner) : ''));
  });
  return h('div.line', h('span.offset', hexOf(start, 4)), h('span.bytes', cells), !view.asText && h('span.ascii', part.map((byte) => (isText(byte) ? String.fromCharCode(byte) : '.')).join('')));
}

function drawBytes(bytes, view) {
  const width = (view.asText ? 2 : 1) * (view.isNarrow ? 8 : 16), shown = bytes.slice(0, MOST), lines = [];
  for (let start = 0; start < shown.length; start += width)
    lines.push(drawLine(shown, start, width, view));
  if (bytes.length > MOST)
    lines.push(h('p.muted', `+${count(bytes.length - MOST)} bytes are not drawn; “copy HEX” has them all`));
  return lines;
}

const drawField = (field, index) => h('tr', { 'data-field': index, tabindex: 0 },
  h('td.letter-cell', h(`span.swatch.${classOf(field)}`, letterOf(index))),
  h('th', { scope: 'row' }, plain(field.name)),
  h('td.value-cell', bdi(plain(field.value)), field.state in MARK && field.state !== 'ok' && [' ', badge(field.state)]),
  h('td.where', `${field.offset} +${field.length}`));

// Hovering or focusing shows the pair, a click keeps it.
function link(box) {
  let pinned = null;
  const mark = (field) => box.querySelectorAll('[data-field]').forEach((part) => part.classList.toggle('hot', part.dataset.field === field));
  const fieldOf = (event) => event.target.closest?.('[data-field]')?.dataset.field;
  for (const name of ['pointerover', 'focusin'])
    box.addEventListener(name, (event) => mark(fieldOf(event) ?? pinned));
  for (const name of ['pointerleave', 'focusout'])
    box.addEventListener(name, () => mark(pinned));
  box.addEventListener('click', (event) => {
    const field = fieldOf(event);
    if (field === undefined)
      return;
    pinned = pinned === field ? null : field;
    mark(pinned);
    if (event.target.closest('.byte'))
      box.querySelector(`tr[data-field="${field}"]`).scrollIntoView({ block: 'nearest' });
  });
  box.addEventListener('keydown', (event) => {
    const row = event.target.closest('tr[data-field]');
    const next = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling }[event.key];
    if (!next)
      return;
    event.preventDefault();
    next.focus();
  });
}

// The whole explanation of one message.
export function drawExplained({ hex = '', fields = [], unexplained = [] }, isNarrow = false) {
  const bytes = bytesOf(hex), sorted = [...fields].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const view = { fields: sorted, owners: [], asText: isMostlyText(bytes), isNarrow };
  // the shortest counts where fields overlap
  [...sorted.keys()].sort((a, b) => sorted[b].length - sorted[a].length).forEach((index) => {
    for (let i = 0; i < sorted[index].length; i++)
      view.owners[sorted[index].offset + i] = index;
  });
  const dump = h('div.dump', { 'aria-hidden': true });
  const turn = h('button.small', { onclick: () => draw((view.asText = !view.asText)) });
  const draw = () => {
    dump.replaceChildren(...drawBytes(bytes, view));
    turn.textContent = view.asText ? 'as HEX' : 'as text';
  };
  draw();
  const left = unexplained.reduce((sum, part) => sum + part.length, 0);
  const box = h('div.explained', h('div.tools', muted(several(bytes.length, 'byte')), turn, copyButton(hex, 'copy HEX'), copyButton(textOf(bytes), 'copy text')), dump,
    fields.length > 0 && h('table.fields', h('caption.hidden-words', 'Fields of the message'),
      h('thead.hidden-words', h('tr', ['Letter', 'Field', 'Value', 'Offset and length'].map((title) => h('th', { scope: 'col' }, title)))), h('tbody', sorted.map(drawField))),
    h('p.muted.note', fields.length === 0 ? 'No field of this message is explained: its protocol is not known, or it carries nothing that hexwatch reads.'
      : left === 0 ? 'All bytes are explained.' : `${count(left)} of ${several(bytes.length, 'byte')} are not explained (dotted): no field that hexwatch reads.`));
  link(box);
  return box;
}

// One message or a paste, judged by the server; rejects with a sentence.
export async function identify(paste) {
  const response = await fetch('api/identify', { method: 'POST', body: paste, headers: { 'Content-Type': 'text/plain' } }).catch(() => null);
  const answer = await response?.text();
  if (!response?.ok)
    throw new Error(answer?.trim().slice(0, 300) || 'The daemon does not answer. Is it running?');
  return JSON.parse(answer);
}
