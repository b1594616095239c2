// SPDX-License-Identifier: Apache-2.0
// For everybody: by keyboard, for screen readers, on a phone, in both themes, at twice the size, without colours.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Daemon, closeBrowser, gt06Login, gt06Position, goTo, h02, matches, open, send, shot, startDemo, until } from './harness.mjs';

after(closeBrowser);

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

// hexwatch demo with its story played: a wrong port, no fix, 0,0, a wrong clock, an unknown sender, a scanner.
async function demo(t) {
    startDemo(t, '--speed', '5');
    const daemon = { url: 'http://127.0.0.1:8085/' };
    await until(async () => (await fetch(`${daemon.url}api/status`).catch(() => null))?.ok, 'the demo');
    await until(async () => {
        const { findings } = await (await fetch(`${daemon.url}api/status`)).json();
        return findings.codes['wrong-port'] && findings.codes['unidentified'] && findings.codes['zero-coordinates'] && findings.codes['not-a-tracker'];
    }, 'the story', 120000);
    return daemon;
}

test('all by keyboard', async (t) => {
    const daemon = await Daemon.start(t);
    for (let i = 0; i < 40; i++)
        await send(t, 5013, h02(`41123456${String(i).padStart(2, '0')}`));
    const page = await open(t, daemon);
    await until(async () => (await page.textContent('#states [data-state=ok] .figure')) === '40' && (await page.getAttribute('#device-table', 'aria-rowcount')) === '41', 'devices, in their order');
    await page.keyboard.press('?');
    await matches(() => page.textContent('#keys'), /search the devices[^]*freeze/);
    assert.ok(await page.isVisible('#keys'));
    await page.keyboard.press('Escape');
    await until(async () => !(await page.isVisible('#keys')), 'the keys are closed');
    await page.keyboard.press('/');
    await matches(() => page.evaluate(() => document.activeElement.id), /^search$/);
    await page.keyboard.press('ArrowDown');
    const focused = () => page.evaluate(() => document.activeElement.closest('tr')?.getAttribute('aria-rowindex'));
    await matches(focused, /^2$/);
    for (let i = 0; i < 25; i++)
        await page.keyboard.press('ArrowDown');
    await matches(focused, /^27$/, 'beyond what was drawn');
    const isInSight = await page.evaluate(() => {
        const row = document.activeElement.getBoundingClientRect(), box = document.querySelector('#devices .rows').getBoundingClientRect();
        return row.top >= box.top && row.bottom <= box.bottom + 1;
    });
    assert.ok(isInSight);
    await page.keyboard.press('End');
    await matches(focused, /^41$/);
    await page.keyboard.press('Enter');
    await matches(() => page.textContent('#detail-body'), /its messages/);
    await page.keyboard.press('Escape');
    await until(async () => !(await page.isVisible('#detail-close')), 'closed');
    for (const [key, view] of [['2', 'feed'], ['3', 'ports'], ['4', 'where'], ['1', 'devices']]) {
        await page.keyboard.press(key);
        await matches(() => page.getAttribute('body', 'data-view'), new RegExp(`^${view}$`));
    }
    await page.keyboard.press('3');
    await page.waitForSelector('#port-grid button');
    await page.locator('#port-grid button').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await matches(() => page.textContent('#detail-title'), /Port 5013/);
    // every stop of the Tab key can be seen
    await page.keyboard.press('1');
    for (let i = 0; i < 30; i++) {
        await page.keyboard.press('Tab');
        const where = await page.evaluate(() => {
            const one = document.activeElement, box = one.getBoundingClientRect();
            return one === document.body || one.matches('.skip, .rows') || (box.width > 0 && box.height > 0 && getComputedStyle(one).outlineStyle !== 'none') ? '' : one.outerHTML.slice(0, 200);
        });
        assert.equal(where, '');
    }
});

test('many findings are one stop of the Tab key, and those that count on keep it', async (t) => {
    const daemon = await Daemon.start(t);
    const wrong = [];
    for (let i = 0; i < 5; i++)
        wrong.push(await send(t, 5013, gt06Login(`90000000000010${i}`)));
    const page = await open(t, daemon);
    await until(async () => (await page.locator('#findings .subject').count()) === 5, 'findings');
    assert.equal(await page.locator('#findings .subject[tabindex="0"]').count(), 1);
    const focused = () => page.evaluate(() => document.activeElement.matches('#findings .subject') && document.activeElement.textContent);
    const second = await page.locator('#findings .subject').nth(1).textContent();
    await page.locator('#findings .subject').first().focus();
    await page.keyboard.press('ArrowDown');
    await until(async () => (await focused()) === second, 'the second');
    for (const one of wrong)
        one.write(gt06Position(48.2082, 16.3738));
    await until(async () => /seen 2 times/.test(await page.locator('#findings li').nth(1).textContent()), 'it counts on');
    assert.equal(await focused(), second);
    await page.keyboard.press('Tab');
    await until(async () => (await focused()) === false, 'left');
});

test('a screen reader hears tables, states, and what matters', async (t) => {
    const daemon = await Daemon.start(t);
    const page = await open(t, daemon);
    await until(async () => (await page.textContent('#live')).includes('LIVE'), 'live');
    assert.equal(await page.textContent('#aloud'), '', 'silent at first');
    await send(t, 5013, gt06Login('123456789012345'));
    await until(async () => /wrong-port 123456789012345/.test(await page.textContent('#aloud')), 'the finding is said');
    assert.equal(await page.locator('[aria-live]:not(#aloud):not(#paste-answer)').count(), 0);
    const table = page.getByRole('table', { name: 'Devices' });
    await matches(() => table.getAttribute('aria-rowcount'), /^2$/);
    assert.ok(await table.getByRole('columnheader', { name: 'Port' }).isVisible());
    const cell = table.getByRole('cell', { name: /5013 ?→ ?5023/ });
    await until(async () => (await cell.count()) === 1, 'its port');
    const unnamed = await page.evaluate(() => [...document.querySelectorAll('button, a[href], input, textarea, select')].filter((one) =>
        !(one.textContent.trim() || one.getAttribute('aria-label') || one.labels?.length)).map((one) => one.outerHTML.slice(0, 120)));
    assert.deepEqual(unnamed, []);
});

// By WCAG: the ratio between each visible text and what is behind it.
function contrasts() {
    const parse = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((value) => value / 255).map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)).reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = (one) => {
        for (let at = one; at; at = at.parentElement) {
            const colour = parse(getComputedStyle(at).backgroundColor);
            if (colour.length === 3 || colour[3] > 0.99)
                return colour;
        }
        return [255, 255, 255];
    };
    const bad = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const one = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim() || !one.checkVisibility() || one.closest('.hidden-words, noscript, option, .skip, .dim'))
            continue;
        const [a, b] = [light(parse(getComputedStyle(one).color)), light(ground(one))].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < 4.5)
            bad.push(`${ratio.toFixed(2)} ${one.className} ${walker.currentNode.textContent.slice(0, 30)}`);
    }
    return bad;
}

test('readable in light and dark, at twice the size, without colours; the theme is kept', async (t) => {
    const daemon = await demo(t);
    const views = ['', '?view=feed', '?view=ports', '?view=where', '?view=paste', '?pick=message:tcp:5013:78781f121a020108090ac90518e6b0020c529025142d01040100120034560002e3b20d0a'];
    for (const colorScheme of ['light', 'dark']) {
        const page = await open(t, daemon, '', { colorScheme });
        await until(async () => (await page.locator('#device-table tbody tr[data-key]').count()) >= 6, 'devices');
        for (const [i, query] of views.entries()) {
            await goTo(page, daemon.url + query);
            if (query.includes('paste')) {
                await page.fill('#paste-text', '5001 78780d01012345678901234500018cdd0d0a');
                await page.click('#paste-judge');
            }
            if (query.includes('paste') || query.includes('pick'))
                await page.waitForSelector('.explained .byte');
            if (query.includes('ports'))
                await page.waitForSelector('#port-grid button');
            if (query === '')
                await page.waitForSelector('#device-table tr:has-text("wrong-port")');
            assert.deepEqual(await page.evaluate(contrasts), [], `${colorScheme} ${query}`);
            await shot(page, query === '' ? colorScheme : `${colorScheme}-${i}${query.replace(/^\?(view=)?/, '-').slice(0, 8).replace(/\W$/, '')}`);
        }
    }
    const large = await open(t, daemon, '', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });
    await until(async () => (await large.locator('#device-table tbody tr[data-key]').count()) >= 3, 'devices');
    assert.ok(await large.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await shot(large, 'twice');
    const grey = await open(t, daemon);
    const session = await grey.context().newCDPSession(grey);
    await session.send('Emulation.setEmulatedVisionDeficiency', { type: 'achromatopsia' });
    await until(async () => (await grey.locator('#device-table tbody tr[data-key]').count()) >= 6, 'devices');
    await shot(grey, 'grey');
    await grey.keyboard.press('t');
    await matches(() => grey.getAttribute('html', 'data-theme'), /^dark$/);
    await grey.reload();
    assert.equal(await grey.getAttribute('html', 'data-theme'), 'dark', 'remembered');
});

test('on a phone: cards, nothing beyond the edge, nothing too small to touch', async (t) => {
    const daemon = await demo(t);
    const page = await open(t, daemon, '', PHONE);
    await until(async () => (await page.locator('#device-table tbody tr[data-key]').count()) >= 4, 'devices');
    await shot(page, 'phone');
    await until(() => page.evaluate(() => {
        const [answer, first] = ['#answer', '#device-table tbody tr[data-key]'].map((one) => document.querySelector(one)?.getBoundingClientRect());
        return answer?.top < 100 && first?.bottom < 740;
    }), 'the answer and a problem above the fold');
    for (const view of ['', 'feed', 'ports', 'where', 'paste', 'guide']) {
        await goTo(page, `${daemon.url}?view=${view}`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), view);
        const small = await page.evaluate(() => [...document.querySelectorAll('nav a, button, input, textarea, select, tr[data-key]')].filter((one) => one.checkVisibility() && !one.matches('.value, .code, .link') && (one.getBoundingClientRect().height < 43.5)).map((one) => `${one.id} ${one.className} ${one.textContent.slice(0, 20)} ${one.getBoundingClientRect().height}`));
        assert.deepEqual(small, [], view);
        await shot(page, `phone-${view || 'devices'}`);
    }
    // how a newcomer finds it: the row says so, a touch tells all
    await goTo(page, daemon.url);
    await page.locator('#device-table tr:has-text("wrong-port")').first().tap({ position: { x: 200, y: 12 } });
    await matches(() => page.textContent('#detail-body'), /Set the server port in the device to \d+/);
    await shot(page, 'phone-device');
    await page.tap('#detail-close');
    await until(async () => !(await page.isVisible('#detail-close')), 'closed');
});

test('where nothing comes any more, what came before is there at once, at any size', async (t) => {
    const daemon = await Daemon.start(t);
    for (let i = 0; i < 30; i++) {
        await send(t, 5013, h02(String(4100000000 + i)));
        if (i >= 28) // those before the last one; then that one
            await until(async () => (await daemon.get('api/devices')).length === i + 1, 'they were heard');
    }
    for (const viewport of [{ width: 360, height: 640 }, { width: 800, height: 1100 }, { width: 1280, height: 800 }]) {
        const page = await open(t, daemon, '', { viewport });
        await until(() => page.evaluate(() => {
            const last = [...document.querySelectorAll('#device-table tbody tr[data-key]')].at(-1), box = document.querySelector('#devices .rows');
            return last?.getBoundingClientRect().bottom >= Math.min(innerHeight, box.getBoundingClientRect().bottom) - 5;
        }), `rows down to the edge at ${viewport.width}`);
        await matches(() => page.textContent('#device-foot'), /^1–[1-9]\d* of 30$/);
        if (viewport.width > 1000) {
            await until(async () => (await page.locator('#feed-table tbody tr[data-key]').count()) >= 4, 'the latest messages');
            await matches(() => page.locator('#feed-table tbody tr[data-key]').first().textContent(), /4100000029/);
        }
        if (viewport.width > 600) {
            const id = page.locator('#device-table td.device bdi').first();
            assert.ok(await id.evaluate((one) => one.parentElement.scrollWidth <= one.parentElement.clientWidth), 'ids are whole');
        }
    }
});

test('the demo fills every panel', async (t) => {
    const daemon = await demo(t);
    const page = await open(t, daemon);
    // what the README promises: the first row is the one on a wrong port, and says where it belongs; one click says it in a sentence
    const first = page.locator('#device-table tbody tr[data-key]').first();
    const [key, right] = await until(() => first.evaluate((one) => {
        const words = /→ ?\d+.*use port (\d+)/.exec(one.textContent);
        return words && [one.dataset.key, words[1]];
    }), 'the wrong port on top');
    await page.locator(`#device-table tr[data-key=${JSON.stringify(key)}]`).click({ position: { x: 200, y: 12 } });
    await until(async () => (await page.textContent('#detail-body')).includes(`Set the server port in the device to ${right}`), 'where it belongs');
    await shot(page, 'chosen');
    await page.keyboard.press('Escape');
    await until(async () => (await page.locator('#device-table tr:has-text("none yet: 127.")').count()) > 0, 'a sender without an id');
    await matches(() => page.locator('#device-table tr:has-text("none yet: 127.") td.protocol').first().textContent(), /^–$/);
    await page.keyboard.press('4');
    await until(async () => (await page.locator('#places li').count()) > 8, 'places');
    await matches(() => page.textContent('#places'), /0,0/);
    const look = () => page.evaluate(() => {
        const { width, height } = document.querySelector('#map');
        const { data } = document.querySelector('#map').getContext('2d').getImageData(0, 0, width, height);
        const seen = new Map();
        for (let i = 0; i < data.length; i += 4) {
            const key = `${data[i]},${data[i + 1]},${data[i + 2]}`;
            seen.set(key, (seen.get(key) ?? 0) + 1);
        }
        return { land: seen.get('204,211,218') ?? 0, problem: seen.get('138,0,30') ?? 0, ok: seen.get('0,122,92') ?? 0 };
    });
    await until(async () => {
        const { land, problem, ok } = await look();
        return land > 10000 && problem > 20 && ok > 100;
    }, 'the outlines, and dots of both kinds');
    await page.locator('#places button').first().click();
    await matches(() => page.textContent('#detail-body'), /last seen/);
    await page.keyboard.press('3');
    await until(async () => (await page.locator('#port-grid button').count()) > 200, 'all ports');
    await matches(() => page.locator('#port-grid button.unknown').first().textContent(), /^\?/); // data of which nothing is identified
    const wrong = page.locator('#port-grid button.problem:has-text("!")').first();
    await wrong.click();
    await matches(() => page.textContent('#detail-body'), /wrong-(port|transport)/);
    await page.click('#port-legend [data-happened=wrong-protocol]');
    await until(async () => (await page.locator('#port-grid button.dim').count()) > 200, 'the others are dim');
    await page.keyboard.press('2');
    await until(async () => (await page.locator('#feed-table tbody tr[data-key]').count()) > 5, 'messages');
});
