import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Offers, openWorkspace } from '@incognita/workspace';
import type { Holding } from './holding.js';

/**
 * A workspace with an atlas, also while it is being made: for the web are its manifest and what finished stages hold.
 * @throws WorkspaceError, WorkspaceVersionError.
 */
export async function atlasHolding(dir: string): Promise<Holding> {
  const workspace = await openWorkspace(dir, { write: false });
  await workspace.readManifest();
  let known: { stamp: string; offers: Partial<Offers> } | null = null;
  return {
    async offers() {
      const file = await stat(join(dir, 'incognita.json')).catch(() => null);
      if (file === null) return { atlas: true };
      const stamp = `${file.mtimeMs} ${file.size}`;
      if (known?.stamp !== stamp) {
        const manifest = await workspace.readManifest();
        const microscope = manifest?.microscope !== undefined;
        // What the microscope alone has made is no map, and no map is about to come.
        known = { stamp, offers: { microscope, atlas: !microscope || manifest.layers.length > 0 } };
      }
      return known.offers;
    },
    async cachePolicy(parts) {
      if (parts.length === 1) return parts[0] === 'incognita.json' ? 'revalidate' : null;
      return parts.length >= 4 && parts[0] === 'stages' && /^[0-9a-f]{16}$/.test(parts[2]!) ? 'immutable' : null;
    },
  };
}
