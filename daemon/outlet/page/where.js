// SPDX-License-Identifier: Apache-2.0
// A small map of the world with a dot a device: a place in the sea, at 0,0 or on the wrong side of the earth is seen at once.
// The outlines are part of the daemon; nothing is fetched from elsewhere.

import { nameOf } from './devices.js';
import { $, RANK, badge, bdi, count, h, hasPlace, mapLink, muted, plain, say, several } from './words.js';

const MOST = 200;    // places in the list
const NEAR = 14;     // px within which a click finds a dot
const CLOSEST = 400; // px a degree


export class Where {
  chosen = '';
  #store;
  #choose;
  #land = null;
  #version = -1;
  #middle = [0, 8]; // longitude, latitude
  #scale = 0;       // px a degree; 0: the whole world
  #places = [];

  constructor(store, choose) {
    this.#store = store;
    this.#choose = choose;
    this.canvas = $('map');
    $('map-world').addEventListener('click', () => this.#look([0, 8], 0));
    $('map-fit').addEventListener('click', () => this.#fit());
    $('map-in').addEventListener('click', () => this.#look(this.#middle, this.#pixels * 2));
    $('map-out').addEventListener('click', () => this.#look(this.#middle, this.#pixels / 2));
    this.#mouse();
    new ResizeObserver(() => this.#paint()).observe(this.canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#paint());
  }

  async #load() {
    this.#land = new Path2D();
    const response = await fetch('world.json').catch(() => null);
    const { rings } = response?.ok ? await response.json() : { rings: [] };
    for (const ring of rings) {
      let x = 0, y = 0;
      for (let i = 0; i < ring.length; i += 2)
        this.#land.lineTo((x += ring[i] / 10), (y -= ring[i + 1] / 10));
      this.#land.closePath();
      this.#land.moveTo(0, 0);
    }
    this.#paint();
  }

  draw(isSeen) {
    if (!isSeen)
      return;
    if (!this.#land)
      this.#load();
    if (this.#version !== this.#store.version)
      this.#collect();
    this.#paint();
  }

  #collect() {
    this.#version = this.#store.version;
    // problems are drawn last, on top
    this.#places = [...this.#store.items.values()].filter(({ row }) => hasPlace(row)).sort((a, b) => RANK[b.row.state] - RANK[a.row.state] || a.row.number - b.row.number);
    const number = this.#places.length, list = $('places'), rows = this.#places.slice(-MOST).reverse();
    say($('place-count'), `${count(number)} of ${count(this.#store.items.size)}`);
    this.canvas.setAttribute('aria-label', `Map of the world with ${several(number, 'device')}; the list below says the same`);
    $('place-empty').hidden = number > 0;
    const said = JSON.stringify(rows.map(({ key, row }) => [key, row.state, row.lat, row.lon]));
    if (list.said === said || list.contains(document.activeElement))
      return;
    list.said = said;
    list.replaceChildren(...rows.map(({ key, row }) => h('li', badge(row.state, (row.findings ?? []).includes('zero-coordinates') ? '0,0' : ''),
      h('button.link', { onclick: () => this.#choose(key) }, bdi(nameOf(row), '.id')), mapLink(row))), number > MOST ? h('li', muted(`+${count(number - MOST)} more on the map`)) : '');
  }

  // ---- the view ----

  get #size() {
    return [this.canvas.clientWidth, this.canvas.clientHeight];
  }

  get #pixels() {
    const [width, height] = this.#size;
    return this.#scale || Math.min(width / 360, height / 160);
  }

  #at({ lon, lat }) {
    const [width, height] = this.#size, pixels = this.#pixels;
    return [width / 2 + (lon - this.#middle[0]) * pixels, height / 2 - (lat - this.#middle[1]) * pixels];
  }

  #look([lon, lat], scale) {
    this.#middle = [Math.max(-180, Math.min(180, lon)), Math.max(-85, Math.min(85, lat))];
    this.#scale = Math.min(CLOSEST, scale);
    if (this.#scale < this.#size[0] / 400)
      this.#scale = 0;
    this.#paint();
  }

  #fit() {
    const reach = (of) => [Math.min(...this.#places.map(of)), Math.max(...this.#places.map(of))];
    const [west, east] = reach(({ row }) => row.lon), [south, north] = reach(({ row }) => row.lat), [width, height] = this.#size;
    if (this.#places.length > 0)
      this.#look([(west + east) / 2, (south + north) / 2], Math.min((width - 60) / Math.max(1, east - west), (height - 60) / Math.max(1, north - south)));
  }

  // Dragging moves, the wheel comes closer where the page itself does not scroll, a click chooses.
  #mouse() {
    let from = null;
    const on = (name, hear) => this.canvas.addEventListener(name, hear);
    on('pointerdown', (event) => (from = { x: event.offsetX, y: event.offsetY, middle: this.#middle, isMoved: false }));
    on('pointermove', (event) => {
      const near = this.#nearest(event), dx = event.offsetX - from?.x, dy = event.offsetY - from?.y;
      this.canvas.title = near ? nameOf(near.row) : '';
      if (!from || event.buttons === 0 || !(from.isMoved ||= Math.hypot(dx, dy) > 4))
        return;
      this.#look([from.middle[0] - dx / this.#pixels, from.middle[1] + dy / this.#pixels], this.#pixels);
    });
    on('pointerup', (event) => {
      const near = from?.isMoved ? null : this.#nearest(event);
      from = null;
      if (near)
        this.#choose(near.key);
    });
    this.canvas.addEventListener('wheel', (event) => {
      if (getComputedStyle(document.body).overflowY !== 'hidden')
        return;
      event.preventDefault();
      this.#look(this.#middle, this.#pixels * (event.deltaY < 0 ? 1.3 : 1 / 1.3));
    }, { passive: false });
  }

  #nearest(event) {
    const apart = ({ row }) => Math.hypot(...this.#at(row).map((at, i) => at - [event.offsetX, event.offsetY][i]));
    return this.#places.reduce((best, item) => (apart(item) <= (best ? apart(best) : NEAR) ? item : best), null);
  }

  // ---- painting ----

  #paint() {
    const [width, height] = this.#size, dense = Math.min(2, devicePixelRatio), pen = this.canvas.getContext('2d');
    if (!this.#land || !width)
      return;
    if (this.canvas.width !== Math.round(width * dense) || this.canvas.height !== Math.round(height * dense))
      [this.canvas.width, this.canvas.height] = [Math.round(width * dense), Math.round(height * dense)];
    const style = getComputedStyle(this.canvas), colours = {};
    for (const name of ['sea', 'land', 'coast', 'axis', 'hairline', 'muted', 'panel', 'link', ...Object.keys(RANK)])
      colours[name] = style.getPropertyValue(`--${name}`);
    const pixels = this.#pixels, [left, top] = this.#at({ lon: 0, lat: 0 });
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.fillStyle = colours.sea;
    pen.fillRect(0, 0, width, height);
    pen.save();
    pen.transform(pixels, 0, 0, pixels, left, top);
    pen.beginPath();
    pen.rect(-180, -90, 360, 180);
    pen.clip();
    pen.fillStyle = colours.land;
    pen.fill(this.#land, 'evenodd');
    pen.restore();
    this.#grid(pen, colours);
    for (const item of this.#places)
      this.#dot(pen, colours, item);
  }

  // The equator and Greenwich stand out: they part the hemispheres.
  #grid(pen, colours) {
    const [width, height] = this.#size, step = [1, 5, 10, 30, 60].find((degrees) => degrees * this.#pixels > 44) ?? 90;
    pen.font = '11px system-ui, sans-serif';
    for (let degrees = -180; degrees <= 180; degrees += step) {
      const [x, y] = this.#at({ lon: degrees, lat: degrees }).map((at) => Math.round(at) + 0.5), sign = Math.sign(degrees) + 1;
      pen.fillStyle = degrees === 0 ? colours.axis : colours.hairline;
      pen.fillRect(x, 0, 1, height);
      if (Math.abs(degrees) <= 90)
        pen.fillRect(0, y, width, 1);
      pen.fillStyle = colours.muted;
      pen.fillText(`${Math.abs(degrees)}°${['W', '', 'E'][sign]}`, x + 3, height - 4);
      if (Math.abs(degrees) <= 90)
        pen.fillText(`${Math.abs(degrees)}°${['S', '', 'N'][sign]}`, 3, y - 3);
    }
  }

  // Each state has its shape besides its colour.
  #dot(pen, colours, { key, row }) {
    const [x, y] = this.#at(row), isHollow = row.state === 'waiting';
    const sides = { problem: 4, unknown: 3 }[row.state], r = sides ? 6.5 : 4.5;
    pen.beginPath();
    if (sides)
      Array.from({ length: sides }, (_, i) => pen.lineTo(x + r * Math.sin((2 * Math.PI * i) / sides), y - r * Math.cos((2 * Math.PI * i) / sides)));
    else
      pen.arc(x, y, r, 0, 7);
    pen.closePath();
    pen.fillStyle = isHollow ? colours.panel : colours[row.state];
    pen.strokeStyle = isHollow ? colours.waiting : colours.panel;
    pen.lineWidth = isHollow ? 2 : 1;
    pen.fill();
    pen.stroke();
    if (key !== this.chosen)
      return;
    pen.beginPath();
    pen.arc(x, y, 11, 0, 7);
    pen.lineWidth = 2;
    pen.strokeStyle = colours.link;
    pen.stroke();
  }
}
