import type { Sheet } from '@incognita/workspace/schema';
import { useMemo } from 'react';
import './Neighbours.css';
import type { Matrix } from '../../data/matrix.js';
import { SheetTile } from '../../ui/SheetTile.js';
import type { CellTable } from '../data/atlasData.js';
import { cellName } from '../map/cellName.js';
import { useAtlas } from '../state/AtlasContext.js';
import { flyToCell } from '../state/actions.js';
import { nearestRows } from './nearestRows.js';

const COUNT = 6;

/** The cells whose directions lie nearest in the network's own space: a check on what the flat map puts side by side. */
export function MostAlike({
  direction,
  row,
  table,
  sheets,
}: {
  direction: Matrix;
  row: number;
  table: CellTable;
  sheets: ReadonlyMap<number, Sheet>;
}) {
  const atlas = useAtlas();
  const nearest = useMemo(() => nearestRows(direction, row, COUNT), [direction, row]);
  const open = (cell: number) => {
    const ref = { grid: table.size, cell };
    atlas.store.set((s) => ({ ...s, selected: ref }));
    flyToCell(atlas, ref);
  };
  return (
    <section aria-label="Most alike">
      <h3>Most alike to the network</h3>
      <p className="detail-note">Nearest mean directions by cosine, wherever they lie on the map: recomputed here.</p>
      <div className="alike">
        {nearest.map(({ row: other, cosine }) => {
          const cell = table.rows[other]!;
          const name = cellName(atlas.manifest, cell) ?? `cell ${cell.cell}`;
          return (
            <button
              key={cell.cell}
              type="button"
              aria-label={`${name}, cosine ${cosine.toFixed(3)}`}
              title={name}
              onClick={() => open(cell.cell)}
            >
              <SheetTile sheet={sheets.get(cell.cell)} cell={cell.cell} />
              <span className="number">{cosine.toFixed(2)}</span>
            </button>
          );
        })}
      </div>
    </section>
  );
}
