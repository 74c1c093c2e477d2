import type { Sheet } from '@incognita/workspace/schema';
import './Neighbours.css';
import { SheetTile } from '../../ui/SheetTile.js';
import type { CellTable } from '../data/atlasData.js';
import { cellName } from '../map/cellName.js';
import { type CellRef, surrounding } from '../map/grid.js';
import { useAtlas } from '../state/AtlasContext.js';
import { reveal } from '../state/actions.js';

const WHERE = ['above left', 'above', 'above right', 'left', '', 'right', 'below left', 'below', 'below right'];

/** The cells around, in their places. */
export function Neighbours({
  selected,
  table,
  sheets,
}: {
  selected: CellRef;
  table: CellTable;
  sheets: ReadonlyMap<number, Sheet>;
}) {
  const atlas = useAtlas();
  const open = (cell: number) => {
    const ref = { grid: selected.grid, cell };
    atlas.store.set((s) => ({ ...s, selected: ref }));
    reveal(atlas, ref);
  };
  return (
    <section aria-label="Neighbours">
      <h3>Around it on the map</h3>
      <div className="neighbours">
        {surrounding(selected).map((cell, i) => {
          const row = cell === null ? undefined : table.rows[table.rowOf.get(cell) ?? -1];
          if (!row) return <span key={WHERE[i]} className="neighbour-empty" />;
          if (row.cell === selected.cell) return <SheetTile key="self" sheet={sheets.get(row.cell)} cell={row.cell} />;
          const name = cellName(atlas.manifest, row) ?? `cell ${row.cell}`;
          return (
            <button key={WHERE[i]} type="button" aria-label={`${name}, ${WHERE[i]}`} title={name} onClick={() => open(row.cell)}>
              <SheetTile sheet={sheets.get(row.cell)} cell={row.cell} />
            </button>
          );
        })}
      </div>
    </section>
  );
}
