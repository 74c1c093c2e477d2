import type { WorkspaceManifest } from '@incognita/workspace/schema';
import { useEffect, useState } from 'react';
import { watchManifest } from '../../data/manifest.js';
import { useOffers } from '../../data/useOffers.js';

/** The manifest of the workspace here; null where there is none, or none yet. */
export function useWorkspace(): WorkspaceManifest | null {
  const { atlas, microscope } = useOffers();
  const there = atlas || microscope;
  const [manifest, setManifest] = useState<WorkspaceManifest | null>(null);
  useEffect(() => {
    if (!there) return setManifest(null);
    return watchManifest((state) => setManifest(state.kind === 'ready' ? state.manifest : null));
  }, [there]);
  return manifest;
}
