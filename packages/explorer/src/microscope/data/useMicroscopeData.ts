import type { WorkspaceManifest } from '@incognita/workspace/schema';
import { useEffect, useMemo, useState } from 'react';
import { useOffers } from '../../data/useOffers.js';
import type { MicroscopeData } from './MicroscopeContext.js';

const STATIC =
  'This place is a folder of files without our server, which would run the network. Open it with: npx incognita open FOLDER';

/** A manifest as the parts of the page need it; null where it holds no microscope. */
export function useMicroscopeData(manifest: WorkspaceManifest | null): MicroscopeData | null {
  const { server } = useOffers();
  const [answered, setAnswered] = useState<{ sha256: string; reason: string | null }>();
  const sha256 = manifest?.model.sha256;
  useEffect(() => {
    if (!server || sha256 === undefined) return;
    const cancel = new AbortController();
    askModel(cancel.signal).then(
      (reason) => setAnswered({ sha256, reason }),
      () => {},
    );
    return () => cancel.abort();
  }, [server, sha256]);
  const known = answered?.sha256 === sha256 ? answered?.reason : undefined;
  const noSteps = server ? known : STATIC;
  return useMemo(() => {
    if (!manifest?.microscope) return null;
    const layers = new Map(manifest.microscope.layers.map((layer) => [layer.layer, layer]));
    return { manifest, microscope: manifest.microscope, layers, noSteps };
  }, [manifest, noSteps]);
}

/** Why the server cannot run the workspace's model; null where it can. */
async function askModel(signal: AbortSignal): Promise<string | null> {
  const response = await fetch('./api/microscope/model', { cache: 'no-store', signal });
  if (response.ok) return null;
  const body = (await response.json().catch(() => null)) as { error?: string } | null;
  return body?.error ?? `The server answered ${response.status}.`;
}
