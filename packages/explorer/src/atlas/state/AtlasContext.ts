import type { WorkspaceManifest } from '@incognita/workspace/schema';
import { createContext, useContext } from 'react';
import { type Store, useStore } from '../../state/store.js';
import type { CameraControl } from '../map/camera.js';
import type { Viewport } from '../map/geometry.js';
import type { AtlasState } from './atlasState.js';
import type { Shown } from './shown.js';

/** All that the parts of the page share. */
export interface Atlas {
  readonly manifest: WorkspaceManifest;
  readonly store: Store<AtlasState>;
  readonly camera: CameraControl;
  readonly viewport: Store<Viewport>;
  readonly shown: Shown;
}

export const AtlasContext = createContext<Atlas | null>(null);

export function useAtlas(): Atlas {
  const atlas = useContext(AtlasContext);
  if (!atlas) throw new Error('useAtlas needs an AtlasContext above it');
  return atlas;
}

export function useAtlasState<S>(select: (state: AtlasState) => S): S {
  return useStore(useAtlas().store, select);
}
