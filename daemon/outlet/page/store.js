// SPDX-License-Identifier: Apache-2.0
// Rows by their key, as the server sends them: a whole picture in pieces first, then what changed and what is gone.

export class Store {
  items = new Map(); // key → { key, row }
  isReady = false;
  version = 0; // grows with every change
  #coming = null;

  // {whole, end, rows} or {rows} or {gone}. each: hears of every row and of the one it replaces.
  take(data, each) {
    this.version++;
    if (data.whole)
      this.#coming ??= new Set();
    for (const row of data.rows ?? []) {
      const key = String(row.key);
      const item = this.items.get(key);
      each?.(row, item?.row);
      this.#coming?.add(key);
      if (item)
        item.row = row;
      else
        this.items.set(key, { key, row });
    }
    for (const key of data.gone ?? [])
      this.items.delete(String(key));
    if (data.whole && data.end) {
      for (const key of this.items.keys()) {
        if (!this.#coming.has(key))
          this.items.delete(key);
      }
      this.#coming = null;
      this.isReady = true;
    }
  }

  // The connection is lost: a whole picture that was half there begins anew.
  forgetHalf() {
    this.#coming = null;
  }

  get rows() {
    return [...this.items.values()].map((item) => item.row);
  }
}
