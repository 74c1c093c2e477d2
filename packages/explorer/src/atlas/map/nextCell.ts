interface Placed {
  readonly cell: number;
  readonly gridX: number;
  readonly gridY: number;
}

/**
 * Where a key leads from a cell: arrows to the nearest occupied cell in that direction (first straight ahead, then the least
 * aside), Home and End to the ends of the row, Page Up and Page Down to the ends of the column. Null for other keys and at the rim.
 */
export function nextCell(cells: readonly Placed[], from: number, key: string): number | null {
  const here = cells.find((c) => c.cell === from);
  if (!here) return null;
  switch (key) {
    case 'ArrowLeft':
      return ahead(cells, here, -1, 0);
    case 'ArrowRight':
      return ahead(cells, here, 1, 0);
    case 'ArrowUp':
      return ahead(cells, here, 0, -1);
    case 'ArrowDown':
      return ahead(cells, here, 0, 1);
    case 'Home':
      return ofRow(cells, here)[0]!.cell;
    case 'End':
      return ofRow(cells, here).at(-1)!.cell;
    case 'PageUp':
      return ofColumn(cells, here)[0]!.cell;
    case 'PageDown':
      return ofColumn(cells, here).at(-1)!.cell;
    default:
      return null;
  }
}

const ASIDE_COST = 3;

function ahead(cells: readonly Placed[], here: Placed, dx: number, dy: number): number | null {
  let best: { cell: number; cost: number } | null = null;
  for (const c of cells) {
    const forward = (c.gridX - here.gridX) * dx + (c.gridY - here.gridY) * dy;
    const aside = Math.abs((c.gridX - here.gridX) * dy) + Math.abs((c.gridY - here.gridY) * dx);
    const cost = forward + ASIDE_COST * aside;
    if (forward > 0 && (best === null || cost < best.cost)) best = { cell: c.cell, cost };
  }
  return best?.cell ?? null;
}

function ofRow(cells: readonly Placed[], here: Placed): Placed[] {
  return cells.filter((c) => c.gridY === here.gridY).sort((a, b) => a.gridX - b.gridX);
}

function ofColumn(cells: readonly Placed[], here: Placed): Placed[] {
  return cells.filter((c) => c.gridX === here.gridX).sort((a, b) => a.gridY - b.gridY);
}
