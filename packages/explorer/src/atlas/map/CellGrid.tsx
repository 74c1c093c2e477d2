import type { CellRow } from '@incognita/workspace/schema';
import { memo, useCallback, useEffect, useMemo, useRef } from 'react';
import './CellGrid.css';
import { formatCount } from '../../ui/format.js';
import { useAtlas, useAtlasState } from '../state/AtlasContext.js';
import { openCell, reveal } from '../state/actions.js';
import { cellName } from './cellName.js';
import { GridCell } from './GridCell.js';
import { nextCell } from './nextCell.js';
import { sheetsByCell } from './tiles.js';

/**
 * The map as a grid of cells for the keyboard and for screen readers, out of sight while the canvas works; where the canvas
 * does not, this is the map.
 */
export const CellGrid = memo(function CellGrid({ failure }: { failure: string | null }) {
  const { store, camera, viewport, shown, manifest } = useAtlas();
  const { table, grid, layer, filter } = shown;
  const { size } = grid;
  const focused = useAtlasState((s) => s.focused);
  const selected = useAtlasState((s) => s.selected);
  const view = useAtlasState((s) => s.view);
  const root = useRef<HTMLDivElement>(null);
  const drawn = failure !== null;
  const sheets = useMemo(() => (drawn ? sheetsByCell(grid, view) : null), [drawn, grid, view]);
  const matching = useMemo(
    () => (filter && table ? new Set(filter.matches.map((r) => table.rows[r]!.cell)) : null),
    [filter, table],
  );
  const rows = useMemo(() => [...Map.groupBy(table?.rows ?? [], (row) => row.gridY)].sort((a, b) => a[0] - b[0]), [table]);
  const here = [focused, selected].find((ref) => ref?.grid === size && table?.rowOf.has(ref.cell))?.cell;
  const tabStop = here ?? table?.rows[0]?.cell;

  useEffect(() => {
    if (focused && root.current?.contains(document.activeElement)) {
      root.current.querySelector<HTMLElement>(`[data-cell="${focused.cell}"]`)?.focus({ preventScroll: !drawn });
    }
  }, [focused, drawn]);

  const onOpen = useCallback(
    (cell: number, extendPath: boolean) => openCell({ store, camera, viewport }, { grid: size, cell }, { extendPath }),
    [store, camera, viewport, size],
  );
  const onFocus = useCallback(
    (cell: number) => {
      const now = store.get().focused;
      if (now?.cell === cell && now.grid === size) return;
      const ref = { grid: size, cell };
      store.set((s) => ({ ...s, focused: ref }));
      reveal({ camera, viewport }, ref);
    },
    [store, camera, viewport, size],
  );
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || tabStop === undefined || !table) return;
    const next = nextCell(table.rows, tabStop, event.key);
    if (next === null) return;
    event.preventDefault();
    onFocus(next);
  };
  const describe = (row: CellRow) => {
    const match = matching === null ? '' : matching.has(row.cell) ? ', matches the filter' : ', does not match the filter';
    return `${cellName(manifest, row) ?? `Cell ${row.cell}`}, ${formatCount(row.count)} activations${match}`;
  };

  return (
    <div className="cells" id="cells" data-visible={drawn || undefined} tabIndex={-1}>
      {drawn && (
        <p className="cells-note" role="status">
          The map cannot be drawn on a canvas here: {failure} The same cells stand below, in their places.
        </p>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: the cells are placed by CSS grid, which a table's do not allow */}
      <div
        ref={root}
        role="grid"
        aria-label={`Cells of ${layer.layer}, ${size} by ${size}`}
        aria-rowcount={size}
        aria-colcount={size}
        aria-busy={table === null}
        tabIndex={table?.rows.length ? undefined : 0}
        style={drawn ? { gridTemplateColumns: `repeat(${size}, 1fr)` } : undefined}
        onKeyDown={onKeyDown}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget)) store.set((s) => ({ ...s, focused: null }));
        }}
      >
        {rows.map(([gridY, cells]) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          // biome-ignore lint/a11y/useFocusableInteractive: the cells take the focus
          <div key={gridY} role="row" aria-rowindex={gridY + 1}>
            {cells.map((row) => (
              <GridCell
                key={row.cell}
                cell={row.cell}
                gridX={row.gridX}
                gridY={row.gridY}
                text={describe(row)}
                faded={matching !== null && !matching.has(row.cell)}
                tabStop={row.cell === tabStop}
                selected={selected?.grid === size && selected.cell === row.cell}
                sheet={sheets?.get(row.cell)}
                drawn={drawn}
                onOpen={onOpen}
                onFocus={onFocus}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
});
