// SPDX-License-Identifier: Apache-2.0
// Every panel: what it shows by itself, what a click does, and that the words are the daemon's.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Daemon, closeBrowser, gt06Login, gt06Position, h02, hexwatch, matches, open, promised, send, sendDatagram, shot, until } from './harness.mjs';

after(closeBrowser);

const row = (page, id) => page.locator(`#device-table tr:has(td.device:has-text("${id}"))`);

// How long it takes from what is done to the words that it brings about, ms. Looks inside the page, so that the browser's own
// delays do not count.
async function msUntil(page, act, selector, text) {
    const end = page.evaluate(([selector, text]) => new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error(`not within 60 s: ${text} in ${selector}`)), 60000);
        const look = () => ([...document.querySelectorAll(selector)].some((one) => one.textContent.includes(text)) ? resolve(Date.now()) : requestAnimationFrame(look));
        look();
    }), [selector, text]);
    const start = Date.now();
    await act();
    return (await end) - start;
}

test('nothing yet: a reason and a step in every panel', async (t) => {
    const daemon = await Daemon.start(t);
    const page = await open(t, daemon);
    await matches(() => page.textContent('#answer'), /No message has come/);
    await until(async () => /No device has sent anything yet[^]*hexwatch demo/.test(await page.textContent('#device-empty')), 'the reason');
    await matches(() => page.textContent('#feed-empty'), /No message yet/);
    assert.equal(await page.locator('#guide .point').count(), 6);
    for (const point of await page.locator('#guide .point').all())
        assert.match(await point.locator('.badge').textContent(), /^[+~!?] (ok|waiting|problem|unknown)$/);
    await shot(page, 'empty');
    await page.click('nav a[data-view=where]');
    await matches(() => page.textContent('#place-empty'), /No device has told a place yet/);
    await page.click('nav a[data-view=ports]');
    await until(async () => (await page.locator('#port-grid button').count()) === 5, 'the ports');
    await page.locator('#port-grid button[data-port="5055"]').click();
    await matches(() => page.textContent('#detail-body'), /tcp 5055[^]*osmand[^]*hexwatch listens[^]*udp 5055/);
});

test('a wrong port and a missing fix appear by themselves within a second', async (t) => {
    let daemon, page, lost;
    await promised(1000, 'what comes is seen; findings in twice that time', async () => {
        await page?.context().close();
        await daemon?.stop();
        daemon = await Daemon.start(t);
        page = await open(t, daemon);
        const login = async () => (lost = await send(t, 5013, gt06Login('123456789012345')));
        const [next, finding, point] = await Promise.all([
            msUntil(page, login, '#device-table td.next', 'use port 5023'),
            msUntil(page, () => {}, '#findings .finding', 'Set the server port in the device to 5023'),
            msUntil(page, () => {}, '#guide .point', 'Set the server port in the device to 5023'),
        ]);
        await matches(() => row(page, '123456789012345').locator('td.port').textContent(), /5013 → 5023/);
        await matches(() => row(page, '123456789012345').locator('td.state').textContent(), /! problem/);
        const waiting = await msUntil(page, () => send(t, 5013, h02('4112345678', false)), '#device-table td.location', 'waiting');
        await matches(() => row(page, '4112345678').locator('td.next').textContent(), /15 min is usual waiting-for-fix/);
        // what it does next is seen in place
        const place = await msUntil(page, () => lost.write(gt06Position(48.2082, 16.3738)), '#device-table td.location', '48.2082 16.3738');
        return Math.max(next, finding / 2, point / 2, waiting, place / 1.5);
    });
    const link = row(page, '123456789012345').locator('td.location a');
    assert.match(await link.getAttribute('href'), /^https:\/\/www\.openstreetmap\.org\/\?mlat=48\.20820&mlon=16\.37380#map=15\//);
    assert.equal(await link.getAttribute('rel'), 'noreferrer noopener');
    assert.equal(await link.getAttribute('target'), '_blank');

    // a finding that is over goes
    await until(async () => (await page.locator('#findings .finding').count()) === 2, 'two findings');
    await page.click('#findings .finding.problem button.subject');
    await matches(() => page.textContent('#detail-body'), /wrong-port[^]*Device 123456789012345 speaks gt06[^]*tcp 5013 → 5023/);
    await page.click('#detail-body button:has-text("its messages")');
    assert.equal(await page.inputValue('#m-device'), '123456789012345');
    const ids = () => page.locator('#feed-table tbody tr[data-key] td.device').allTextContents();
    await until(async () => (await ids()).length >= 2 && (await ids()).every((id) => id === '123456789012345'), 'its messages, and no others');
});

test('the feed says what is wrong with a message', async (t) => {
    const daemon = await Daemon.start(t, { ports: 'tcp:5013,tcp:5023,udp:5023' });
    const page = await open(t, daemon);
    await until(async () => (await page.textContent('#live')).includes('LIVE'), 'the page is live');
    await sendDatagram(5023, gt06Login('123456789012345'));
    await send(t, 5013, Buffer.from(h02('4112345678').toString().replace('4812.4920', '0000.0000').replace('01622.4280', '00000.0000')));
    await until(async () => /use TCP/.test(await page.textContent('#feed-table')) && /at 0,0/.test(await page.textContent('#feed-table')), 'both');
});

test('a message is explained: the same bytes as identify marks', async (t) => {
    const daemon = await Daemon.start(t);
    const page = await open(t, daemon, '?view=feed');
    const message = gt06Position(-33.4489, -70.6693);
    await send(t, 5023, gt06Login('123456789012346'), message);
    const line = page.locator('#feed-table tr:has-text("position")').first();
    await line.click();
    await matches(() => page.textContent('#feed-freeze'), /Frozen/, 'who chooses a message reads it');
    await page.waitForSelector('#detail-body .fields');
    const [told] = hexwatch('identify', '--explain', '--format', 'json', `tcp:5023 ${message.toString('hex')}`, '').trim().split('\n').map((text) => JSON.parse(text));
    const { fields } = told.messages[0];
    assert.ok(fields.length >= 5);
    const shown = await page.evaluate(() => [...document.querySelectorAll('#detail-body .fields tbody tr')].map((tr) => ({
        name: tr.querySelector('th').textContent,
        value: tr.querySelector('.value-cell bdi').textContent,
        bytes: [...document.querySelectorAll(`#detail-body .byte[data-field="${tr.dataset.field}"]`)].map((byte) => [Number(byte.dataset.byte), byte.querySelector('.value').textContent]),
        colours: new Set([...document.querySelectorAll(`#detail-body .byte[data-field="${tr.dataset.field}"]`)].map((byte) => getComputedStyle(byte).backgroundColor)).size,
        letter: document.querySelector(`#detail-body .byte.first[data-field="${tr.dataset.field}"] .letter`).textContent === tr.querySelector('.swatch').textContent,
    })));
    assert.equal(shown.length, fields.length);
    for (const field of fields) {
        const mine = shown.find((one) => one.name === field.name);
        assert.deepEqual(mine.bytes, [...message.subarray(field.offset, field.offset + field.length)].map((byte, i) => [field.offset + i, byte.toString(16).padStart(2, '0')]), field.name);
        assert.equal(mine.value, field.value);
        assert.ok(mine.letter && mine.colours === 1, field.name);
    }
    assert.equal(await page.locator('#detail-body .byte.state-ok').count(), 4, 'the fix flag and the checksum are right');
    const plain = await page.locator('#detail-body .byte.plain').count();
    assert.match(await page.textContent('#detail-body .note'), new RegExp(`^${plain} of ${message.length} bytes are not explained`));
    // both ways
    const latitude = shown.findIndex((one) => one.name === 'latitude');
    await page.locator(`#detail-body .fields tr[data-field="${latitude}"]`).hover();
    await until(async () => (await page.locator('#detail-body .byte.hot').count()) === 4, 'its bytes');
    await page.locator(`#detail-body .byte[data-field="${latitude}"]`).first().click();
    await page.locator('#detail-title').hover();
    await matches(() => page.locator('#detail-body .fields tr.hot th').textContent(), /^latitude$/, 'a click keeps it');
    // a text protocol as text
    await send(t, 5013, h02('4112345678'));
    await page.click('#feed-live');
    await page.locator('#feed-table tr:has-text("h02")').first().click();
    await until(async () => (await page.locator('#detail-body .dump .value').allTextContents()).join('').startsWith('*HQ,4112345678,V5'), 'text');
});

test('a paste is answered as identify answers it', async (t) => {
    const daemon = await Daemon.start(t);
    const page = await open(t, daemon, '?view=paste');
    const paste = `5001 ${gt06Login('123456789012345').toString('hex')}\n5013 ${h02('4112345678', false).toString('hex')}`;
    await page.click('#paste-judge');
    await matches(() => page.textContent('#paste-answer'), /Nothing is in the box/);
    await page.fill('#paste-text', paste);
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('#paste-answer article:nth-of-type(2)');
    const told = hexwatch('identify', '--paste', '--format', 'json', paste).trim().split('\n').map((text) => JSON.parse(text));
    const articles = await page.locator('#paste-answer article').all();
    assert.equal(articles.length, told.length);
    for (const [i, record] of told.entries()) {
        const part = (name) => articles[i].locator(`dd[data-part=${name}]`).textContent();
        assert.ok((await part('protocol')).startsWith(record.protocol));
        assert.match(await part('port'), record.verdict === 'wrong-port' ? new RegExp(`WRONG.*${record.right_port}`) : /right/);
        assert.ok((await part('id')).includes(record.device));
        assert.match(await part('fix'), record.location === 'none' ? /carries no place/ : /^no/i);
        assert.equal(await articles[i].locator('.byte').count(), record.hex.length / 2);
    }
    await page.fill('#paste-text', 'nothing of the kind');
    await page.click('#paste-judge');
    await until(async () => /no message in it/.test(await page.textContent('#paste-answer')), 'an answer to nonsense');
});

test('search, sort and filters stand in the address', async (t) => {
    const daemon = await Daemon.start(t);
    for (let i = 0; i < 12; i++)
        await send(t, 5013, h02(`41123456${String(i).padStart(2, '0')}`, i % 2 === 0));
    await send(t, 5013, gt06Login('123456789012345'));
    const page = await open(t, daemon);
    await until(async () => (await page.textContent('#device-count')) === '13', '13 devices');
    await page.keyboard.press('/');
    await page.keyboard.type('5611');
    await until(async () => (await page.locator('#device-table tbody tr[data-key]').count()) === 1, 'the end of an id finds it');
    await matches(() => page.textContent('#device-foot'), /1 of 13 match “5611”/);
    await page.fill('#search', '');
    await page.click('#device-table button[data-sort=device]');
    await page.click('#states [data-state=waiting]');
    await until(() => page.url().includes('sort=device') && page.url().includes('state=waiting'), 'the address');
    assert.equal(await page.getAttribute('#device-table th.device', 'aria-sort'), 'ascending');
    const waiting = Array.from({ length: 6 }, (_, i) => `41123456${String(2 * i + 1).padStart(2, '0')}`).join();
    await until(async () => (await page.locator('#device-table tbody td.device').allTextContents()).join() === waiting, 'those that wait, in order');
    const again = await open(t, daemon, new URL(page.url()).search);
    await until(async () => (await again.locator('#device-table tbody td.device').count()) === 6, 'the same view elsewhere');
    await page.click('#states [data-state=waiting]');
    await page.locator('#device-table td.protocol button', { hasText: 'gt06' }).click();
    await matches(() => page.textContent('#filters'), /protocol gt06/);
    await page.fill('#search', 'nobody');
    await matches(() => page.textContent('#device-empty'), /None of 13 devices matches/);
    await page.click('#device-empty button');
    await until(async () => (await page.locator('#device-table tbody tr[data-key]').count()) >= 10, 'all again');
    // what was chosen can be left by the browser's own button
    await page.locator('#device-table tbody tr[data-key]').first().click({ position: { x: 20, y: 10 } });
    await until(() => page.url().includes('pick=device'), 'the choice');
    await page.goBack();
    await until(async () => !(await page.isVisible('#detail-close')), 'left again');
});
