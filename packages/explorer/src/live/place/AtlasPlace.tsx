import type { GridManifest, LayerAtlas, WorkspaceManifest } from '@incognita/workspace/schema';
import { useEffect, useState } from 'react';
import { useCells, useVectors } from '../../atlas/data/atlasData.js';
import { Overview } from '../../atlas/map/Overview.js';
import { useStore } from '../../state/store.js';
import { type LiveLayerCard, useLive } from '../data/LiveContext.js';
import { type Falls, nearestCells } from './nearestCells.js';

/** Cells beyond which another, coarser grid is taken: each is compared with every position. */
const MOST_CELLS = 450;
/** Marks of a camera's pictures are drawn anew at most so often. */
const PAUSE_MS = 1000;
const SIZE_PX = 260;

/** The atlas of a layer, where the workspace has one that can be shown. */
export function atlasLayerOf(workspace: WorkspaceManifest | null, layer: LiveLayerCard | null): LayerAtlas | null {
  const found = workspace?.layers.find(({ tensor, channels }) => tensor === layer?.tensor && channels === layer?.channels);
  return found && found.grids.length > 0 ? found : null;
}

/** Where the picture's activations fall on the atlas of the layer. */
export function AtlasPlace({ layer }: { layer: LayerAtlas }) {
  const { run, layer: looked } = useLive();
  const grid = gridOf(layer);
  const cells = useCells(grid).value;
  const direction = useVectors(grid).value?.direction ?? null;
  const values = useStore(run.state, ({ frame }) => frame?.values ?? null);
  const [shown, setShown] = useState<{ values: Float32Array; falls: Falls; at: number } | null>(null);
  useEffect(() => {
    if (values === null || direction === null || values.length % direction.columns !== 0) return;
    const find = () => setShown({ values, falls: nearestCells(values, direction), at: performance.now() });
    const wait = shown === null ? 0 : PAUSE_MS - (performance.now() - shown.at);
    if (shown?.values === values) return;
    const timer = setTimeout(find, Math.max(0, wait));
    return () => clearTimeout(timer);
  }, [values, direction, shown]);
  if (cells === null || shown === null) return null;
  const { falls } = shown;
  const counts = new Map<number, number>();
  for (const row of falls.row) if (row >= 0) counts.set(row, (counts.get(row) ?? 0) + 1);
  const placed = falls.row.reduce((sum, row) => sum + (row >= 0 ? 1 : 0), 0);
  const mean = falls.cosine.reduce((a, b) => a + b, 0) / Math.max(1, placed);
  const most = Math.max(1, ...counts.values());
  return (
    <section aria-labelledby="place-title" className="live-place">
      <h2 id="place-title">On the atlas</h2>
      <div className="place-map" style={{ width: SIZE_PX, height: SIZE_PX }}>
        <Overview grid={grid} table={cells} sizePx={SIZE_PX} />
        <svg
          viewBox={`0 0 ${grid.size} ${grid.size}`}
          role="img"
          aria-label={`${placed} positions fall on ${counts.size} cells of the atlas of ${looked!.name}`}
        >
          {[...counts].map(([row, count]) => {
            const { gridX, gridY } = cells.rows[row]!;
            return <circle key={row} cx={gridX + 0.5} cy={gridY + 0.5} r={0.15 + 0.4 * Math.sqrt(count / most)} />;
          })}
        </svg>
      </div>
      <p className="small quiet number">
        Each of the picture’s {placed} positions is counted at the cell (of {cells.rows.length}, {grid.size} × {grid.size}) whose
        mean activation is most alike by cosine; mean cosine {mean.toFixed(2)}. The map’s own layout is not run again, so a mark
        says “most like these”, not “here”.
      </p>
    </section>
  );
}

function gridOf({ grids }: LayerAtlas): GridManifest {
  const fitting = grids.filter(({ size }) => size * size <= MOST_CELLS);
  return fitting.reduce((a, b) => (b.size > a.size ? b : a), fitting[0] ?? grids[0]!);
}
