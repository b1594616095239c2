// SPDX-License-Identifier: Apache-2.0
// The panel of what is chosen: a device, a port, or a message with its bytes explained.

import * as address from './address.js';
import { locationWords, nameOf, portWords } from './devices.js';
import { drawExplained, identify } from './explain.js';
import { typeOf, verdictOf } from './feed.js';
import { drawFinding } from './guide.js';
import { happened } from './ports.js';
import { $, age, badge, bdi, chart, copyButton, count, fullTime, h, hasPlace, kids, mapLink, muted, plain, rem, say } from './words.js';

const CONNECTIONS = ['opened', 'refused', 'unanswered', 'half-open', 'closed'];

const list = (lines) => h('dl', Object.entries(lines).filter(([, parts]) => parts !== undefined && parts !== '').map(([title, ...parts]) => [h('dt', title), h('dd', kids(parts))]));
const ticking = (words) => Object.assign(h('span.ticking', words()), { words });
const since = (time) => time && [ticking(() => `${age(time)} ago`), muted(`, ${fullTime(time)}`)];
const rate = (row) => [count(row.messages), row.chart ? [`, ${count(row.rate)} a minute `, chart(row)] : ''];
const note = (words) => h('p.muted', words);
const to = (words, changes) => h('button.small', { onclick: () => address.set({ pick: '', ...changes }, true) }, words);
const toMessages = (filter) => to('its messages', { view: 'feed', 'm.device': '', 'm.port': '', 'm.protocol': '', 'm.finding': '', ...filter });

export class Detail {
  #stores;
  #shown = '';
  #said = '';
  #message = null;
  #opener = null;

  // stores: devices, findings; portRows(number)
  constructor(stores) {
    this.#stores = stores;
    $('detail-close').addEventListener('click', () => this.close());
    address.onChange(() => this.draw());
  }

  // The element that led here gets the keyboard back.
  open(pick, message = null) {
    this.#message = message;
    this.#opener = document.activeElement;
    address.set({ pick: pick.slice(0, 4000) }, true);
    if (getComputedStyle($('detail')).position === 'fixed')
      $('detail-close').focus();
  }

  close() {
    address.set({ pick: '' }, true);
    this.#opener?.focus({ preventScroll: true });
  }

  // What is chosen may change, or seconds pass.
  draw() {
    const pick = address.get('pick'), [kind, ...rest] = pick.split(':'), key = rest.join(':');
    $('detail').classList.toggle('open', pick !== '');
    document.body.classList.toggle('picked', pick !== '');
    document.body.classList.toggle('explaining', kind === 'message');
    $('detail-close').hidden = pick === '';
    if (kind === 'message') {
      if (this.#shown !== pick)
        this.#explain(pick, rest);
    } else {
      const rows = kind === 'port' ? this.#stores.portRows(key) : kids([this.#stores.devices.items.get(key)?.row]);
      const findings = this.#findingsOf(kind, rows), said = JSON.stringify([rows, findings]);
      if (this.#shown !== pick || this.#said !== said) {
        this.#said = said;
        this.#put(pick, ...(kind === 'device' ? this.#device(rows[0], findings) : kind === 'port' ? this.#port(rows, key, findings)
          : ['Details', note('Choose a device, a port or a message: what is known of it stands here, a message with its bytes explained.')]));
      }
    }
    for (const part of $('detail').querySelectorAll('.ticking'))
      say(part, part.words());
  }

  // Does not take the keyboard or a selection away from somebody who reads while figures change.
  #put(pick, title, ...parts) {
    const body = $('detail-body'), stops = () => [...body.querySelectorAll('a, button')];
    if (this.#shown === pick && !getSelection().isCollapsed && body.contains(getSelection().anchorNode)) {
      this.#said = '';
      return;
    }
    const focused = stops().indexOf(document.activeElement);
    this.#shown = pick;
    $('detail-title').replaceChildren(title);
    body.replaceChildren(...kids(parts));
    stops()[focused]?.focus({ preventScroll: true });
  }

  #findingsOf(kind, rows) {
    const isIts = (finding) => rows.some((row) => (kind === 'port' ? finding.port === row.port && finding.transport === row.transport
      : finding.device ? finding.device === row.device : finding.peer === row.peer));
    return this.#stores.findings.rows.filter((finding) => finding.state !== 'cleared' && isIts(finding)).slice(0, 20);
  }

  #device(row, findings) {
    if (!row)
      return ['Device', note('The daemon does not know this device now: it was forgotten, or the daemon was started anew.')];
    return [bdi(nameOf(row), '.id'), findings.map((finding) => drawFinding(finding)), list({
      state: [badge(row.state), ` ${plain(row.next)}`],
      id: row.device ? [bdi(plain(row.device), '.id'), ' ', copyButton(row.device, 'copy id')] : 'not told yet',
      protocol: plain(row.protocol ?? 'not known'),
      port: [`${row.transport} `, portWords(row, String(row.port))],
      location: [ticking(() => locationWords(row) || 'located'), hasPlace(row) && [' ', mapLink(row)]],
      'last fix': since(row.fix_arrived),
      'its own time': row.fix_time && fullTime(row.fix_time),
      'last seen': since(row.last),
      'first seen': since(row.first),
      messages: rate(row),
      from: bdi(plain(row.peer)),
    }), h('p.tools', toMessages(row.device ? { 'm.device': row.device } : { 'm.port': String(row.port) }))];
  }

  #port(rows, number, findings) {
    const title = `Port ${plain(number)}`;
    if (rows.length === 0)
      return [title, note('Nothing is known of this port: it is not listened on, not watched, and nothing came to it.')];
    return [title, findings.map((finding) => drawFinding(finding)), rows.map((row) => [
      h('h3', `${row.transport} ${row.port} `, badge(row.state, happened(row)[1])),
      list({
        speaks: plain(row.protocol ?? 'no protocol is set to it'),
        here: row.holder ? `taken by ${plain(row.holder)}` : row.listened ? 'hexwatch listens' : row.watched ? 'watched' : 'not listened on',
        heard: row.protocols?.map(plain).join(', ') || (row.messages ? 'no known protocol' : 'nothing'),
        messages: rate(row),
        devices: count(row.devices),
        connections: CONNECTIONS.filter((name) => row[name]).map((name) => `${count(row[name])} ${name}`).join(', '),
        last: since(row.last),
      })]),
    h('p.tools', to('devices at this port', { view: '', q: '', state: '', protocol: '', finding: '', port: String(number) }), toMessages({ 'm.port': String(number) }))];
  }

  async #explain(pick, [transport, port, hex]) {
    const row = this.#message?.hex === hex ? this.#message : null, isOut = row?.direction === 'out';
    const body = h('div', note('Explaining…')), isNarrow = $('detail').clientWidth < 36 * rem();
    this.#put(pick, row ? `${row.device ? nameOf(row) : plain(row.peer)}  ${plain(row.protocol)} ${typeOf(row)}` : `Message to ${plain(transport)} ${plain(port)}`,
      row && h('p', verdictOf(row), ` ${isOut ? 'sent to' : 'from'} `, bdi(plain(row.peer)), `, ${row.transport} ${row.port}, ${fullTime(row.time)}`), body);
    const answer = async () => {
      if (!/^(tcp|udp) \d+ ([0-9a-f]{2})+$/i.test(`${transport} ${port} ${hex}`))
        return note('The address of this page names no whole message.');
      if (isOut)
        return [drawExplained({ hex }, isNarrow), note('An answer to the device: only what devices send is explained.')];
      const records = await identify(`${transport}:${port} ${hex}`);
      return records.map((record) => drawExplained(record.explained ?? { hex }, isNarrow));
    };
    const parts = await answer().catch((error) => [h('p', badge('unknown', 'not explained'), ` ${plain(error.message)}`), drawExplained({ hex }, isNarrow)]);
    body.replaceChildren(...kids([parts]));
  }
}
