// SPDX-License-Identifier: Apache-2.0
// What is looked at stands in the page's address, so that a view can be sent on, kept and gone back to.

let values = new URLSearchParams(location.search);
const listeners = [];
let timer = 0;

export const get = (name) => values.get(name) ?? '';
export const onChange = (listener) => listeners.push(listener);
const tell = () => listeners.forEach((listener) => listener());

// Changes some; an empty value takes one away. isStep: the browser's back button leads to what was before.
export function set(changes, isStep = false) {
  const before = values.toString();
  for (const [name, value] of Object.entries(changes)) {
    if (value)
      values.set(name, value);
    else
      values.delete(name);
  }
  const query = values.toString();
  if (query === before)
    return;
  const url = query ? `?${query}` : location.pathname;
  clearTimeout(timer);
  if (isStep)
    history.pushState(null, '', url);
  else // browsers allow only so many changes a minute, and somebody may be typing
    timer = setTimeout(() => history.replaceState(null, '', url), 200);
  tell();
}

addEventListener('popstate', () => {
  clearTimeout(timer);
  values = new URLSearchParams(location.search);
  tell();
});
