import { openWorkspace } from '@incognita/workspace';
import type { Holding } from './holding.js';

/**
 * A workspace with an atlas, also while it is being made: for the web are its manifest and what finished stages hold.
 * @throws WorkspaceError, WorkspaceVersionError.
 */
export async function atlasHolding(dir: string): Promise<Holding> {
  const workspace = await openWorkspace(dir, { write: false });
  await workspace.readManifest();
  return {
    offers: async () => ({ atlas: true }),
    async cachePolicy(parts) {
      if (parts.length === 1) return parts[0] === 'incognita.json' ? 'revalidate' : null;
      return parts.length >= 4 && parts[0] === 'stages' && /^[0-9a-f]{16}$/.test(parts[2]!) ? 'immutable' : null;
    },
  };
}
