import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const PATH = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Why the browser tests cannot run here, or null. */
export const noBrowser = existsSync(PATH) ? null : `no Chromium at ${PATH}: install it or set CHROMIUM_PATH`;

/** `more`: further flags of Chromium. */
export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const flags = [
    '--headless=new',
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--use-gl=angle',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    ...more,
  ];
  return chromium.launch({ executablePath: PATH, args: flags });
}

export interface Visit {
  readonly page: Page;
  /** Closes the page; fails when it met an error, or asked any other host for anything. */
  end(): Promise<void>;
}

/** A page in a fresh profile that keeps account of errors and requests. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  prepare?: (page: Page) => Promise<void>,
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(40_000);
  const problems: string[] = [];
  const { origin } = new URL(url);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.stack}`));
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (!['blob:', 'data:'].includes(asked.protocol) && asked.origin !== origin)
      problems.push(`foreign request: ${request.url()}`);
  });
  await prepare?.(page);
  await page.goto(url);
  return {
    page,
    end: async () => {
      await context.close();
      // Chromium's own remarks about software rendering, and about the events that a plain server does not have.
      expect(problems.filter((p) => !/GPU stall|GL Driver|software WebGL|status of 404/i.test(p))).toEqual([]);
    },
  };
}

/** Waits until the tiles of the shown grid are on the canvas. */
export async function drawn(page: Page, key?: string): Promise<void> {
  await page.waitForSelector(key ? `.map[data-drawn="${key}"]` : '.map[data-drawn]');
}

const STILL_READS = 3;
const STILL_MS = 60;

/** Waits until the map stands still; returns its outline in pixels of the page. */
export async function restingMap(page: Page): Promise<{ x: number; y: number; side: number }> {
  const read = () =>
    page.evaluate(() => {
      const { x, y, width } = document.querySelector('.map-frame')!.getBoundingClientRect();
      return { x, y, side: width };
    });
  let last = await read();
  for (let same = 0; same < STILL_READS; ) {
    await page.waitForTimeout(STILL_MS);
    // Two frames: whatever an event has set going has moved by then.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const now = await read();
    same = JSON.stringify(now) === JSON.stringify(last) ? same + 1 : 0;
    last = now;
  }
  return last;
}

/** Centre of a cell on the page, by the grid of `size`. */
export async function placeOf(page: Page, size: number, cell: number): Promise<{ x: number; y: number }> {
  const { x, y, side } = await restingMap(page);
  return { x: x + ((cell % size) + 0.5) * (side / size), y: y + (Math.floor(cell / size) + 0.5) * (side / size) };
}
