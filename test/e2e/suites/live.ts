import type { WorkspaceManifest } from '@incognita/workspace/schema';
import { describe, expect, it } from 'vitest';
import { drawn, visit } from '../browser.ts';
import type { Context } from '../context.ts';
import { serveFolder } from '../staticServer.ts';

export function liveSuite(context: Context): void {
  describe('while the atlas is being made', () => {
    it('layers and icons appear by themselves, and the place stays', async () => {
      const whole = context.manifest;
      // States that the manifest goes through: one layer with patches only; all layers; all icons.
      const bare = (layers: WorkspaceManifest['layers']) =>
        layers.map((layer) => ({ ...layer, grids: layer.grids.map((grid) => ({ ...grid, icons: [], iconScores: [] })) }));
      const icons = (done: number) => ({ stage: 'icons', layer: whole.layers[0]!.layer, done, total: 24 });
      let now: WorkspaceManifest = { ...whole, complete: false, layers: bare(whole.layers.slice(0, 1)), progress: icons(3) };
      const server = await serveFolder(context.made.workspace, (path) =>
        path === '/incognita.json' ? JSON.stringify(now) : undefined,
      );
      const { page, end } = await visit(context.browser, `${server.origin}/?x=0.4&y=0.6&zoom=1.5&grid=6`);
      await drawn(page);
      await page.getByText('No icons of this grid yet').waitFor();
      expect(await page.locator('.progress').textContent()).toContain('3 of 24');
      expect(await page.locator('.layers li').count()).toBe(1);

      now = { ...now, layers: bare(whole.layers), progress: icons(17) };
      await expect.poll(() => page.locator('.progress').textContent(), { timeout: 10_000 }).toContain('17 of 24');
      await expect.poll(() => page.locator('.layers li').count()).toBe(whole.layers.length);

      now = whole;
      await expect.poll(() => page.locator('.progress').count(), { timeout: 10_000 }).toBe(0);
      await expect.poll(() => page.getByText('No icons of this grid yet').count()).toBe(0);
      expect(page.url()).toContain('x=0.4&y=0.6&zoom=1.5');
      await end();
      await server.close();
    });
  });
}
