import { describe, expect, it } from 'vitest';
import { drawn, visit } from '../browser.ts';
import { type Context, lastLayer, readGrid } from '../context.ts';

export function filterSuite(context: Context): void {
  describe('the filter', () => {
    it('counts the cells that push towards a class and away from it, by that class’s own maximum', async () => {
      const { layer, grid } = lastLayer(context, 12);
      const { cells, attribution } = await readGrid(context, layer, grid);
      const { names } = context.manifest.classes!;
      const column = 4;
      const values = cells.map((_, r) => attribution[r * names.length + column]!);
      const quarter = Math.max(...values.map(Math.abs)) / 4;
      const { page, end } = await visit(context.browser, `${context.server.origin}/?grid=12`);
      await drawn(page);
      await page.getByRole('combobox').fill(names[column]!);
      await page.getByRole('option', { name: new RegExp(`${names[column]}.*class of the model`) }).click();
      const said = page.locator('.filter-bar p');
      await expect
        .poll(() => said.textContent())
        .toContain(`${values.filter((v) => v >= quarter).length} of ${cells.length} cells`);
      await page.getByRole('button', { name: 'Away' }).click();
      await expect
        .poll(() => said.textContent())
        .toContain(`${values.filter((v) => -v >= quarter).length} of ${cells.length} cells`);
      await expect.poll(() => page.url()).toContain('sign=negative');
      const dimmed = await page.locator('[role=gridcell][data-faded]').count();
      expect(dimmed).toBe(values.filter((v) => -v < quarter).length);
      await end();
    });

    it('finds the cells whose pictures carry a label, and leads to the fullest first', async () => {
      const { layer, grid } = lastLayer(context, 12);
      const { cells, points } = await readGrid(context, layer, grid);
      const label = context.manifest.dataset.pictures[0]!.label!;
      const counts = cells.map(
        ({ gridX, gridY }) =>
          points.filter(
            (p) =>
              context.manifest.dataset.pictures[p.picture]!.label === label &&
              Math.floor(p.x * 12) === gridX &&
              Math.floor(p.y * 12) === gridY,
          ).length,
      );
      const { page, end } = await visit(context.browser, `${context.server.origin}/?grid=12`);
      await drawn(page);
      await page.keyboard.press('/');
      await page.keyboard.type(label);
      await page.getByRole('option', { name: new RegExp(`${label}.*label of pictures`) }).click();
      const found = counts.filter((n) => n > 0).length;
      await expect.poll(() => page.locator('.filter-bar p').textContent()).toContain(`${found} of ${cells.length} cells`);
      await page.getByRole('button', { name: 'Next match' }).click();
      const fullest = cells[counts.indexOf(Math.max(...counts))]!.cell;
      await expect.poll(() => page.url()).toContain(`cell=12:${fullest}`);
      await page.getByRole('button', { name: 'Show all cells', exact: true }).click();
      await expect.poll(() => page.locator('.filter-bar').count()).toBe(0);
      await end();
    });
  });
}
