import { describe, expect, it } from 'vitest';
import { drawn, restingMap, visit } from '../browser.ts';
import { type Context, lastLayer, readGrid } from '../context.ts';

export function keyboardSuite(context: Context): void {
  describe('with the keyboard alone', () => {
    it('one can reach the cells, walk over them, open one, and lay a path', async () => {
      const { layer, grid } = lastLayer(context, 12);
      const { cells } = await readGrid(context, layer, grid);
      const { page, end } = await visit(context.browser, `${context.server.origin}/?grid=12`);
      await drawn(page);
      await page.keyboard.press('Tab');
      expect(await focus(page)).toContain('Skip to the cells');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      await expect.poll(() => focusedCell(page)).toBe(cells[0]!.cell);
      expect(await page.locator('.map-cell-focus').count()).toBe(1);
      await page.keyboard.press('End');
      await page.keyboard.press('ArrowDown');
      const second = await focusedCell(page);
      expect(second).not.toBe(cells[0]!.cell);
      await page.keyboard.press('Enter');
      await expect.poll(() => page.url()).toContain(`cell=12:${second}`);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      const third = await focusedCell(page);
      expect(third).not.toBe(second);
      await page.keyboard.press('Shift+Enter');
      await expect.poll(() => page.url()).toContain(`path=12:${second}-${third}`);
      await page.keyboard.press('Escape');
      await expect.poll(() => page.url()).not.toContain('path=');
      await page.keyboard.press('Escape');
      await expect.poll(() => page.url()).not.toContain('cell=');
      await end();
    });

    it('one can pan and zoom, switch pictures and theme, and read the help', async () => {
      const { page, end } = await visit(context.browser, context.server.origin);
      await drawn(page);
      const before = await restingMap(page);
      await page.locator('.map-surface').focus();
      await page.keyboard.press('+');
      const zoomed = await restingMap(page);
      expect(zoomed.side / before.side).toBeCloseTo(Math.SQRT2, 2);
      await page.keyboard.press('ArrowRight');
      expect((await restingMap(page)).x).toBeLessThan(zoomed.x);
      await page.keyboard.press('0');
      expect((await restingMap(page)).side).toBeCloseTo(before.side, 0);
      await page.keyboard.press('p');
      await expect.poll(() => page.locator('.map').getAttribute('data-drawn')).toContain('photographs');
      await page.keyboard.press('t');
      expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('light');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Reading the map' }).waitFor();
      await page.keyboard.press('Escape');
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
      await page.reload();
      await drawn(page);
      expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('light');
      await end();
    });
  });
}

type Page = Awaited<ReturnType<typeof visit>>['page'];

function focus(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent ?? '');
}

function focusedCell(page: Page): Promise<number> {
  return page.evaluate(() => Number((document.activeElement as HTMLElement).dataset.cell));
}
