import { cp, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveWorkspace } from '@incognita/server';
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

    it('our own server tells the page of each change', async () => {
      const dir = join(context.made.root, 'growing');
      await cp(context.made.workspace, dir, { recursive: true });
      const write = async (manifest: WorkspaceManifest) => {
        await writeFile(join(dir, 'next'), JSON.stringify(manifest));
        await rename(join(dir, 'next'), join(dir, 'incognita.json'));
      };
      const icons = { stage: 'icons', layer: context.manifest.layers[0]!.layer, total: 24 };
      await write({ ...context.manifest, complete: false, progress: { ...icons, done: 5 } });
      const server = await serveWorkspace({ dir, port: 0 });
      const events: Promise<string | undefined>[] = [];
      const { page, end } = await visit(context.browser, server.url, {}, async (p) => {
        p.on('response', (response) => {
          if (response.url().endsWith('/api/events'))
            events.push(response.headerValue('content-type').then((v) => v ?? undefined));
        });
      });
      await drawn(page);
      expect(await page.locator('.progress').textContent()).toContain('5 of 24');
      await expect.poll(() => events.length).toBeGreaterThan(0);
      expect(await events[0]).toContain('text/event-stream');
      await write(context.manifest);
      await expect.poll(() => page.locator('.progress').count(), { timeout: 10_000 }).toBe(0);
      await end();
      await server.close();
    });
  });
}
