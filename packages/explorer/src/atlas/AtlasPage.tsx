import type { WorkspaceManifest } from '@incognita/workspace/schema';
import { useEffect, useMemo, useState } from 'react';
import './AtlasPage.css';
import { Problem } from '../chrome/Problem.js';
import { createStore, useStore } from '../state/store.js';
import { Announcer } from './chrome/Announcer.js';
import { AtlasHeader } from './chrome/AtlasHeader.js';
import { Controls } from './chrome/Controls.js';
import { FilterBar } from './chrome/FilterBar.js';
import { LayerList } from './chrome/LayerList.js';
import { PathStrip } from './chrome/PathStrip.js';
import { useAtlasKeys } from './chrome/useAtlasKeys.js';
import { forgetOldSprites } from './data/sprites.js';
import { CellGrid } from './map/CellGrid.js';
import { createCamera } from './map/camera.js';
import { HOME, type Viewport } from './map/geometry.js';
import { MapView } from './map/MapView.js';
import { Minimap } from './map/Minimap.js';
import { useShownGrid } from './map/useShownGrid.js';
import { DetailPanel } from './panel/DetailPanel.js';
import { type Atlas, AtlasContext } from './state/AtlasContext.js';
import { stateFromUrl } from './state/atlasState.js';
import { useShown } from './state/shown.js';
import { parseUrl } from './state/urlState.js';
import { useUrlSync } from './state/useUrlSync.js';

const NOWHERE: Viewport = { width: 1, height: 1, insets: { top: 0, right: 0, bottom: 0, left: 0 } };

/** The page Atlas: the map, full-bleed, and what floats over it. */
export function AtlasPage({ manifest }: { manifest: WorkspaceManifest }) {
  const [{ store, camera, viewport }] = useState(() => {
    const url = parseUrl(location.search);
    return {
      store: createStore(stateFromUrl(url, manifest)),
      camera: createCamera(url.camera ?? HOME),
      viewport: createStore(NOWHERE),
    };
  });
  const state = useStore(store, (s) => s);
  const shown = useShown(manifest, state);
  const atlas = useMemo<Atlas>(() => ({ manifest, store, camera, viewport, shown }), [manifest, store, camera, viewport, shown]);
  const [canvasFailed, setCanvasFailed] = useState<string | null>(null);
  const [missing, setMissing] = useState<string | null>(null);
  useEffect(() => forgetOldSprites(manifest), [manifest]);
  useEffect(() => {
    document.title = `${shown.layer.layer} · ${manifest.model.name} · Atlas · Incognita`;
  }, [shown.layer.layer, manifest.model.name]);
  useUrlSync(atlas);
  useShownGrid(atlas);
  useAtlasKeys(atlas);

  return (
    <AtlasContext value={atlas}>
      <div className="atlas" data-detail={state.selected ? 'open' : undefined} data-path={state.path ? 'open' : undefined}>
        <AtlasHeader />
        <main className="atlas-main">
          <h1 className="visually-hidden">
            Atlas of {shown.layer.layer}, {manifest.model.name}
          </h1>
          {canvasFailed === null && <MapView onFail={setCanvasFailed} onMissing={setMissing} />}
          <CellGrid failure={canvasFailed} />
        </main>
        {/* What a cell and a filter open follows the map in the order of the keyboard. */}
        <FilterBar />
        {state.selected && <DetailPanel selected={state.selected} />}
        {state.path && <PathStrip path={state.path} />}
        <div className="dock">
          <LayerList />
          <Controls />
        </div>
        {canvasFailed === null && <Minimap />}
        <Problem message={shown.error ?? missing} />
        <Announcer />
      </div>
    </AtlasContext>
  );
}
