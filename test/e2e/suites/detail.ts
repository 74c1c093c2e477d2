import { describe, expect, it } from 'vitest';
import { drawn, placeOf, visit } from '../browser.ts';
import { type Context, lastLayer, readGrid } from '../context.ts';

export function detailSuite(context: Context): void {
  describe('a cell', () => {
    it('shows its real patches, their pictures, its classes and its measures', async () => {
      const { layer, grid } = lastLayer(context, 12);
      const { cells, exemplars, points, attribution } = await readGrid(context, layer, grid);
      const row = cells.findIndex((c) => c.count === Math.max(...cells.map((x) => x.count)));
      const cell = cells[row]!;
      const own = exemplars.filter((e) => e.cell === cell.cell).sort((a, b) => a.rank - b.rank);
      expect(own.length).toBeGreaterThanOrEqual(Math.min(9, cell.count));
      const { page, end } = await visit(context.browser, `${context.server.origin}/?grid=12`);
      await drawn(page);
      const at = await placeOf(page, 12, cell.cell);
      await page.mouse.click(at.x, at.y);
      const panel = page.getByRole('complementary', { name: 'Cell' });
      const names = context.manifest.classes!.names;
      const values = names
        .map((name, c) => ({ name, value: attribution[row * names.length + c]! }))
        .sort((a, b) => b.value - a.value);
      await expect.poll(() => panel.getByRole('heading', { level: 2 }).textContent()).toBe(values[0]!.name);
      await expect.poll(() => panel.getByRole('region', { name: 'Real patches' }).getByRole('button').count()).toBe(own.length);
      await expect.poll(() => panel.locator('.bars .bar-name').first().textContent()).toBe(values[0]!.name);
      await panel.getByRole('button', { name: /^Patch 2/ }).click();
      const second = context.manifest.dataset.pictures[points[own[1]!.point]!.picture]!;
      expect(await panel.locator('.whole img').getAttribute('src')).toBe(`./${second.image}`);
      expect(await panel.locator('.whole').textContent()).toContain(second.file);
      expect(await panel.getByRole('region', { name: 'Measures' }).textContent()).toContain(String(cell.count));
      const hasIcon = grid.icons.some((s) => s.ids.includes(cell.cell));
      expect(await panel.getByText('optimisation steps').count()).toBe(hasIcon ? 1 : 0);
      await page.keyboard.press('Escape');
      await expect.poll(() => panel.count()).toBe(0);
      await end();
    });

    it('says plainly when no icon has been rendered', async () => {
      const { layer, grid } = lastLayer(context, 12);
      const { cells } = await readGrid(context, layer, grid);
      const without = cells.find((c) => !grid.icons.some((s) => s.ids.includes(c.cell)))!;
      const { page, end } = await visit(context.browser, `${context.server.origin}/?grid=12&cell=12:${without.cell}`);
      await page.getByText('No icon has been rendered for this cell.').waitFor();
      await end();
    });

    it('leads to its neighbours, and back and forward through the history', async () => {
      const { layer, grid } = lastLayer(context, 12);
      const { cells } = await readGrid(context, layer, grid);
      const occupied = new Set(cells.map((c) => c.cell));
      const left = cells.find((c) => c.gridX < 11 && occupied.has(c.cell + 1))!;
      const { page, end } = await visit(context.browser, `${context.server.origin}/?grid=12&cell=12:${left.cell}`);
      const neighbours = page.getByRole('region', { name: 'Neighbours' });
      await neighbours.getByRole('button', { name: /, right$/ }).click();
      await expect.poll(() => page.url()).toContain(`cell=12:${left.cell + 1}`);
      await page.goBack();
      await expect
        .poll(() => page.locator('.detail-head p').textContent())
        .toContain(`column ${left.gridX + 1}, row ${left.gridY + 1}`);
      await page.goForward();
      await expect
        .poll(() => page.locator('.detail-head p').textContent())
        .toContain(`column ${left.gridX + 2}, row ${left.gridY + 1}`);
      await end();
    });
  });

  describe('a path', () => {
    it('runs along the straight line between two cells, with the empty ones as gaps', async () => {
      const { layer, grid } = lastLayer(context, 12);
      const { cells } = await readGrid(context, layer, grid);
      const [from, to] = [cells[0]!, cells.at(-1)!];
      const { page, end } = await visit(context.browser, `${context.server.origin}/?grid=12`);
      await drawn(page);
      const start = await placeOf(page, 12, from.cell);
      await page.mouse.click(start.x, start.y);
      await page.getByRole('button', { name: 'Path from here' }).click();
      const finish = await placeOf(page, 12, to.cell);
      await page.mouse.click(finish.x, finish.y);
      const path = page.getByRole('region', { name: 'Path' });
      const steps = Math.max(Math.abs(from.gridX - to.gridX), Math.abs(from.gridY - to.gridY)) + 1;
      await expect.poll(() => path.getByRole('listitem').count()).toBe(steps);
      await expect.poll(() => page.url()).toContain(`path=12:${from.cell}-${to.cell}`);
      expect(await page.locator('.map-path').count()).toBe(1);
      await path.getByRole('button', { name: 'Close the path' }).click();
      await expect.poll(() => page.url()).not.toContain('path=');
      await end();
    });
  });
}
