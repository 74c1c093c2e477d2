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
  const along = (dx: number, dy: number) => {
    const ahead = cells.flatMap((c) => {
      const forward = (c.gridX - here.gridX) * dx + (c.gridY - here.gridY) * dy;
      const aside = Math.abs((c.gridX - here.gridX) * dy) + Math.abs((c.gridY - here.gridY) * dx);
      return forward > 0 ? [{ cell: c.cell, cost: forward + 3 * aside }] : [];
    });
    return ahead.length === 0 ? null : ahead.reduce((best, c) => (c.cost < best.cost ? c : best)).cell;
  };
  const row = () => cells.filter((c) => c.gridY === here.gridY).sort((a, b) => a.gridX - b.gridX);
  const column = () => cells.filter((c) => c.gridX === here.gridX).sort((a, b) => a.gridY - b.gridY);
  const leads: Record<string, () => number | null> = {
    ArrowLeft: () => along(-1, 0),
    ArrowRight: () => along(1, 0),
    ArrowUp: () => along(0, -1),
    ArrowDown: () => along(0, 1),
    Home: () => row()[0]!.cell,
    End: () => row().at(-1)!.cell,
    PageUp: () => column()[0]!.cell,
    PageDown: () => column().at(-1)!.cell,
  };
  return leads[key]?.() ?? null;
}
