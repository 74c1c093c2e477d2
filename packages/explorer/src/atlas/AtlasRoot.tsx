import { useEffect, useState } from 'react';
import { Message } from '../chrome/Message.js';
import { Skeleton } from '../chrome/Skeleton.js';
import { type ManifestState, watchManifest } from '../data/manifest.js';
import { AtlasPage } from './AtlasPage.js';

/** The page Atlas, or why there is no map. */
export default function AtlasRoot() {
  const [state, setState] = useState<ManifestState>({ kind: 'loading' });
  useEffect(() => watchManifest(setState), []);
  switch (state.kind) {
    case 'loading':
      return <Skeleton />;
    case 'ready':
      return state.manifest.layers.some((layer) => layer.grids.length > 0) ? (
        <AtlasPage manifest={state.manifest} />
      ) : (
        <Message title="No map yet" progress={state.manifest.progress}>
          <p>
            This workspace has no layer with a map so far. The map appears here by itself as soon as its first layer is laid out.
          </p>
        </Message>
      );
    case 'missing':
      return (
        <Message title="There is no atlas here">
          <p>
            This page shows the workspace it lies in, and no <code>incognita.json</code> could be read beside it ({state.detail}).
          </p>
          <p>The page looks again every two seconds.</p>
        </Message>
      );
    case 'newer':
      return (
        <Message title="This atlas is from a newer Incognita">
          <p>
            Its format is version {state.version}, which this page cannot read. Open it with the version of Incognita that made
            it, or update this one.
          </p>
        </Message>
      );
    case 'invalid':
      return (
        <Message title="This atlas cannot be read">
          <p>{state.detail}</p>
          <p>
            Run the same <code>incognita atlas</code> command again: finished work is kept and the manifest is written anew.
          </p>
        </Message>
      );
  }
}
