// SPDX-License-Identifier: Apache-2.0
// What senders write is text and nothing else, wherever it is shown; and the page lets nobody else in.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Daemon, closeBrowser, h02, goTo, open, send, shot, until } from './harness.mjs';

after(closeBrowser);

const osmand = (id) => Buffer.concat([Buffer.from('GET /?id='), Buffer.isBuffer(id) ? id : Buffer.from(id), Buffer.from('&lat=48.2082&lon=16.3738&timestamp=1769933350&speed=1 HTTP/1.1\r\nHost: x\r\n\r\n')]);

const IDS = [
    '<script>document.title="taken"</script>',
    '"><img src=x onerror=document.title="taken">',
    '%3Csvg/onload=alert(1)%3E',
    '%1b[2J%1b]0;taken%07',
    '%e2%80%ae54321%e2%80%ac', // right to left
    '%d7%90%d7%91%d7%92',      // Hebrew letters
    '%e2%80%8b%e2%80%8b',      // nothing to see
    Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x41]),
    'x'.repeat(4096),
    'javascript:alert(1)',
    "'%20onmouseover='alert(1)",
];
// controls, marks of direction, zero widths: never raw on the page
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

async function check(page, where) {
    const text = await page.evaluate(() => document.body.innerText + [...document.querySelectorAll('[title], [aria-label]')].map((one) => `${one.title} ${one.getAttribute('aria-label')}`).join(' '));
    assert.doesNotMatch(text, UNSEEN, where);
    assert.doesNotMatch(await page.title(), /taken/, where);
    assert.deepEqual(await page.evaluate(() => [document.scripts.length, document.images.length, document.querySelectorAll('svg:not(.chart), iframe, object, [onerror], [onload], [onmouseover]').length]), [2, 0, 0], where);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${where}: nothing reaches beyond the edge`);
}

// Every row of a table, also those that are only drawn once they come into sight: by its key, for its place among the drawn ones
// changes. One that has gone out of sight meanwhile comes again.
async function eachRow(page, table, look) {
    const seen = new Set();
    let missed = 0;
    for (;;) {
        const keys = await page.locator(`#${table} tbody tr[data-key]`).evaluateAll((rows) => rows.map((row) => row.dataset.key));
        const key = keys.find((one) => !seen.has(one));
        if (key === undefined)
            return seen.size;
        const row = page.locator(`#${table} tbody tr[data-key=${JSON.stringify(key)}]`);
        let fault = null;
        await row.click({ position: { x: 20, y: 10 }, timeout: 10000 }).catch((error) => (fault = error));
        if (fault && ++missed > 10)
            throw fault;
        if (fault)
            continue;
        seen.add(key);
        await look(key);
    }
}

test('hostile names and texts do no harm', async (t) => {
    const daemon = await Daemon.start(t);
    for (const id of IDS)
        await send(t, 5055, osmand(id));
    await send(t, 5013, h02('<b>41</b>'), Buffer.from('<script>alert(1)</script>\x1b[31m\u202eabc\r\n'));
    await send(t, 5001, Buffer.from('GET /<script>alert(1)</script> HTTP/1.1\r\nHost: <img src=x>\r\nUser-Agent: \x1b]0;x\x07\r\n\r\n'));
    await send(t, 5023, Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xe2, 0x80, 0xae, 0x41]), Buffer.alloc(4096, 0x3c));
    const page = await open(t, daemon);
    await until(async () => Number(await page.textContent('#device-count')) >= 8, 'devices');
    await check(page, 'devices');
    await shot(page, 'hostile');
    assert.ok(await eachRow(page, 'device-table', (key) => check(page, `details of ${key}`)) >= 8);
    await goTo(page, `${daemon.url}?view=feed`);
    await until(async () => Number(await page.getAttribute('#feed-table', 'aria-rowcount')) > IDS.length + 1, 'messages, under a head');
    await check(page, 'feed');
    const messages = await eachRow(page, 'feed-table', async (key) => {
        await until(async () => !(await page.textContent('#detail-body')).includes('Explaining'), 'explained');
        await check(page, `message ${key}`);
    });
    assert.ok(messages > IDS.length, `${messages} messages`);
    for (const view of ['ports', 'where', 'guide']) {
        await goTo(page, `${daemon.url}?view=${view}`);
        await check(page, view);
    }
    await goTo(page, `${daemon.url}?view=paste`);
    for (const paste of ['<script>alert(1)</script>', '*HQ,<img src=x onerror=alert(1)>,V1,080910,A,4730.6000,N,01905.4000,E,0.00,0,010226,FFFFFFFF#', '\u202e\u001b[31m78780d01', 'a'.repeat(70000), '<'.repeat(3000)]) {
        await page.fill('#paste-text', paste);
        // one of them is longer than a paste may be: it is refused with a sentence
        page.mayFail = true;
        await page.click('#paste-judge');
        await until(async () => (await page.isEnabled('#paste-judge')) && (await page.textContent('#paste-answer')) !== '', 'an answer');
        await check(page, `paste of ${paste.slice(0, 20)}`);
        await page.click('#paste-clear');
    }
});

test('hostile addresses do no harm', async (t) => {
    const daemon = await Daemon.start(t);
    const evil = encodeURIComponent('<img src=x onerror=document.title="taken">\u202e');
    for (const query of [`?q=${evil}&protocol=${evil}&port=${evil}&finding=${evil}&state=${evil}&sort=__proto__`, `?view=${evil}&pick=${evil}`, '?pick=message:tcp:5023:zz', `?pick=message:${evil}`, '?pick=device:__proto__&view=constructor',
        `?view=feed&m.device=${evil}&m.port=${evil}`]) {
        const page = await open(t, daemon, query, { mayFail: query.includes('m.port') }); // the daemon refuses such a port
        await check(page, query);
    }
});

test('only own files, under the strict policy, and small', async (t) => {
    const daemon = await Daemon.start(t);
    const page = await open(t, daemon);
    const policy = (await fetch(daemon.url)).headers.get('content-security-policy');
    for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"])
        assert.ok(policy.includes(rule), policy);
    assert.doesNotMatch(policy, /unsafe/);
    await page.click('nav a[data-view=where]');
    await page.waitForFunction(() => performance.getEntriesByType('resource').some((entry) => entry.name.endsWith('world.json') && entry.responseEnd > 0));
    // as they travel, packed
    const sizes = await page.evaluate(() => performance.getEntriesByType('resource').filter((entry) => /\.(js|json)$/.test(entry.name)).map((entry) => [entry.name.endsWith('.js') ? 'script' : 'map', entry.encodedBodySize]));
    const sum = (kind) => sizes.filter(([name]) => name === kind).reduce((all, [, size]) => all + size, 0);
    assert.ok(sum('script') > 0 && sum('script') < 60 * 1024, `${sum('script')} bytes of scripts`);
    assert.ok(sum('map') > 0 && sum('map') < 60 * 1024, `${sum('map')} bytes of map`);
    assert.equal(await page.evaluate(() => document.querySelectorAll('[style]:not(td):not(canvas)').length), 0);
});
