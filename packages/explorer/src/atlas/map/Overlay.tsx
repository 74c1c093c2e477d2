import { memo, useMemo } from 'react';
import { useStore } from '../../state/store.js';
import { useAtlas, useAtlasState } from '../state/AtlasContext.js';
import { cellName } from './cellName.js';
import { type Camera, project, scalePx, type Viewport } from './geometry.js';
import { type CellRef, cellCentre } from './grid.js';
import { findRegions, placeLabels } from './labels.js';

/** Names, the selected, hovered and focused cell, and the path: crisp over the canvas at every zoom. */
export const Overlay = memo(function Overlay() {
  const atlas = useAtlas();
  const camera = useStore(atlas.camera, (c) => c);
  const viewport = useStore(atlas.viewport, (v) => v);
  const { hovered, selected, focused, path, pathFrom } = useAtlasState((s) => s);
  const corner = project(camera, viewport, 0, 0);
  const side = scalePx(camera, viewport);
  const at = (grid: number, cell: number) => project(camera, viewport, ...cellCentre({ grid, cell }));
  return (
    <svg className="map-overlay" aria-hidden="true">
      <rect className="map-frame" x={corner[0]} y={corner[1]} width={side} height={side} rx="2" />
      <Labels camera={camera} viewport={viewport} />
      {path && (
        <>
          {['map-path-halo', 'map-path'].map((name) => (
            <polyline key={name} className={name} points={[at(path.grid, path.from), at(path.grid, path.to)].join(' ')} />
          ))}
          {[path.from, path.to].map((cell) => {
            const [cx, cy] = at(path.grid, cell);
            return <circle key={cell} className="map-path-end" cx={cx} cy={cy} r="5" />;
          })}
        </>
      )}
      <Outline name="hover" cell={hovered} camera={camera} viewport={viewport} />
      <Outline name="selected" cell={pathFrom ?? selected} camera={camera} viewport={viewport} halo />
      <Outline name="focus" cell={focused} camera={camera} viewport={viewport} halo />
    </svg>
  );
});

interface Projection {
  readonly camera: Camera;
  readonly viewport: Viewport;
}

function Outline({ name, cell, camera, viewport, halo }: Projection & { name: string; cell: CellRef | null; halo?: boolean }) {
  if (!cell) return null;
  const [cx, cy] = project(camera, viewport, ...cellCentre(cell));
  const side = Math.max(10, scalePx(camera, viewport) / cell.grid);
  const box = { x: cx - side / 2, y: cy - side / 2, width: side, height: side, rx: Math.min(4, side / 10) };
  return (
    <>
      {halo && <rect className="map-cell map-cell-halo" {...box} />}
      <rect className={`map-cell map-cell-${name}`} {...box} />
    </>
  );
}

/** The scale is taken in steps of a quarter octave, so that the choice of labels changes rarely. */
function Labels({ camera, viewport }: Projection) {
  const { manifest, shown } = useAtlas();
  const visible = useAtlasState((s) => s.labels);
  const { table, grid, filter } = shown;
  const regions = useMemo(() => {
    if (!table) return [];
    const rows = filter ? filter.matches.map((r) => table.rows[r]!) : table.rows;
    return findRegions(
      grid.size,
      rows.map((row) => ({ cell: row.cell, count: row.count, text: cellName(manifest, row) })),
    );
  }, [table, grid.size, manifest, filter]);
  const step = Math.floor(Math.log2(scalePx(camera, viewport)) * 4) / 4;
  const placed = useMemo(() => placeLabels(regions, 2 ** step, labelLimit(step)), [regions, step]);
  if (!visible) return null;
  // On small tiles a name stands over the middle of its region, on large ones at the foot of its tile.
  const tilePx = scalePx(camera, viewport) / grid.size;
  const foot = tilePx > LARGE_TILE_PX ? tilePx / 2 - 16 : 0;
  return placed.map(({ cell, text, x, y, sizePx }) => {
    const [px, py] = project(camera, viewport, x, y);
    if (px < -120 || py < -40 || px > viewport.width + 120 || py > viewport.height + 40) return null;
    return (
      <text key={cell} className="map-label" x={px} y={py + foot} fontSize={sizePx}>
        {text}
      </text>
    );
  });
}

const LARGE_TILE_PX = 96;

/** About one label for every 165 × 165 pixels of map. */
function labelLimit(log2Px: number): number {
  return Math.round((2 ** log2Px / 165) ** 2);
}
