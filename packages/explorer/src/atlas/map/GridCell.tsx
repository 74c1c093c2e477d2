import type { Sheet } from '@incognita/workspace/schema';
import { memo } from 'react';
import { SheetTile } from '../../ui/SheetTile.js';

interface Props {
  readonly cell: number;
  readonly gridX: number;
  readonly gridY: number;
  readonly text: string;
  readonly faded: boolean;
  /** The one cell of the grid that the Tab key reaches. */
  readonly tabStop: boolean;
  readonly selected: boolean;
  /** Where the grid is drawn as pictures: the cell's sheet. */
  readonly sheet: Sheet | undefined;
  readonly drawn: boolean;
  /** The same function for all cells and from render to render. */
  readonly onOpen: (cell: number, extendPath: boolean) => void;
  readonly onFocus: (cell: number) => void;
}

/** One cell for the keyboard and for screen readers. */
export const GridCell = memo(function GridCell(props: Props) {
  const { cell, gridX, gridY, text, faded, tabStop, selected, sheet, drawn, onOpen, onFocus } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: the cells are placed by CSS grid, which a table's do not allow
    <div
      role="gridcell"
      aria-colindex={gridX + 1}
      aria-selected={selected}
      aria-label={`${text}, column ${gridX + 1}, row ${gridY + 1}`}
      tabIndex={tabStop ? 0 : -1}
      data-cell={cell}
      data-faded={faded || undefined}
      style={drawn ? { gridColumn: gridX + 1, gridRow: gridY + 1 } : undefined}
      onClick={(event) => onOpen(cell, event.shiftKey)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onOpen(cell, event.shiftKey);
      }}
      onFocus={() => onFocus(cell)}
    >
      {drawn && <SheetTile sheet={sheet} cell={cell} />}
    </div>
  );
});
