import type { Sheet } from '@incognita/workspace/schema';
import './SheetTile.css';

/** One tile of a sheet as an ordinary element: as wide as its container. */
export function SheetTile({ sheet, cell, label }: { sheet: Sheet | null | undefined; cell: number; label?: string }) {
  const index = sheet ? sheet.ids.indexOf(cell) : -1;
  if (!sheet || index < 0) return <span className="sheet-tile" data-empty />;
  const { columns } = sheet;
  const rows = Math.ceil(sheet.ids.length / columns);
  const share = (position: number, count: number) => (count <= 1 ? 0 : (position / (count - 1)) * 100);
  return (
    <span
      className="sheet-tile"
      style={{
        backgroundImage: `url("./${sheet.file}")`,
        backgroundSize: `${columns * 100}% ${rows * 100}%`,
        backgroundPosition: `${share(index % columns, columns)}% ${share(Math.floor(index / columns), rows)}%`,
      }}
    >
      {label && <span className="visually-hidden">{label}</span>}
    </span>
  );
}
