import { memo, useEffect, useMemo, useRef } from 'react';
import './CellGrid.css';
import { useAtlas, useAtlasState } from '../state/AtlasContext.js';
import { openCell, reveal } from '../state/actions.js';
import { SheetTile } from '../ui/SheetTile.js';
import { cellName } from './cellName.js';
import { nextCell } from './nextCell.js';
import { sheetsByCell } from './tiles.js';

/**
 * The map as a grid of cells for the keyboard and for screen readers, out of sight while the canvas works; where the canvas
 * does not, this is the map.
 */
export function CellGrid({ failure }: { failure: string | null }) {
  const atlas = useAtlas();
  const { store, shown, manifest } = atlas;
  const { table, grid, layer, filter } = shown;
  const focused = useAtlasState((s) => s.focused);
  const selected = useAtlasState((s) => s.selected);
  const view = useAtlasState((s) => s.view);
  const root = useRef<HTMLDivElement>(null);
  const sheets = useMemo(() => (failure === null ? null : sheetsByCell(grid, view)), [failure, grid, view]);
  const matching = useMemo(
    () => (filter && table ? new Set(filter.matches.map((r) => table.rows[r]!.cell)) : null),
    [filter, table],
  );

  const rows = useMemo(() => [...Map.groupBy(table?.rows ?? [], (row) => row.gridY)].sort((a, b) => a[0] - b[0]), [table]);
  const here = [focused, selected].find((ref) => ref?.grid === grid.size && table?.rowOf.has(ref.cell))?.cell;
  const tabStop = here ?? table?.rows[0]?.cell;

  useEffect(() => {
    if (focused && root.current?.contains(document.activeElement)) {
      root.current.querySelector<HTMLElement>(`[data-cell="${focused.cell}"]`)?.focus({ preventScroll: failure === null });
    }
  }, [focused, failure]);

  const focusCell = (cell: number) => {
    const ref = { grid: grid.size, cell };
    store.set((s) => ({ ...s, focused: ref }));
    reveal(atlas, ref);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || tabStop === undefined || !table) return;
    const next = nextCell(table.rows, here ?? tabStop, event.key);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    focusCell(next);
  };

  return (
    <div className="cells" id="cells" data-visible={failure !== null || undefined} tabIndex={-1}>
      {failure !== null && (
        <p className="cells-note" role="status">
          The map cannot be drawn as a canvas here ({failure}) The same cells stand below, in their places.
        </p>
      )}
      <div
        ref={root}
        role="grid"
        aria-label={`Cells of ${layer.layer}, ${grid.size} by ${grid.size}`}
        aria-rowcount={grid.size}
        aria-colcount={grid.size}
        aria-busy={table === null}
        tabIndex={table?.rows.length ? undefined : 0}
        style={failure === null ? undefined : { gridTemplateColumns: `repeat(${grid.size}, 1fr)` }}
        onKeyDown={onKeyDown}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget)) store.set((s) => ({ ...s, focused: null }));
        }}
      >
        {rows.map(([gridY, cells]) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the cells take the focus
          <div key={gridY} role="row" aria-rowindex={gridY + 1}>
            {cells.map((row) => (
              <Cell
                key={row.cell}
                cell={row.cell}
                gridX={row.gridX}
                gridY={row.gridY}
                text={`${cellName(manifest, row) ?? `Cell ${row.cell}`}, ${row.count} ${row.count === 1 ? 'activation' : 'activations'}${matching ? (matching.has(row.cell) ? ', matches the filter' : ', does not match') : ''}`}
                faded={matching !== null && !matching.has(row.cell)}
                tabStop={row.cell === tabStop}
                selected={selected?.grid === grid.size && selected.cell === row.cell}
                sheet={sheets?.get(row.cell)}
                drawn={sheets !== null}
                onOpen={(extendPath) => openCell(atlas, { grid: grid.size, cell: row.cell }, { extendPath })}
                onFocus={() => {
                  if (store.get().focused?.cell !== row.cell) focusCell(row.cell);
                }}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

interface CellProps {
  cell: number;
  gridX: number;
  gridY: number;
  text: string;
  faded: boolean;
  tabStop: boolean;
  selected: boolean;
  sheet: Parameters<typeof SheetTile>[0]['sheet'];
  drawn: boolean;
  onOpen: (extendPath: boolean) => void;
  onFocus: () => void;
}

const Cell = memo(
  function Cell({ cell, gridX, gridY, text, faded, tabStop, selected, sheet, drawn, onOpen, onFocus }: CellProps) {
    return (
      <div
        role="gridcell"
        aria-colindex={gridX + 1}
        aria-selected={selected}
        aria-label={`${text}, column ${gridX + 1}, row ${gridY + 1}`}
        tabIndex={tabStop ? 0 : -1}
        data-cell={cell}
        data-faded={faded || undefined}
        style={drawn ? { gridColumn: gridX + 1, gridRow: gridY + 1 } : undefined}
        onClick={(event) => onOpen(event.shiftKey)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          onOpen(event.shiftKey);
        }}
        onFocus={onFocus}
      >
        {drawn && <SheetTile sheet={sheet} cell={cell} />}
      </div>
    );
  },
  (a, b) =>
    a.text === b.text &&
    a.faded === b.faded &&
    a.tabStop === b.tabStop &&
    a.selected === b.selected &&
    a.sheet === b.sheet &&
    a.drawn === b.drawn,
);
