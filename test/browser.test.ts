// What people do in a browser: read the docs page and try an operation, and run a frontend from another origin.

import { appendFile, cp, mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../src/app.ts';
import { chromiumPath, startChromium } from './support/chromium.ts';
import { type TemporaryFolder, temporaryFolder } from './support/folder.ts';
import { HISTORY } from './support/history.ts';

const DATA = new URL('../data', import.meta.url);
const CONTRACTS = new URL('../openapi', import.meta.url).pathname;

/** What the frontend of the course does, in its own words: fetch, and a WebSocket with nothing but onmessage. */
const FRONTEND = `<!doctype html><meta charset="utf-8"><title>apitester</title><pre id="log"></pre><script type="module">
const base = new URLSearchParams(location.search).get('api');
const get = async (path) => { const answer = await fetch(base + path); return [answer.status, await answer.json()]; };
const results = {
  alive: await get('/api/alive'),
  associations: await get('/api/associations'),
  association: await get('/api/association/1'),
  evenements: await get('/api/evenements'),
  evenement: await get('/api/evenement/' + (await get('/api/evenements'))[1][0]),
  deLAssociation: await get('/api/association/1/evenements'),
  parType: await get('/api/associations/type/bde'),
  inconnue: await get('/api/association/9999'),
  inconnu: await get('/api/evenement/9999'),
};
window.frames_ = [];
new WebSocket(base.replace('http', 'ws') + '/ws').onmessage = ({ data }) => window.frames_.push(JSON.parse(data));
window.results = results;
</script>`;

describe.skipIf(chromiumPath === undefined)('in a browser', () => {
  let browser: Browser;
  let folder: TemporaryFolder;
  let app: Awaited<ReturnType<typeof buildApp>>;
  let base: string;
  const other = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end(FRONTEND),
  );

  beforeAll(async () => {
    folder = await temporaryFolder();
    await mkdir(folder.path);
    await cp(DATA, folder.path, { recursive: true });
    app = await buildApp({
      folder: folder.path,
      contracts: CONTRACTS,
      host: '127.0.0.1',
      port: 0,
      history: HISTORY,
    });
    base = await app.listen({ host: '127.0.0.1', port: 0 });
    await app.rowcast.whenScanned;
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    browser = await startChromium();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    other.close();
    await app?.close();
    await folder?.[Symbol.asyncDispose]();
  });

  /** Opens a page and fails on a request to any other host and on an error in its console. */
  const open = async (url: string, allowed: readonly string[]): Promise<Page & { faults: string[] }> => {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('request', (request) => {
      const isKnown =
        allowed.some((origin) => request.url().startsWith(origin)) || request.url().startsWith('data:');
      if (!isKnown) faults.push(`request to ${request.url()}`);
    });
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await page.goto(url);
    return Object.assign(page, { faults });
  };

  test('the docs page shows every table and tries an operation', { timeout: 60_000 }, async () => {
    const page = await open(`${base}/docs`, [base]);
    const operation = page.locator('.opblock', { has: page.locator('[data-path="/api/stations/{key}"]') });
    await operation.locator('.opblock-summary').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    const status = operation.locator('.live-responses-table .response-col_status').last();
    await status.waitFor();
    expect(await status.textContent()).toContain('200');
    expect(page.faults).toEqual([]);
    await page.close();
  });

  test('every operation answers 2xx when tried as the page offers it', { timeout: 120_000 }, async () => {
    const page = await open(`${base}/docs`, [base]);
    await page.locator('.opblock').first().waitFor();
    const failed: string[] = [];
    for (const operation of await page.locator('.opblock').all()) {
      const path = await operation.locator('.opblock-summary-path').getAttribute('data-path');
      await operation.locator('.opblock-summary').click();
      await operation.getByRole('button', { name: 'Try it out' }).click();
      await operation.getByRole('button', { name: 'Execute' }).click();
      const status = operation.locator('.live-responses-table .response-col_status').last();
      await status.waitFor();
      const said = (await status.textContent()) ?? '';
      if (!/^2\d\d/.test(said.trim())) failed.push(`${path}: ${said}`);
      await operation.locator('.opblock-summary').click();
    }
    expect(failed).toEqual([]);
    await page.close();
  });

  test('a frontend of another origin reads the contract and hears the feed', {
    timeout: 60_000,
  }, async () => {
    const origin = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const page = await open(`${origin}/?api=${encodeURIComponent(base)}`, [base, origin]);
    const results = (await page
      .waitForFunction('window.results')
      .then((handle) => handle.jsonValue())) as Record<string, [number, unknown]>;
    expect(results.alive).toEqual([200, { message: 'Alive' }]);
    expect(results.associations?.[1]).toEqual(expect.arrayContaining([1, 2, 3]));
    expect(results.association?.[1]).toMatchObject({
      id: 1,
      nom: expect.any(String),
      type: expect.any(String),
    });
    expect(results.evenement?.[0]).toBe(200);
    expect(results.deLAssociation?.[1]).toEqual(
      expect.arrayContaining([expect.objectContaining({ association_id: 1 })]),
    );
    expect(results.parType?.[1]).toEqual(expect.arrayContaining([expect.objectContaining({ type: 'BDE' })]));
    expect(results.inconnue).toEqual([404, { error: 'Association not found' }]);
    expect(results.inconnu).toEqual([404, { error: 'Event not found' }]);

    await page.waitForFunction('window.frames_.length > 0');
    await appendFile(
      folder.at('evenements_associations.csv'),
      '999,1,Soirée jeux,2025-05-02,Foyer,Des jeux.\n',
    );
    await page.waitForFunction('window.frames_.length > 1');
    const frames = (await page.evaluate('window.frames_')) as {
      type: string;
      data?: { changes?: unknown };
    }[];
    expect(frames.map(({ type }) => type)).toEqual(['hello', 'rowcast.table.changed']);
    expect(frames[1]?.data?.changes).toMatchObject([{ op: 'insert', key: 999, row: { nom: 'Soirée jeux' } }]);
    // The browser itself reports the two 404 that were asked for.
    expect(page.faults.filter((fault) => !fault.includes('404'))).toEqual([]);
    await page.close();
  });

  test('the first page lists the tables and shows the last change', { timeout: 60_000 }, async () => {
    const page = await open(base, [base]);
    await page.getByRole('link', { name: 'stations', exact: true }).waitFor();
    await page.getByText(/^Connected/).waitFor();
    await appendFile(folder.at('readings.csv'), '6000,1,2025-02-05T06:00:00Z,1.5,70,2.0,true,\n');
    await page
      .getByText(/readings/)
      .nth(1)
      .waitFor();
    expect(page.faults).toEqual([]);
    await page.close();
  });

  test('the page of the feed: a subscription is composed, sent, and its changes are read', {
    timeout: 60_000,
  }, async () => {
    const page = await open(base, [base]);
    await page.getByRole('link', { name: 'The feed, live' }).click();
    await page.getByText(/^Connected/).waitFor();
    await page.getByRole('combobox', { name: 'Table' }).selectOption('stations');
    const composed = async () => JSON.parse(await page.getByRole('textbox', { name: /^Frame/ }).inputValue());
    const suggested = (await composed()) as { query: string };
    expect(suggested).toMatchObject({ op: 'subscribe', table: 'stations', fields: expect.any(Array) });
    // What is suggested finds something.
    const found = await fetch(`${base}/api/stations?${suggested.query}`);
    expect([found.status, ((await found.json()) as unknown[]).length]).not.toEqual([200, 0]);

    await page.getByLabel(/^Which rows/).fill('id=77');
    await page.getByLabel(/^Fields/).fill('id, name');
    await page.getByLabel(/^snapshot/).check();
    expect(await composed()).toMatchObject({ query: 'id=77', fields: ['id', 'name'], snapshot: true });
    await page.getByRole('textbox', { name: /^Frame/ }).press('Control+Enter');
    await page.getByText(/^Subscribed to stations/).waitFor();
    await appendFile(folder.at('stations.csv'), '77,Cold Tarn,Upland,512,52.9000,-3.8000,2025-02-01,true\n');
    await page.getByText(/^stations: 1 row inserted/).waitFor();
    expect(await page.getByRole('log').textContent()).toContain('new row 77 id 77, name "Cold Tarn"');
    await page
      .getByText(/← rowcast\.table\.changed/)
      .first()
      .click();
    expect(JSON.parse((await page.locator('#frames pre').first().textContent()) ?? '')).toMatchObject({
      source: '/api/stations?id=77&_fields=id%2Cname',
    });

    await page.getByLabel(/^Which rows/).fill('nmae=x');
    await page.getByRole('button', { name: 'Send' }).click();
    await page
      .getByRole('alert')
      .getByText(/Nearest: name/)
      .waitFor();
    await page.getByRole('button', { name: /^End the subscription/ }).click();
    await page.getByText(/^Subscription .* has ended/).waitFor();

    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(page.faults).toEqual([]);
    await page.close();
  });
});
