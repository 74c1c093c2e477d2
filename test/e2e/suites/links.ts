import { describe, expect, it } from 'vitest';
import { drawn, placeOf, restingMap, visit } from '../browser.ts';
import { type Context, lastLayer, readGrid } from '../context.ts';

export function linkSuite(context: Context): void {
  describe('a link', () => {
    it('copied from a view opens that view', async () => {
      const { layer, grid } = lastLayer(context, 12);
      const { cells } = await readGrid(context, layer, grid);
      const { names } = context.manifest.classes!;
      const { page, end } = await visit(context.browser, `${context.server.origin}/?grid=12`, {
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      await drawn(page);
      await page.mouse.move(700, 400);
      await page.mouse.wheel(0, -200);
      await page.keyboard.press('p');
      await page.keyboard.press('l');
      await page.getByRole('combobox').fill(names[1]!);
      await page
        .getByRole('option', { name: /class of the model/ })
        .first()
        .click();
      await page.locator('.filter-bar p').waitFor();
      const middle = cells[Math.floor(cells.length / 2)]!;
      const at = await placeOf(page, 12, middle.cell);
      await page.mouse.click(at.x, at.y);
      const before = await restingMap(page);
      await page.getByRole('button', { name: 'Copy link to this view' }).click();
      await page.getByText('Link copied').waitFor();
      const url = await page.evaluate(() => navigator.clipboard.readText());
      await end();

      const again = await visit(context.browser, url);
      await drawn(again.page, `${layer.layer}/12/photographs`);
      const after = await restingMap(again.page);
      for (const key of ['x', 'y', 'side'] as const) expect(Math.abs(after[key] - before[key]), key).toBeLessThan(1);
      expect(await again.page.locator('.filter-bar p').textContent()).toContain(names[1]!);
      expect(await again.page.locator('[aria-selected=true]').getAttribute('data-cell')).toBe(String(middle.cell));
      expect(await again.page.locator('.map-label').count()).toBe(0);
      expect(again.page.url()).toBe(url);
      await again.end();
    });
  });
}
