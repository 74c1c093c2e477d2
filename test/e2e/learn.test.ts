import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { metricsLineSchema } from '@incognita/workspace/schema';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { violations } from './axe.ts';
import { launchBrowser, noBrowser, visit } from './browser.ts';
import { drawPictures } from './pictures.ts';
import { serveFolder } from './staticServer.ts';

const bin = fileURLToPath(new URL('../../packages/cli/bin/incognita.js', import.meta.url));
// Batches so large that training takes longer than a page takes to open.
const FLAGS = '--batch 256 --evaluate-every 20 --icons 4 --workers 1 --open --no-browser --port 0'.split(' ');

/** Starts a training as a user does; the address of its page comes once it is served. */
function train(pictures: string, out: string, steps: number) {
  const child = spawn(process.execPath, [bin, 'train', 'lenet5', pictures, '--steps', String(steps), ...FLAGS, '--out', out]);
  let said = '';
  const url = new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (text) => {
      said += text;
      const found = /explorer {3}(http:\S+)/.exec(said);
      if (found) resolve(found[1]!);
    });
    child.on('close', (code) => reject(new Error(`exit ${code}\n${said}`)));
  });
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGINT');
    await closed;
  };
  return { url, stop, said: () => said };
}

const stepShown = async (page: Page) =>
  Number((await page.locator('.run-state .number').first().textContent())!.replace(',', ''));

describe.skipIf(noBrowser !== null)(`the page Learn${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let root: string;
  let run: string;
  let browser: Browser;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'incognita learn '));
    run = join(root, 'runs', 'first');
    await drawPictures({ dir: join(root, 'pictures'), perLabel: 4, sizePx: 40, seed: 3 });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(root, { recursive: true, force: true });
  });

  it('shows a real run while it trains: the curves grow, kernels and pictures come, and it ends finished', async () => {
    const training = train(join(root, 'pictures'), run, 160);
    onTestFinished(training.stop);
    const { page, end } = await visit(browser, await training.url);
    await page.getByRole('heading', { level: 1, name: 'first' }).waitFor();
    await page.getByText('Training', { exact: true }).waitFor();
    await page.locator('.chart-plot .curve').first().waitFor();
    const early = await stepShown(page);
    await expect.poll(() => stepShown(page), { timeout: 60_000 }).toBeGreaterThan(early);
    await page.locator('.kernels canvas').first().waitFor({ timeout: 60_000 });
    expect(await page.locator('.kernels canvas').count()).toBe(6);
    await page.getByText('Finished', { exact: true }).waitFor({ timeout: 120_000 });
    expect(await stepShown(page)).toBe(160);
    await page.locator('.icon-strip .sheet-tile').first().waitFor();
    expect(await page.locator('.icon-strip figcaption').allTextContents()).toHaveLength(4);
    expect(training.said()).toContain('Press Ctrl-C to stop the explorer');
    await end();
  });

  it('reads out by keyboard and shows in the table what the run has written', async () => {
    const server = await serveFolder(run);
    onTestFinished(server.close);
    const lines = (await readFile(join(run, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
    const metrics = lines.map((line) => metricsLineSchema.parse(JSON.parse(line)));
    const written = metrics.filter((line) => line.kind === 'training');
    const { page, end } = await visit(browser, server.origin);
    const loss = page.getByRole('slider', { name: 'Loss: read at a step' });
    await loss.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    const second = written[1]!;
    await expect
      .poll(() => loss.getAttribute('aria-valuetext'))
      .toContain(`step ${second.step}: training ${Number(second.loss.toPrecision(3))}`);
    expect(await page.locator('.crosshair-line').count()).toBe(4);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.crosshair-line').count()).toBe(0);
    await page.getByRole('button', { name: 'Table', exact: true }).click();
    await expect.poll(() => page.locator('.data-table tbody tr').count()).toBe(metrics.length);
    expect(page.url()).toContain('view=table');
    await end();
  });

  it('goes through the evaluations by slider and keys, with an address for each', async () => {
    const server = await serveFolder(run);
    onTestFinished(server.close);
    const { page, end } = await visit(browser, server.origin);
    const slider = page.getByRole('slider', { name: 'Evaluation' });
    const canvas = page.locator('.kernels canvas').first();
    const drawn = () => canvas.evaluate((c) => (c as HTMLCanvasElement).toDataURL());
    const last = await drawn();
    await slider.focus();
    await page.keyboard.press('Home');
    await expect.poll(() => page.url()).toContain('step=20');
    await expect.poll(drawn).not.toBe(last);
    await page.keyboard.press('.');
    await expect.poll(() => page.url()).toContain('step=40');
    await page.keyboard.press('k');
    await page.getByRole('button', { name: 'Play' }).waitFor();
    await expect.poll(drawn, { timeout: 30_000 }).toBe(last);
    expect(page.url()).not.toContain('step=');
    await end();
  });

  it('lists the runs of a folder, and says so where a run cannot be read', async () => {
    await cp(run, join(root, 'runs', 'second'), { recursive: true });
    const { serveWorkspace } = await import('@incognita/server');
    const server = await serveWorkspace({ dir: join(root, 'runs'), port: 0 });
    onTestFinished(server.close);
    const { page, end } = await visit(browser, server.url);
    await page.getByRole('link', { name: 'second' }).waitFor();
    expect(await page.locator('.data-table tbody tr').count()).toBe(2);
    await page.getByText('160 of 160').first().waitFor();
    await page.getByRole('link', { name: 'second' }).click();
    await page.getByRole('heading', { level: 1, name: 'second' }).waitFor();
    expect(page.url()).toContain('run=second/');
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Training runs' }).waitFor();
    await page.goto(`${server.url}?page=atlas`);
    await page.getByRole('heading', { level: 1, name: 'Atlas has nothing to show here' }).waitFor();
    const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
    expect(await links.allTextContents()).toEqual(['Live', 'Language', 'Learn']);
    const title = await links.filter({ hasText: 'Learn' }).getAttribute('title');
    await page.keyboard.press(/\((\d)\)$/.exec(title!)![1]!);
    await page.getByRole('heading', { level: 1, name: 'Training runs' }).waitFor();
    await end();
    const broken = await serveFolder(run, (path) =>
      path === '/run.json' ? '{"format":"incognita-training","version":9}' : undefined,
    );
    onTestFinished(broken.close);
    const other = await visit(browser, broken.origin);
    await other.page.getByText('format version 9').waitFor();
    await other.end();
  });

  describe.each(['dark', 'light'] as const)('in the %s theme', (colorScheme) => {
    it.each([
      ['a desk', { width: 1280, height: 800 }],
      ['320 pixels', { width: 320, height: 640 }],
    ])('axe finds nothing at %s: curves, table, help, pages, list', async (_, viewport) => {
      const { serveWorkspace } = await import('@incognita/server');
      const server = await serveWorkspace({ dir: join(root, 'runs'), port: 0 });
      onTestFinished(server.close);
      const { page, end } = await visit(browser, `${server.url}?page=learn`, { colorScheme, viewport });
      await page.getByRole('link', { name: 'second' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByRole('link', { name: 'second' }).click();
      await page.locator('.kernels canvas').first().waitFor();
      await page.locator('.chart-plot .curve').first().waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
      await page.getByRole('button', { name: 'Table', exact: true }).click();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Reading a training run' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'All pages' }).click();
      await page.getByRole('dialog', { name: 'Pages' }).waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
      await end();
    });
  });
});
