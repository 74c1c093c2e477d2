import { describe, expect, it } from 'vitest';
import { visit } from '../browser.ts';
import type { Context } from '../context.ts';
import { serveFolder } from '../staticServer.ts';

export function stateSuite(context: Context): void {
  describe('where there is no map to draw', () => {
    it('the cells stand as pictures if the browser has no WebGL2', async () => {
      const { page, end } = await visit(context.browser, `${context.server.origin}/?grid=6`, {}, async (p) => {
        await p.addInitScript(() => {
          const original = HTMLCanvasElement.prototype.getContext;
          HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
            return kind === 'webgl2' ? null : (original as (...args: unknown[]) => unknown).call(this, kind, ...rest);
          } as typeof original;
        });
      });
      await page.getByText('no WebGL2').waitFor();
      const cell = page.locator('[role=gridcell]').first();
      expect(await cell.locator('.sheet-tile').evaluate((e) => getComputedStyle(e).backgroundImage)).toContain('.webp');
      await cell.click();
      await page.getByRole('complementary', { name: 'Cell' }).waitFor();
      await end();
    });

    it.each([
      ['a newer version', '{"format":"incognita-workspace","version":99}', 'from a newer Incognita'],
      ['broken', '{', 'cannot be read'],
    ])('it says so if the manifest is %s', async (_, text, said) => {
      const server = await serveFolder(context.made.workspace, (path) => (path === '/incognita.json' ? text : undefined));
      const { page, end } = await visit(context.browser, server.origin);
      await page.getByRole('heading', { level: 1 }).filter({ hasText: said }).waitFor();
      await end();
      await server.close();
    });

    it('it waits for a manifest that is not there yet', async () => {
      let there = false;
      const server = await serveFolder(context.made.workspace, (path) =>
        path === '/incognita.json' && !there ? null : undefined,
      );
      const { page } = await visit(context.browser, server.origin);
      await page.getByText('There is nothing here yet').waitFor();
      there = true;
      await page.waitForSelector('.map[data-drawn]');
      await page.context().close();
      await server.close();
    });
  });
}
