// SPDX-License-Identifier: Apache-2.0
// Puts the page together: the stream feeds the stores, the stores feed the panels; views, keys, theme, what is read aloud.

import * as address from './address.js';
import { Detail } from './detail.js';
import { Devices } from './devices.js';
import { Feed } from './feed.js';
import { Findings, drawAnswer, drawGuide, subjectOf } from './guide.js';
import { startPaste } from './paste.js';
import { Ports } from './ports.js';
import { Store } from './store.js';
import { Stream } from './stream.js';
import { Where } from './where.js';
import { $, clock, h, plain, say, setClock } from './words.js';

const VIEWS = ['devices', 'feed', 'ports', 'where', 'paste', 'guide'];
const QUIET = 10000; // ms between two sentences that are read aloud

const stores = { devices: new Store(), findings: new Store(), ports: new Store(), portRows: (number) => ports.rowsOf(number) };
let status = null;

// ---- choosing ----

const detail = new Detail(stores);
const chooseDevice = (key) => detail.open(`device:${key}`);
const devices = new Devices(stores.devices, chooseDevice);
const ports = new Ports(stores.ports, (number) => detail.open(`port:${number}`));
const where = new Where(stores.devices, chooseDevice);
const keyOf = (id) => [...stores.devices.items.values()].find((item) => item.row.device === id)?.key;
const isAbout = (finding, message) => (finding.device ? finding.device === message.device : finding.peer === message.peer);
const feed = new Feed({
  hasFinding: (message, code) => stores.findings.rows.some((row) => row.code === code && row.state !== 'cleared' && isAbout(row, message)),
  isWhole: keyOf,
}, (pick, row) => detail.open(pick, row));
const findings = new Findings(stores.findings, (row) => (keyOf(row.device) ? chooseDevice(keyOf(row.device)) : address.set({ view: '', q: row.device }, true)));

const view = () => (VIEWS.includes(address.get('view')) ? address.get('view') : 'devices');

function onAddress() {
  document.body.dataset.view = view();
  for (const link of $('views').children) {
    if (link.dataset.view === view())
      link.setAttribute('aria-current', 'page');
    else
      link.removeAttribute('aria-current');
  }
  const [kind, key] = address.get('pick').split(':');
  devices.windowed.chosen = where.chosen = kind === 'device' ? key : '';
  devices.windowed.draw();
  feed.windowed.draw();
  draw();
}

function goTo(name) {
  if (name === view())
    return;
  address.set({ view: name === 'devices' ? '' : name, pick: '' }, true);
  scrollTo(0, 0);
}

// ---- drawing: at the next frame after something came, and once a second ----

let isAsked = false;

function draw() {
  if (isAsked)
    return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    if (status)
      drawAnswer(status, stream.lostSince > 0);
    devices.tick();
    findings.draw();
    ports.draw(view() === 'ports');
    where.draw(view() === 'where');
    detail.draw();
  });
}

// ---- read aloud: rarely, and only what matters ----

let sentences = [], saidAt = 0, timer = 0;

function aloud(sentence) {
  sentences.push(sentence);
  clearTimeout(timer);
  timer = setTimeout(() => {
    const last = sentences.pop();
    $('aloud').textContent = sentences.length > 0 ? `${last} And ${sentences.length} more.` : last;
    sentences = [];
    saidAt = Date.now();
  }, Math.max(0, saidAt + QUIET - Date.now()));
}

// ---- what comes ----

function hearFinding(row, before) {
  const isOpen = row.state !== 'cleared', wasOpen = before !== undefined && before.state !== 'cleared';
  if (stores.findings.isReady && isOpen !== wasOpen)
    aloud(`${row.code} ${subjectOf(row)}: ${isOpen ? plain(row.advice || row.text) : 'over.'}`);
}

function hear(store, each) {
  return (data) => {
    store.take(data, each);
    draw();
  };
}

const stream = new Stream({
  status(data) {
    status = data;
    setClock(data.now ?? data.time);
    say($('host'), plain(data.host));
    say($('version'), `hexwatch ${plain(data.version)}`);
    document.title = `${data.devices.problem ? `(${data.devices.problem}!) ` : ''}hexwatch ${plain(data.host)}`;
    drawGuide(data.points);
    say($('lost'), Object.entries(data.lost ?? {}).filter(([, number]) => number > 0).map(([name, number]) => `${plain(name)}: ${number}`).join(', '));
    draw();
  },
  devices: hear(stores.devices),
  findings: hear(stores.findings, hearFinding),
  ports: hear(stores.ports),
  messages: (data) => feed.hear(data),
  gap: (data) => feed.gap(data),
}, onLink);

// ---- the connection ----

let wasLost = false;

function onLink() {
  const isLost = stream.lostSince > 0;
  if (isLost !== wasLost)
    aloud(isLost ? 'The connection to the daemon is lost.' : 'The connection is back.');
  wasLost = isLost;
  if (isLost)
    [stores.devices, stores.findings, stores.ports].forEach((store) => store.forgetHalf());
  drawLink();
  draw();
}

function drawLink() {
  const isLost = stream.lostSince > 0, [state, mark, word] = isLost ? ['problem', '!', 'LOST'] : stream.heard ? ['ok', '+', 'LIVE'] : ['waiting', '~', 'connecting'];
  document.body.classList.toggle('lost', isLost);
  $('lost-bar').hidden = !isLost;
  $('live').className = `badge ${state}`;
  say($('live-mark'), mark);
  say($('live-word'), word);
  const wait = Math.ceil((stream.nextTry - Date.now()) / 1000);
  if (isLost)
    say($('lost-words'), `Not live since ${clock(stream.lostSince)}: the daemon does not answer. ${wait > 0 ? `Trying again in ${wait} s.` : 'Trying now…'}`);
}

// ---- keys ----

const KEYS = [
  ['/', 'search the devices', () => (goTo('devices'), $('search').select())],
  ...['devices', 'feed', 'ports', 'where'].map((name, i) => [String(i + 1), name, () => goTo(name)]),
  ['5', 'paste', () => (goTo('paste'), $('paste-text').focus())],
  ['Space', 'freeze the feed, or go live', () => feed.toggle()],
  ['t', 'light or dark', turnTheme],
  ['Esc', 'close, leave the search, take filters away', leave],
  ['?', 'these keys', () => $('keys').showModal()],
];
const FIELDS = 'input, textarea, select';

function leave() {
  if (document.activeElement.matches(FIELDS))
    document.activeElement.blur();
  else if (address.get('pick'))
    detail.close();
  else
    (view() === 'feed' ? feed : devices).clear();
}

addEventListener('keydown', (event) => {
  const name = { ' ': 'Space', Escape: 'Esc' }[event.key] ?? event.key;
  const key = KEYS.find(([sign]) => sign === name);
  const isTaken = name === 'Space' ? event.target.closest?.(`button, a, ${FIELDS}`) : name !== 'Esc' && event.target.closest?.(FIELDS);
  if (!key || isTaken || event.ctrlKey || event.metaKey || event.altKey || $('keys').open)
    return;
  event.preventDefault();
  key[2]();
});

$('key-list').append(...[...KEYS, ['↑ ↓', 'move in a table, also j and k'], ['Enter', 'open the row']].flatMap(([sign, words]) => [h('dt', h('kbd', sign)), h('dd', words)]));

function turnTheme() {
  const { dataset } = document.documentElement;
  const isDark = dataset.theme ? dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  dataset.theme = isDark ? 'light' : 'dark';
  draw();
  try {
    localStorage.setItem('theme', dataset.theme);
  } catch {
    // storage is forbidden: it holds until the page is closed
  }
}

// ---- start ----

$('views').addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey)
    return;
  event.preventDefault();
  goTo(link.dataset.view);
});
for (const [id, act] of Object.entries({
  'keys-open': () => $('keys').showModal(),
  'keys-close': () => $('keys').close(),
  theme: turnTheme,
  'lost-now': () => stream.open(),
  'guide-more': (event) => event.currentTarget.setAttribute('aria-pressed', $('guide-panel').classList.toggle('all')),
}))
  $(id).addEventListener('click', act);
startPaste();
address.onChange(onAddress);
onAddress();
feed.tick();
drawLink();
setInterval(() => {
  if (document.hidden)
    return;
  drawLink();
  feed.tick();
  draw();
}, 500);
