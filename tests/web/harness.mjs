// SPDX-License-Identifier: Apache-2.0
// The real daemon, a real browser, and senders of messages; used by all tests of this folder. Waits are for conditions.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const DEADLINE = 60000; // far more than a slow and busy machine needs: only who fails waits so long
export const SHOTS = join(process.cwd(), 'screenshots');
const HEXWATCH = process.env.HEXWATCH;

mkdirSync(SHOTS, { recursive: true });

// Runs at the test's end, the last first: the browser leaves before its daemon does.
const ends = new WeakMap();
export function atEnd(t, end) {
    if (!ends.has(t)) {
        ends.set(t, []);
        t.after(async () => {
            const faults = [];
            for (const one of ends.get(t).reverse())
                await one()?.catch?.((fault) => faults.push(fault));
            if (faults.length > 0)
                throw faults[0];
        });
    }
    ends.get(t).push(end);
}

export async function until(condition, what, deadline = DEADLINE) {
    const end = Date.now() + deadline;
    for (;;) {
        const value = await condition();
        if (value)
            return value;
        assert.ok(Date.now() < end, `not within ${deadline} ms: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

// Is what is read soon what is wanted? The page draws with the next frame.
export async function matches(read, wanted, what = 'the words') {
    let text;
    await until(async () => wanted.test((text = await read()) ?? ''), what).catch((error) => assert.match(text ?? '', wanted, error.message));
}

// How many times longer work takes here and now than on an ordinary machine that has nothing else to do; 1: no longer.
function slowness() {
    const usual = 120, start = performance.now();
    let sum = 0;
    for (let i = 0; i < 1e7; i++)
        sum = (sum * 31 + i) | 0;
    return Math.max(1, (performance.now() - start) / usual + sum * 0);
}

// What is promised within so many ms on an ordinary machine. Machines that are busy otherwise stall: there are some tries. A
// program that is slow fails them all.
export async function promised(limit, what, measure, tries = 5) {
    const told = [];
    for (let i = 0; i < tries; i++) {
        const took = await measure();
        if (took < limit)
            return;
        const slow = slowness();
        if (took < limit * slow)
            return;
        told.push(`${took} ms on a machine ${slow.toFixed(1)} times slower than usual`);
    }
    assert.fail(`${what}: not within ${limit} ms: ${told.join('; ')}`);
}

export function hexwatch(...args) {
    const given = args.pop();
    return execFileSync(HEXWATCH, args, { input: given, encoding: 'utf8', env: { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C.UTF-8' } });
}

const given = new Set();

// A port that nobody holds, outside the range from which clients get theirs; none twice.
async function freePort() {
    for (;;) {
        const port = 15000 + Math.floor(Math.random() * 17000);
        const probe = net.createServer();
        const isFree = !given.has(port) && await new Promise((resolve) => {
            probe.on('error', () => resolve(false));
            probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
        });
        given.add(port);
        if (isFree)
            return port;
    }
}

// ---- the daemon ----

export class Daemon {
    static async start(t, { ports = 'tcp:5001,tcp:5013,tcp:5023,tcp:5027,tcp:5055,udp:5055', web, more = '' } = {}) {
        const daemon = new Daemon();
        daemon.folder = mkdtempSync(join(tmpdir(), 'hexwatch-web-'));
        daemon.web = web ?? await freePort();
        daemon.url = `http://127.0.0.1:${daemon.web}/`;
        daemon.config = join(daemon.folder, 'hexwatch.conf');
        writeFileSync(daemon.config, `listen = { enabled = true; ports = "${ports}"; };\ncontrol = { socket = ""; };\nweb = { port = ${daemon.web}; };\n${more}`);
        atEnd(t, async () => {
            await daemon.stop('SIGKILL');
            rmSync(daemon.folder, { recursive: true });
        });
        await daemon.run();
        return daemon;
    }

    async run() {
        this.errors = '';
        this.process = spawn(HEXWATCH, ['run', '-c', this.config, '--traccar', 'none', '--format', 'json'], { stdio: ['ignore', 'ignore', 'pipe'] });
        this.process.stderr.on('data', (text) => (this.errors += text));
        this.ended = new Promise((resolve) => this.process.on('exit', resolve));
        await until(() => {
            assert.equal(this.process.exitCode, null, this.errors);
            return this.errors.includes('Waiting for');
        }, () => this.errors);
    }

    async stop(signal = 'SIGINT') {
        this.process.kill(signal);
        await this.ended;
    }

    async get(path) {
        return (await fetch(this.url + path)).json();
    }
}

// hexwatch demo, with arguments.
export function startDemo(t, ...args) {
    const demo = spawn(HEXWATCH, ['demo', ...args, '--format', 'json', '--summary'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => demo.on('exit', resolve));
    atEnd(t, async () => {
        demo.kill('SIGKILL');
        await ended;
    });
    return demo;
}

// ---- the browser ----

let browser = null;

export async function closeBrowser() {
    await browser?.close();
    browser = null;
}

// A page that fails the test when it raises an error, opens a dialog, is refused anything by its policy, or asks anybody else.
export async function open(t, daemon, query = '', { mayFail = false, ...options } = {}) {
    browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light', timezoneId: 'UTC', ...options });
    context.setDefaultTimeout(DEADLINE);
    const page = await context.newPage();
    page.faults = [];
    page.asked = [];
    page.mayFail = mayFail; // answers that are no success: the daemon is away, or refuses
    page.on('pageerror', (error) => page.faults.push(error.stack));
    page.on('dialog', (dialog) => {
        page.faults.push(`dialog: ${dialog.message()}`);
        dialog.dismiss();
    });
    page.on('console', (message) => message.type() === 'error' && !page.mayFail && page.faults.push(message.text()));
    page.on('request', (request) => page.asked.push(request.url()));
    atEnd(t, async () => {
        await context.close();
        assert.deepEqual(page.faults, []);
        assert.deepEqual(page.asked.filter((url) => !url.startsWith(daemon.url) && !url.startsWith('data:')), []);
    });
    await goTo(page, daemon.url + query);
    return page;
}

// As soon as the page has what there was.
export async function goTo(page, url) {
    await page.goto(url);
    await page.waitForFunction(() => document.querySelector('#live').textContent.includes('LIVE') && document.querySelector('#device-count').textContent !== '…');
}

export async function shot(page, name) {
    await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

// ---- messages (ids and places are nobody's) ----

function crc16(data, polynomial, start) {
    let crc = start;
    for (const byte of data) {
        crc ^= byte;
        for (let i = 0; i < 8; i++)
            crc = crc & 1 ? (crc >> 1) ^ polynomial : crc >> 1;
    }
    return crc;
}

function gt06(kind, content, serial) {
    const body = Buffer.concat([Buffer.from([content.length + 5, kind]), content, Buffer.from([serial >> 8, serial & 255])]);
    const check = crc16(body, 0x8408, 0xffff) ^ 0xffff;
    return Buffer.concat([Buffer.from('xx'), body, Buffer.from([check >> 8, check & 255]), Buffer.from('\r\n')]);
}

export const gt06Login = (imei) => gt06(1, Buffer.from(imei.padStart(16, '0'), 'hex'), 1);

export function gt06Position(lat, lon, serial = 2) {
    const now = new Date();
    const block = Buffer.alloc(18);
    block.set([now.getUTCFullYear() - 2000, now.getUTCMonth() + 1, now.getUTCDate(), now.getUTCHours(), now.getUTCMinutes(), now.getUTCSeconds(), 0xc9]);
    block.writeUInt32BE(Math.round(Math.abs(lat) * 1800000), 7);
    block.writeUInt32BE(Math.round(Math.abs(lon) * 1800000), 11);
    block[15] = 30;
    block.writeUInt16BE(0x1000 | (lat >= 0 ? 0x0400 : 0) | (lon < 0 ? 0x0800 : 0), 16);
    return gt06(0x12, Buffer.concat([block, Buffer.from('0104010012003456', 'hex')]), serial);
}

export function h02(device, isValid = true) {
    const two = (number) => String(number).padStart(2, '0');
    const now = new Date();
    const time = two(now.getUTCHours()) + two(now.getUTCMinutes()) + two(now.getUTCSeconds());
    const date = two(now.getUTCDate()) + two(now.getUTCMonth() + 1) + two(now.getUTCFullYear() - 2000);
    return Buffer.from(`*HQ,${device},V5,${time},${isValid ? 'A' : 'V'},4812.4920,N,01622.4280,E,012.50,045,${date},FFFFFBFF#`);
}

export function connect(t, port) {
    return new Promise((resolve, reject) => {
        const socket = net.connect(port, '127.0.0.1', () => resolve(socket));
        socket.on('error', reject);
        socket.resume();
        atEnd(t, () => socket.destroy());
    });
}

export async function send(t, port, ...messages) {
    const socket = await connect(t, port);
    for (const message of messages)
        socket.write(message);
    return socket;
}

export function sendDatagram(port, message) {
    return new Promise((resolve, reject) => {
        const socket = dgram.createSocket('udp4');
        socket.send(message, port, '127.0.0.1', (error) => {
            socket.close();
            if (error)
                reject(error);
            else
                resolve();
        });
    });
}
