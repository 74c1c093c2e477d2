import { describe, expect, it } from 'vitest';
import { violations } from '../axe.ts';
import { drawn, visit } from '../browser.ts';
import { type Context, lastLayer, readGrid } from '../context.ts';

export function accessSuite(context: Context): void {
  describe.each(['dark', 'light'] as const)('in the %s theme', (colorScheme) => {
    it.each([
      ['a desk', { width: 1280, height: 800 }],
      ['320 pixels', { width: 320, height: 640 }],
    ])('axe finds nothing at %s: map, cell, filter, path, dialogs', async (_, viewport) => {
      const { layer, grid } = lastLayer(context, 12);
      const { cells } = await readGrid(context, layer, grid);
      const label = encodeURIComponent(context.manifest.classes!.names[0]!);
      const [from, to] = [cells[0]!.cell, cells.at(-1)!.cell];
      const { page, end } = await visit(context.browser, `${context.server.origin}/?grid=12`, { colorScheme, viewport });
      await drawn(page);
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.goto(`${context.server.origin}/?grid=12&class=${label}&cell=12:${to}&path=12:${from}-${to}`);
      await drawn(page);
      await page.locator('.bars').waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
      await page.getByRole('button', { name: 'How this was made' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
      await end();
    });
  });
}
