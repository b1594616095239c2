// SPDX-License-Identifier: Apache-2.0
// The box into which people paste what they have, and the answer in four parts: protocol, port, id, fix.

import { drawExplained, identify } from './explain.js';
import { $, badge, h, kids, muted, plain, several } from './words.js';

const PARTS = { protocol: 'Protocol', port: 'Port', id: 'Id', fix: 'Fix' };
const MOST = 20; // messages that are drawn

const drawPart = ([name, title], answer) => [h('dt', title), h('dd', { 'data-part': name }, answer?.[name] ? plain(answer[name]) : muted('cannot tell from this message'))];

const drawAnswer = (record) => h('article.answer', record.event === 'error' ? [badge('problem', 'not read'), ` ${plain(record.error)}`] : [
  h('p.muted', `understood: ${plain(record.understood ?? record.source)}`),
  h('dl.parts', Object.entries(PARTS).map((part) => drawPart(part, record.answer))),
  record.explained && drawExplained(record.explained, $('paste').clientWidth < 600)]);

async function judge() {
  const text = $('paste-text').value.trim(), button = $('paste-judge');
  if (!text)
    return [muted('Nothing is in the box yet: paste HEX, a line of Traccar’s log, or a dump.')];
  button.disabled = true;
  try {
    const records = await identify(text);
    return [records.slice(0, MOST).map(drawAnswer), records.length > MOST && muted(`+${several(records.length - MOST, 'message')} not drawn; paste them apart`)];
  } catch (error) {
    return [h('p', badge('problem', 'not judged'), ` ${plain(error.message)}`)];
  } finally {
    button.disabled = false;
  }
}

export function startPaste() {
  const form = $('paste-form'), box = $('paste-text'), out = $('paste-answer');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    out.replaceChildren(...kids(await judge()));
  });
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
      form.requestSubmit();
  });
  $('paste-clear').addEventListener('click', () => {
    box.value = '';
    out.replaceChildren();
    box.focus();
  });
}
