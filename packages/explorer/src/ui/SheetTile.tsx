import type { Sheet } from '@incognita/workspace/schema';
import './SheetTile.css';
import { tileStyle } from './tileStyle.js';

/** One tile of a sheet as an ordinary element: as wide as its container. */
export function SheetTile({ sheet, cell, label }: { sheet: Sheet | null | undefined; cell: number; label?: string }) {
  const index = sheet ? sheet.ids.indexOf(cell) : -1;
  if (!sheet || index < 0) return <span className="sheet-tile" data-empty />;
  return (
    <span className="sheet-tile" style={tileStyle(sheet, index)}>
      {label && <span className="visually-hidden">{label}</span>}
    </span>
  );
}
