/** The page of the lock lab in a real browser: choices, sorting, themes, time line, narrow screens. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labHtml } from '../../dist/src/report/lab-html/page.js';
import { labResult } from '../support/lab-result.ts';

const CHROMIUM = '/usr/bin/chromium';
const there = existsSync(CHROMIUM);
if (!there)
  process.stderr.write(`SKIPPED: the page of the lock lab was not tried in a browser, there is no ${CHROMIUM}\n`);

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe.skipIf(!there)('in Chromium', () => {
  let directory = '';
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tasklock-page-'));
    const file = join(directory, 'page.html');
    writeFileSync(file, labHtml(labResult({ locks: ['mcs', 'ticket', 'tas'], cpus: [2, 16] })));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    page = await browser.newPage({ viewport: { width: 1000, height: 800 }, colorScheme: 'light' });
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(pathToFileURL(file).href);
  });

  afterAll(async () => {
    await browser.close();
    rmSync(directory, { recursive: true });
  });

  test('the number of CPUs chooses what is shown', async () => {
    const shown = (): Promise<string[]> =>
      page.$$eval('[data-cpus]', (parts) =>
        parts.filter((part) => !part.hasAttribute('hidden')).map((part) => part.getAttribute('data-cpus') ?? ''),
      );
    expect(await shown()).toEqual(['16']);
    await page.selectOption('#cpus', '2');
    expect(await shown()).toEqual(['2']);
  });

  test('a click on a head sorts by its column, another one the other way round', async () => {
    const table = page.locator('[data-cpus="2"] table.sortable');
    const first = (): Promise<string | null> => table.locator('tbody tr').first().locator('td').first().textContent();
    const head = table.locator('th').nth(2);
    await head.locator('button').click();
    expect([await head.getAttribute('aria-sort'), await first()]).toEqual(['descending', 'tas']);
    await head.locator('button').click();
    expect([await head.getAttribute('aria-sort'), await first()]).toEqual(['ascending', 'mcs']);
  });

  test('a lock can be hidden, by keyboard too', async () => {
    await page.locator('.legend button[data-name="ticket"]').focus();
    await page.keyboard.press('Enter');
    const off = await page.$$eval('[data-lock].off', (parts) => parts.map((part) => part.getAttribute('data-lock')));
    expect(new Set(off)).toEqual(new Set(['ticket']));
  });

  test('the time line is drawn and says who holds and who waits', async () => {
    const lanes = page.locator('#lanes');
    await lanes.scrollIntoViewIfNeeded();
    const box = await lanes.boundingBox();
    if (box === null) throw new Error('no time line');
    await page.mouse.move(box.x + 48 + (box.width - 56) * (1075 / 1990), box.y + 5);
    expect(await page.textContent('#says')).toMatch(/held by CPU#0; nobody waits/);
    await page.click('#in');
    await page.click('#right');
    expect(await page.textContent('#says')).toMatch(/move over/);
  });

  test('light and dark by the button', async () => {
    const background = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await background();
    await page.click('#theme');
    expect(await background()).not.toBe(light);
  });

  test('nothing reaches beyond a narrow screen', async () => {
    await page.setViewportSize({ width: 375, height: 700 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
  });

  test('no errors on the way', () => {
    expect(errors).toEqual([]);
  });
});
