import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawn, placeOf, restingMap, visit } from '../browser.ts';
import { type Context, lastLayer, readGrid } from '../context.ts';

export function mapSuite(context: Context): void {
  describe('the map', () => {
    it('opens at the last layer, whole, from a plain web server', async () => {
      const { page, end } = await visit(context.browser, context.server.origin);
      await drawn(page);
      expect(await page.title()).toContain('Atlas');
      expect(await page.locator('.layers [aria-current]').textContent()).toContain(context.manifest.layers.at(-1)!.layer);
      expect(await page.locator('.layers li').count()).toBe(context.manifest.layers.length);
      await end();
    });

    it('draws each tile where its cell is, upright', async () => {
      const { layer, grid } = lastLayer(context, 12);
      const { page, end } = await visit(
        context.browser,
        `${context.server.origin}/?grid=12&view=photographs&labels=off&density=8`,
      );
      await drawn(page, `${layer.layer}/12/photographs`);
      const { cells } = await readGrid(context, layer, grid);
      const { side } = await restingMap(page);
      const screen = await page.screenshot();
      for (const { cell } of cells.slice(0, 12)) {
        const at = await placeOf(page, 12, cell);
        const half = Math.floor((side / 12) * 0.4);
        const box = { left: Math.round(at.x) - half, top: Math.round(at.y) - half, width: 2 * half, height: 2 * half };
        const seen = await gray(sharp(screen).extract(box));
        const stored = await storedTile(context.made.workspace, grid.patches[0]!, cell, half / (side / 24) / 0.95);
        const difference = mean(seen.map((v, i) => Math.abs(v - stored[i]!)));
        expect(difference, `cell ${cell}`).toBeLessThan(14);
      }
      await end();
    });

    it('cuts real patches from the pictures themselves where tiles would blur', async () => {
      const { page, end } = await visit(context.browser, `${context.server.origin}/?grid=6&view=photographs&zoom=2&x=0.5&y=0.5`);
      await drawn(page);
      await page.locator('.close-ups .crop-image').first().waitFor();
      const image = await page
        .locator('.close-ups .crop-image')
        .first()
        .evaluate((e) => getComputedStyle(e).backgroundImage);
      expect(context.manifest.dataset.pictures.some((p) => image.includes(p.image))).toBe(true);
      await page.keyboard.press('i');
      await expect.poll(() => page.locator('.close-ups').count()).toBe(0);
      await end();
    });

    it('shows a finer grid when it is magnified, by wheel and by buttons', async () => {
      const { page, end } = await visit(context.browser, context.server.origin);
      const { layer } = lastLayer(context, 6);
      await drawn(page, `${layer.layer}/12/icons`);
      const before = await restingMap(page);
      await page.mouse.move(800, 420);
      await page.mouse.wheel(0, -500);
      await drawn(page, `${layer.layer}/24/icons`);
      expect((await restingMap(page)).side).toBeGreaterThan(1.5 * before.side);
      await expect.poll(() => page.url()).toContain('zoom=');
      await page.getByRole('button', { name: 'Whole map' }).click();
      await expect.poll(async () => (await restingMap(page)).side).toBeCloseTo(before.side, 0);
      await expect.poll(() => page.url()).not.toContain('zoom=');
      await end();
    });

    it('follows the pointer when it is dragged, and the frame of the overview too', async () => {
      const { page, end } = await visit(context.browser, `${context.server.origin}/?x=0.5&y=0.5&zoom=3`);
      await drawn(page);
      const before = await restingMap(page);
      await page.mouse.move(700, 400);
      await page.mouse.down();
      await page.mouse.move(760, 430, { steps: 4 });
      await page.mouse.up();
      const after = await restingMap(page);
      expect([after.x - before.x, after.y - before.y]).toEqual([expect.closeTo(60, 0), expect.closeTo(30, 0)]);
      const overview = (await page.locator('.minimap-box').boundingBox())!;
      await page.mouse.click(overview.x + overview.width * 0.25, overview.y + overview.height * 0.75);
      await expect.poll(() => page.url()).toMatch(/x=0\.25\d*&y=0\.7\d*/);
      await end();
    });

    it('opens a cell by a tap and magnifies by a pinch', async () => {
      const { layer, grid } = lastLayer(context, 6);
      const { cells } = await readGrid(context, layer, grid);
      const { page, end } = await visit(context.browser, `${context.server.origin}/?grid=6`, {
        hasTouch: true,
        isMobile: true,
        viewport: { width: 390, height: 844 },
      });
      await drawn(page);
      const before = await restingMap(page);
      const touch = await page.context().newCDPSession(page);
      const [x, y] = [195, 400];
      const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number | null) =>
        touch.send('Input.dispatchTouchEvent', {
          type,
          touchPoints: apart === null ? [] : [-1, 1].map((side, id) => ({ x: x + side * apart, y, id })),
        });
      await send('touchStart', 40);
      for (const apart of [50, 60, 70, 80]) await send('touchMove', apart);
      await send('touchEnd', null);
      expect((await restingMap(page)).side / before.side).toBeCloseTo(2, 1);
      await page.keyboard.press('0');
      await restingMap(page);
      const at = await placeOf(page, 6, cells[0]!.cell);
      await page.touchscreen.tap(at.x, at.y);
      await page.getByRole('complementary', { name: 'Cell' }).waitFor();
      await end();
    });

    it('keeps the place when the layer changes', async () => {
      const { page, end } = await visit(context.browser, `${context.server.origin}/?x=0.3&y=0.4&zoom=2`);
      await drawn(page);
      const before = await restingMap(page);
      const first = context.manifest.layers[0]!.layer;
      await page.locator('.layers button', { hasText: first }).click();
      await expect.poll(() => page.locator('.map').getAttribute('data-drawn')).toContain(`${first}/`);
      expect(await restingMap(page)).toEqual(before);
      expect(page.url()).toMatch(/x=0\.3&y=0\.4&zoom=2/);
      await end();
    });

    it('jumps instead of flying where motion is not wanted', async () => {
      const { page, end } = await visit(context.browser, context.server.origin, { reducedMotion: 'reduce' });
      await drawn(page);
      const before = await restingMap(page);
      const sides = await page.evaluate(async () => {
        const side = () => document.querySelector('.map-frame')!.getBoundingClientRect().width;
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '+', bubbles: true }));
        const seen = [];
        for (let i = 0; i < 5; i++) {
          await new Promise(requestAnimationFrame);
          seen.push(side());
        }
        return seen;
      });
      expect(new Set(sides.slice(1)).size).toBe(1);
      expect(sides.at(-1)! / before.side).toBeCloseTo(Math.SQRT2, 3);
      await end();
    });
  });
}

const SIDE = 16;

async function gray(image: Sharp): Promise<number[]> {
  return [...(await image.removeAlpha().resize(SIDE, SIDE, { fit: 'fill' }).grayscale().raw().toBuffer())];
}

/** The middle of a tile of a stored sheet: `share` of its side. */
async function storedTile(
  workspace: string,
  sheet: { file: string; columns: number; tilePx: number; ids: number[] },
  cell: number,
  share: number,
) {
  const index = sheet.ids.indexOf(cell);
  const margin = Math.round((sheet.tilePx * (1 - share)) / 2);
  const side = sheet.tilePx - 2 * margin;
  const left = (index % sheet.columns) * sheet.tilePx + margin;
  const top = Math.floor(index / sheet.columns) * sheet.tilePx + margin;
  return gray(sharp(await sharp(join(workspace, sheet.file)).extract({ left, top, width: side, height: side }).png().toBuffer()));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
