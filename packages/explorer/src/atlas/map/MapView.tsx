import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import './MapView.css';
import { useAtlas, useAtlasState } from '../state/AtlasContext.js';
import { openCell } from '../state/actions.js';
import { CloseUps } from './CloseUps.js';
import { prefersReducedMotion } from './camera.js';
import { unproject } from './geometry.js';
import { cellAt } from './grid.js';
import { MapTrust } from './MapTrust.js';
import { moveByKey } from './mapKeys.js';
import { Overlay } from './Overlay.js';
import type { TileRenderer } from './renderer.js';
import { Tooltip } from './Tooltip.js';
import { buildTileSet } from './tiles.js';
import { useGestures } from './useGestures.js';
import { useViewport } from './useViewport.js';

/** The canvas with the tiles, what is drawn over it, and the gestures and keys that move it. */
export const MapView = memo(function MapView({
  onFail,
  onMissing,
}: {
  onFail: (message: string) => void;
  onMissing: (message: string) => void;
}) {
  const atlas = useAtlas();
  const { store, camera, viewport, shown } = atlas;
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const [renderer, setRenderer] = useState<TileRenderer | null>(null);
  const [drawn, setDrawn] = useState<string | null>(null);
  const view = useAtlasState((s) => s.view);
  const density = useAtlasState((s) => s.density);
  const choosing = useAtlasState((s) => s.pathFrom !== null);
  useViewport(host);

  useEffect(() => {
    let stopped = false;
    let made: TileRenderer | null = null;
    import('./renderer.js')
      .then(({ createRenderer }) => {
        if (stopped || !canvas.current) return;
        made = createRenderer({
          parent: canvas.current,
          reducedMotion: prefersReducedMotion,
          onFail,
          onMissing,
          onDrawn: setDrawn,
        });
        setRenderer(made);
      })
      .catch((error: Error) => onFail(error.message));
    return () => {
      stopped = true;
      made?.destroy();
    };
  }, [onFail, onMissing]);

  useEffect(() => {
    if (!renderer) return;
    const update = () => renderer.setCamera(camera.get(), viewport.get());
    update();
    const stops = [camera.subscribe(update), viewport.subscribe(update)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [renderer, camera, viewport]);

  const { layer, grid, table, filter } = shown;
  const tiles = useMemo(
    () => table && buildTileSet(layer, grid, table, { view, density, filter }),
    [layer, grid, table, view, density, filter],
  );
  useEffect(() => {
    if (renderer && tiles) renderer.setTiles(tiles);
  }, [renderer, tiles]);

  const cellUnder = useCallback(
    ([px, py]: readonly [number, number]) => {
      const [x, y] = unproject(camera.get(), viewport.get(), px, py);
      const cell = cellAt(grid.size, x, y);
      return cell !== null && table?.rowOf.has(cell) ? { grid: grid.size, cell } : null;
    },
    [camera, viewport, grid.size, table],
  );
  const onClick = useCallback(
    (at: readonly [number, number], shiftKey: boolean) => {
      const ref = cellUnder(at);
      if (ref) openCell({ store, camera, viewport }, ref, { extendPath: shiftKey });
    },
    [cellUnder, store, camera, viewport],
  );
  const onHover = useCallback(
    (at: readonly [number, number] | null) => {
      const hovered = at && cellUnder(at);
      if (hovered?.cell !== store.get().hovered?.cell) store.set((s) => ({ ...s, hovered }));
    },
    [cellUnder, store],
  );
  useGestures(
    host,
    useMemo(() => ({ onClick, onHover }), [onClick, onHover]),
  );

  return (
    <div className="map" data-drawn={drawn ?? undefined} data-choosing={choosing || undefined}>
      <div
        ref={host}
        className="map-surface"
        role="application"
        aria-roledescription="map"
        aria-label={`Map of ${layer.layer}. Arrow keys pan, plus and minus zoom, zero shows all. The cells are in the grid that follows.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the map takes the arrow keys
        tabIndex={0}
        onKeyDown={(event) => {
          if (!event.ctrlKey && !event.metaKey && moveByKey(atlas, event.key)) event.preventDefault();
        }}
      >
        <div ref={canvas} className="map-canvas" />
      </div>
      <CloseUps />
      <MapTrust />
      <Overlay />
      <Tooltip />
    </div>
  );
});
