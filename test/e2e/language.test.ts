import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { naiveDecoder } from '../../packages/language/dist/testing/naiveDecoder.js';
import { sharedModel } from '../../packages/language/dist/testing/shared.node.js';
import { type RunningServer, serveWorkspace } from '../../packages/server/dist/index.js';
import { LETTER_WEIGHTS, writeLetterDecoder } from '../letterDecoder.ts';
import { violations } from './axe.ts';
import { launchBrowser, noBrowser, visit } from './browser.ts';

const PROMPT = [1, 0, 3, 6, 4];
const TEXT = 'badge';
const soon = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });

describe.skipIf(noBrowser !== null)('the page Language', () => {
  let folder: string;
  let server: RunningServer;
  let browser: Browser;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'letters '));
    await writeLetterDecoder(folder);
    server = await serveWorkspace({ dir: folder, port: 0 });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = (query: string, options: object = {}) =>
    visit(browser, `${server.url}?page=language&text=${TEXT}${query}`, options);
  const idle = (page: Page) => page.waitForFunction(() => !document.querySelector('main [aria-busy=true], main [role=status]'));
  /** The token that loops in double precision find most probable. */
  const nextOf = (ids: number[]): number => {
    const logits = naiveDecoder(LETTER_WEIGHTS, ids).logits!.slice(-41);
    return logits.indexOf(Math.max(...logits));
  };

  it('cuts what is typed into tokens, with white space visible, and tells of a text that is too long', async () => {
    const { page, end } = await open('');
    const options = page.getByRole('listbox', { name: 'Tokens' }).getByRole('option');
    await soon(() => options.allTextContents()).toEqual(['b', 'a', 'd', 'g', 'e']);
    await page.getByRole('textbox', { name: 'Text' }).fill('a b');
    await soon(() => options.allTextContents()).toEqual(['a', '·', 'b']);
    await soon(() => page.url()).toContain('text=a+b');
    await page.getByRole('textbox', { name: 'Text' }).fill('ab'.repeat(20));
    await page.getByRole('alert').filter({ hasText: '40 tokens, and this model reads 24: shorten it by 16' }).waitFor();
    await end();
  });

  it('steps by the keyboard from the embedding to the token that comes next, appends it, and goes round', async () => {
    const { page, end } = await open('&t=0');
    await idle(page);
    for (const name of ['Normalize', 'Query, key, value', 'Scores and mask', 'Softmax', 'Mix of values', 'Output of all heads']) {
      await page.keyboard.press('.');
      await page.getByRole('heading', { level: 2 }).filter({ hasText: name }).waitFor();
    }
    for (let i = 0; i < 6; i++) await page.keyboard.press('.');
    const next = nextOf(PROMPT);
    const label = 'abcdefghijklmnopqrstuvwxyz·.,!?0123456789'[next]!;
    await page.locator('.chosen .token-label').filter({ hasText: label }).waitFor();
    await page.getByRole('button', { name: 'Append it, and go round again' }).click();
    await soon(() => page.locator('.token-list .token').allTextContents()).toEqual(['b', 'a', 'd', 'g', 'e', label]);
    await page.getByRole('heading', { level: 2 }).filter({ hasText: 'Embedding' }).waitFor();
    expect(page.url()).toContain(`more=${next}`);
    await end();
  });

  it('shows the real numbers, and of each the dot product that made it', async () => {
    const { page, end } = await open('&step=2&layer=1&head=3&pos=2&n=q.1:5');
    const query = naiveDecoder(LETTER_WEIGHTS, PROMPT)['q.1']!.slice((2 * 4 + 3) * 16, (2 * 4 + 4) * 16);
    const slider = page.getByRole('slider', { name: 'Query, q.1' });
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    const spoken = (await slider.getAttribute('aria-valuetext'))!;
    expect(Number(spoken.split(': ')[1]!.replace('−', '-'))).toBeCloseTo(query[1]!, 2);
    const panel = page.getByRole('region', { name: 'How a number came about' });
    await panel.getByText('is the sum of 32 products of').waitFor();
    const shown = await panel.locator('p b').first().textContent();
    expect(Number(shown!.replace('−', '-'))).toBeCloseTo(query[5]!, 2);
    await panel.getByRole('button', { name: 'Close' }).click();
    await soon(() => page.url()).not.toContain('n=q');
    await end();
  });

  it('adds branches to the stream, masks what comes later, and lays open every head and block', async () => {
    const { page, end } = await open('&step=7&layer=1');
    await page.getByText(/the sum differs from the model's stream by \d/).waitFor();
    expect(await page.locator('.branch-and-add .strip').count()).toBe(3);
    await page.goto(`${server.url}?page=language&text=${TEXT}&step=3&pos=2`);
    await soon(() => page.locator('tr[data-masked]').count()).toBe(2);
    await page.getByRole('button', { name: 'All blocks', exact: true }).click();
    await soon(() => page.locator('.lens tbody tr').count()).toBe(3);
    await page.locator('.lens tbody tr').last().getByRole('button').last().click();
    await page.getByRole('heading', { level: 2 }).filter({ hasText: 'Add to the stream' }).waitFor();
    await page.getByRole('button', { name: 'All heads', exact: true }).click();
    await soon(() => page.locator('.head-card').count()).toBe(8);
    await page.locator('.head-card').last().click();
    await page.getByRole('heading', { name: 'Block 1, head 3' }).waitFor();
    await end();
  });

  it('steers: a clamp changes the continuation beside the plain one, and all numbers of the page', async () => {
    const { page, end } = await open('&view=change&t=0');
    await page.getByLabel('Token', { exact: true }).fill('q');
    await page.locator('.clamp-form').getByRole('combobox', { name: 'Block', exact: true }).selectOption('1');
    await page.getByLabel('Strength').fill('20');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('resid_post.1=towards:q*20').first().waitFor();
    await page.getByRole('spinbutton', { name: 'Tokens' }).fill('4');
    await page.getByRole('button', { name: 'Continue the text twice' }).click();
    const text = (name: string) =>
      page
        .getByRole('region', { name: `${name} continuation` })
        .locator('.token')
        .allTextContents();
    await soon(() => text('Steered')).toEqual(['q', 'q', 'q', 'q']);
    const plain: number[] = [];
    for (let i = 0; i < 4; i++) plain.push(nextOf([...PROMPT, ...plain]));
    await soon(() => text('Plain')).toEqual(plain.map((id) => 'abcdefghijklmnopqrstuvwxyz·.,!?0123456789'[id]));
    await page.getByRole('button', { name: 'Step by step', exact: true }).click();
    await page.getByText('Clamped:').waitFor();
    await page.getByRole('button', { name: 'Choose a token', exact: true }).click();
    await page.locator('tr[aria-current]').filter({ hasText: 'q' }).waitFor();
    await end();
  });

  it.each(['dark', 'light'] as const)(
    'axe finds nothing in the %s theme, and nothing is wider than a phone',
    async (colorScheme) => {
      const { page, end } = await open('', { colorScheme });
      for (const query of ['&step=2&n=q.0:1', '&step=7', '&step=11', '&view=blocks', '&view=heads', '&view=change']) {
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.goto(`${server.url}?page=language&text=${TEXT}${query}`);
        await page.locator('.token-list .token').first().waitFor();
        await idle(page);
        expect(await violations(page), query).toEqual([]);
        await page.setViewportSize({ width: 320, height: 640 });
        expect(await violations(page), query).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), query).toBeLessThanOrEqual(320);
      }
      await end();
    },
  );

  const stories = sharedModel('stories260k/model.onnx');
  it.skipIf(stories === null)('draws a text as long as the model allows without holding up the window', async () => {
    const other = await serveWorkspace({ dir: stories!.replace(/.model\.onnx$/, ''), port: 0 });
    const { page, end } = await visit(browser, `${other.url}?page=language&view=heads`);
    await page.locator('.token-list .token').first().waitFor();
    await page.evaluate(() => {
      const long: number[] = [];
      Object.assign(window, { long });
      new PerformanceObserver((list) => long.push(...list.getEntries().map((entry) => entry.duration))).observe({
        type: 'longtask',
      });
    });
    await page.getByRole('textbox', { name: 'Text' }).fill('Once upon a time there was a cat. '.repeat(50));
    await page.getByText('of 502:').waitFor();
    await soon(() => page.locator('.head-card').count()).toBe(40);
    const longest = () => page.evaluate(() => Math.max(0, ...(window as unknown as { long: number[] }).long));
    expect(await longest()).toBeLessThan(1500);
    // The measure itself: a task that holds the window up for two seconds is seen.
    await page.evaluate(() => {
      setTimeout(() => {
        for (const end = performance.now() + 2000; performance.now() < end; );
      });
    });
    await soon(longest).toBeGreaterThan(1500);
    await end();
    await other.close();
  });
});
