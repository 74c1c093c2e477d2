import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedModel } from '../../packages/learn/dist/index.js';
import { type RunningServer, serveWorkspace } from '../../packages/server/dist/index.js';
import { writeLetterDecoder } from '../letterDecoder.ts';
import { violations } from './axe.ts';
import { launchBrowser, noBrowser, visit } from './browser.ts';

const CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
const soon = <T>(read: () => T) => expect.poll(read, { timeout: 30_000 });

describe.skipIf(noBrowser !== null)(`the page Live${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let folder: string;
  let server: RunningServer;
  let browser: Browser;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'networks '));
    await mkdir(join(folder, 'mine'));
    await cp(embeddedModel('emoji-alexnet')!.path, join(folder, 'mine', 'model.onnx'));
    await writeLetterDecoder(join(folder, 'letters'));
    await cp(join(folder, 'letters', 'model.onnx'), join(folder, 'text.onnx'));
    server = await serveWorkspace({ dir: folder, port: 0 });
    browser = await launchBrowser(CAMERA);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = (query = '', options: object = {}) => visit(browser, `${server.url}?page=live${query}`, options);
  const labels = (page: Page) => page.locator('.live-labels .label-name').allTextContents();
  const explained = (page: Page) => page.locator('.live-heat canvas').waitFor();
  const slider = (page: Page) => page.getByRole('slider', { name: /^Channel of/ });
  /** Whether the canvas of the maps has more than one colour on it. */
  const drawnColours = (page: Page) =>
    page.locator('.maps canvas').evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    });
  const show = async (page: Page, name: string, content: string | Buffer) => {
    await writeFile(join(folder, name), content);
    await page.locator('input[type=file]').setInputFiles(join(folder, name));
  };

  it('shows a picture that comes along with its labels, every channel of a layer, and where the strongest class comes from', async () => {
    const { page, end } = await open('&picture=sample:tiger-face');
    await soon(async () => (await labels(page))[0]).toBe('tiger face');
    await soon(() => drawnColours(page)).toBeGreaterThan(20);
    await explained(page);
    await page.getByText('over the positions of conv4').waitFor();
    await page.getByText(/ONNX Runtime 1\.\d+\.\d+, (native|WebAssembly), one thread/).waitFor();
    await page.getByRole('button', { name: 'octopus' }).click();
    await soon(async () => (await labels(page))[0]).toBe('octopus');
    expect(page.url()).toContain('picture=sample:octopus');
    await page.goBack();
    await soon(async () => (await labels(page))[0]).toBe('tiger face');
    await end();
  });

  it('is worked by keys: layers, channels, methods, and a channel is explained', async () => {
    const { page, end } = await open('&picture=sample:tiger-face&layer=conv4');
    await explained(page);
    await page.keyboard.press(']');
    await soon(() => page.url()).toContain('layer=conv5');
    await page.getByRole('heading', { level: 2, name: 'conv5', exact: true }).waitFor();
    await slider(page).focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowLeft']) await page.keyboard.press(key);
    const channel = Number(await slider(page).getAttribute('aria-valuenow'));
    expect(channel).toBeGreaterThan(3);
    await page.getByRole('heading', { level: 2, name: `conv5:${channel}` }).waitFor();
    expect(await slider(page).getAttribute('aria-valuetext')).toMatch(new RegExp(`^channel ${channel}, values from .* to `));
    await page.keyboard.press('Enter');
    await page
      .locator('.live-why b')
      .filter({ hasText: `channel ${channel} of conv5` })
      .waitFor();
    await page.keyboard.press('m');
    await soon(() => page.url()).toContain('method=jvp');
    await page.keyboard.press('m');
    await page.getByText(/Completeness error .* % after \d+ steps/).waitFor();
    await end();
  });

  it('takes a camera’s pictures one after another, and says how many a second', async () => {
    const { page, end } = await open('&method=none');
    await soon(() => labels(page)).toHaveLength(7);
    await page.keyboard.press('c');
    await page.getByText(/\d+\.\d frames a second/).waitFor();
    const seen = () => page.locator('.seen canvas').evaluate((element) => (element as HTMLCanvasElement).toDataURL());
    const first = await seen();
    await soon(seen).not.toBe(first);
    await page.getByRole('combobox', { name: 'Method' }).selectOption('gradcam');
    await explained(page);
    await page.getByRole('button', { name: 'Camera off' }).click();
    await soon(() => page.locator('.engine-line').textContent()).not.toMatch(/frames a second/);
    await end();
  });

  it('says why there is no camera, and works on', async () => {
    const { page, end } = await open();
    await soon(() => labels(page)).toHaveLength(7);
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    });
    await page.getByRole('button', { name: 'Camera' }).click();
    await page.getByRole('alert').filter({ hasText: 'The camera was refused.' }).waitFor();
    await page.getByRole('button', { name: 'octopus' }).click();
    await soon(async () => (await labels(page))[0]).toBe('octopus');
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotFoundError'));
    });
    await page.getByRole('button', { name: 'Camera' }).click();
    await page.getByRole('alert').filter({ hasText: 'There is no camera here.' }).waitFor();
    await end();
  });

  it('refuses what is no picture with the reason, and takes the next that is one', async () => {
    const { page } = await open('&picture=sample:octopus');
    await soon(async () => (await labels(page))[0]).toBe('octopus');
    await show(page, 'notes.txt', 'not a picture at all');
    await page.getByRole('alert').filter({ hasText: 'not a picture or damaged' }).waitFor();
    await show(page, 'huge.jpg', Buffer.alloc(65 * 2 ** 20));
    await page.getByRole('alert').filter({ hasText: 'The picture has 65 MB; up to 64 MB are read.' }).waitFor();
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="#c00"/></svg>';
    await show(page, 'red.svg', svg);
    await soon(() =>
      page
        .locator('.seen canvas')
        .evaluate((element) => [...(element as HTMLCanvasElement).getContext('2d')!.getImageData(32, 32, 1, 1).data]),
    ).toEqual([204, 0, 0, 255]);
    expect(await page.getByRole('alert').count()).toBe(0);
    // What was refused stands in the console: this visit is not held to have none.
    await page.context().close();
  });

  it('opens the networks of the folder, tells of those that take no pictures, and opens by itself only where there is nothing else', async () => {
    const { page } = await open('&network=mine/model.onnx');
    await page.getByRole('heading', { level: 1, name: 'mine' }).waitFor();
    await soon(() => labels(page)).toHaveLength(7);
    await page.getByText('1 ONNX files here take no pictures').waitFor();
    await page.goto(`${server.url}?page=live&network=text.onnx`);
    await page.getByRole('alert').filter({ hasText: 'No input of the model is a picture' }).waitFor();
    await page.goto(server.url);
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Language' }).waitFor();
    expect(await page.getByRole('link', { name: 'Language' }).getAttribute('aria-current')).toBe('page');
    await page.context().close();
  });

  it('goes on when the server was away', async () => {
    const own = await serveWorkspace({ dir: join(folder, 'mine'), port: 0 });
    const { page } = await visit(browser, `${own.url}?page=live&picture=sample:octopus&method=none`);
    await soon(async () => (await labels(page))[0]).toBe('octopus');
    await page.keyboard.press('c');
    await page.getByText(/frames a second/).waitFor();
    await own.close();
    await page.getByRole('alert').filter({ hasText: 'The server does not answer.' }).waitFor();
    const again = await serveWorkspace({ dir: join(folder, 'mine'), port: own.port });
    await page.getByText(/frames a second/).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.context().close();
    await again.close();
  });

  it.each(['dark', 'light'] as const)(
    'axe finds nothing in the %s theme, and nothing is wider than a phone',
    async (colorScheme) => {
      const { page, end } = await open('&picture=sample:tiger-face&method=integrated', { colorScheme });
      await explained(page);
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'A network at work' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
      await end();
    },
  );
});
