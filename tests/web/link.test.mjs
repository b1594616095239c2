// SPDX-License-Identifier: Apache-2.0
// The connection: lost, told, found again by itself; frozen and live; hidden tabs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Daemon, closeBrowser, connect, gt06Login, h02, matches, open, send, shot, until } from './harness.mjs';

after(closeBrowser);

test('a lost connection is told and heals by itself', async (t) => {
    const daemon = await Daemon.start(t);
    await send(t, 5013, gt06Login('123456789012345'));
    const page = await open(t, daemon);
    await until(async () => (await page.locator('#device-table tbody tr[data-key]').count()) === 1, 'the device');
    page.mayFail = true;
    await daemon.stop('SIGKILL');
    await until(() => page.isVisible('#lost-bar'), 'the bar');
    await matches(() => page.textContent('#lost-words'), /Not live since \d\d:\d\d:\d\d/);
    await matches(() => page.textContent('#live'), /! LOST/);
    assert.equal(await page.locator('#device-table tbody tr[data-key]').count(), 1, 'the last picture stays');
    const before = await page.textContent('#device-table td.last');
    await until(async () => (await page.textContent('#device-table td.last')) !== before, 'ages go on');
    await shot(page, 'outage');
    // each pause is longer than the one before
    const pauses = new Set();
    await until(async () => {
        const told = /again in (\d+) s/.exec(await page.textContent('#lost-words'));
        if (told)
            pauses.add(Number(told[1]));
        return pauses.has(4);
    }, 'growing pauses');
    // what heals is the click, and none of its own tries: these come to nothing
    await page.evaluate(() => {
        const Real = EventSource;
        window.EventSource = function () {
            return { addEventListener() {}, close() {} };
        };
        document.querySelector('#lost-now').addEventListener('click', () => (window.EventSource = Real), { capture: true, once: true });
    });
    await daemon.run();
    await send(t, 5013, h02('4112345678', false));
    await page.click('#lost-now');
    await until(async () => !(await page.isVisible('#lost-bar')), 'healed');
    await until(async () => (await page.locator('#device-table tbody td.device').allTextContents()).join() === '4112345678', 'the new picture, and nothing of the old one');
    await daemon.stop('SIGKILL');
    await until(() => page.isVisible('#lost-bar'), 'lost again');
    await daemon.run();
    await until(async () => !(await page.isVisible('#lost-bar')), 'healed without a click');
    await until(async () => (await page.textContent('#answer')).includes('No message has come'), 'the new answer');
});

test('the feed freezes for who reads, counts, and goes on', async (t) => {
    const daemon = await Daemon.start(t);
    const page = await open(t, daemon, '?view=feed');
    const sender = await connect(t, 5013);
    for (let i = 1; i <= 61; i++) {
        sender.write(h02('4112345678'));
        // of many at once the page shows a part
        await until(async () => (await page.getAttribute('#feed-table', 'aria-rowcount')) === String(i + 1), `${i} messages, under a head`);
    }
    await page.evaluate(() => document.querySelector('#feed .rows').scrollTo(0, 300));
    await until(async () => (await page.textContent('#feed-freeze')) === 'Frozen', 'frozen by scrolling');
    const read = () => page.evaluate(() => {
        const box = document.querySelector('#feed .rows').getBoundingClientRect();
        return document.elementFromPoint(box.left + 20, box.top + 100).closest('tr')?.dataset.key;
    });
    const key = await until(read, 'the rows are drawn');
    for (let i = 0; i < 5; i++)
        sender.write(h02('4112345678', false));
    await until(async () => (await page.textContent('#feed-live')) === '5 new, go live', 'counted');
    assert.equal(await read(), key, 'what is read stays where it is');
    await page.click('#feed-live');
    await until(async () => (await page.textContent('#feed-freeze')) === 'Freeze', 'live');
    await until(async () => /no fix/.test(await page.locator('#feed-table tbody tr[data-key]').first().textContent()), 'the latest on top');
    await page.keyboard.press('Escape');
    await page.locator('#feed-title').click();
    await page.keyboard.press('Space');
    await matches(() => page.getAttribute('#feed-freeze', 'aria-pressed'), /true/);
    await page.keyboard.press('Space');
    await matches(() => page.getAttribute('#feed-freeze', 'aria-pressed'), /false/);
    // filters
    await send(t, 5001, h02('4112345679', false));
    await until(async () => (await page.textContent('#feed-table')).includes('4112345679'), 'another device');
    await page.fill('#m-device', '4112345679');
    await until(async () => page.asked.some((url) => /events\?only=messages&device=4112345679/.test(url)), 'a stream of its own');
    await send(t, 5001, h02('4112345679', false));
    await until(async () => (await page.locator('#feed-table tbody tr[data-key]').count()) === 2, 'each message once');
    await page.click('#feed-clear');
    for (const [name, value] of [['port', '5001'], ['device', '5679'], ['finding', 'wrong-port']]) {
        await page.fill(`#m-${name}`, value);
        await until(async () => (await page.locator('#feed-table tbody tr[data-key]').count()) === 2, `only ${name} ${value}`);
        await page.click('#feed-clear');
    }
    await page.fill('#m-protocol', 'gt06');
    await until(async () => /No message of protocol gt06 yet/.test(await page.textContent('#feed-empty')), 'why it is empty');
});

test('a hidden tab has no connection, and catches up', async (t) => {
    const daemon = await Daemon.start(t);
    const page = await open(t, daemon);
    const hide = (isHidden) => page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
        document.dispatchEvent(new Event('visibilitychange'));
    }, isHidden);
    await until(async () => (await page.textContent('#live')).includes('LIVE'), 'live');
    const asked = () => page.asked.filter((url) => url.endsWith('/events')).length;
    await hide(true);
    const before = asked();
    await send(t, 5013, gt06Login('123456789012345'));
    await until(async () => (await daemon.get('api/devices')).length === 1, 'the daemon has it');
    assert.equal(await page.locator('#device-table tbody tr[data-key]').count(), 0);
    assert.equal(asked(), before);
    await hide(false);
    await until(async () => (await page.locator('#device-table tbody tr[data-key]').count()) === 1, 'caught up');
    assert.equal(asked(), before + 1, 'one connection a tab');
});
