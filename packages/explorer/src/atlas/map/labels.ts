import { surrounding } from './grid.js';

export interface LabelledCell {
  readonly cell: number;
  readonly count: number;
  readonly text: string | null;
}

/** A stretch of touching cells with one name; its label stands over the member cell nearest to its centre of mass. */
export interface Region {
  readonly text: string;
  readonly cell: number;
  readonly x: number;
  readonly y: number;
  readonly members: number;
}

/** Joins cells that touch (also at corners) and carry the same name. */
export function findRegions(size: number, cells: readonly LabelledCell[]): Region[] {
  const byCell = new Map(cells.map((c) => [c.cell, c]));
  const seen = new Set<number>();
  const regions: Region[] = [];
  for (const start of cells) {
    if (start.text === null || seen.has(start.cell)) continue;
    const group: LabelledCell[] = [];
    const queue = [start];
    seen.add(start.cell);
    for (let next = queue.pop(); next; next = queue.pop()) {
      group.push(next);
      for (const near of surrounding({ grid: size, cell: next.cell })) {
        const other = near === null || seen.has(near) ? undefined : byCell.get(near);
        if (other?.text !== start.text) continue;
        seen.add(other.cell);
        queue.push(other);
      }
    }
    regions.push(regionOf(size, start.text, group));
  }
  return regions.sort((a, b) => b.members - a.members || a.cell - b.cell);
}

function regionOf(size: number, text: string, group: readonly LabelledCell[]): Region {
  const members = group.reduce((sum, c) => sum + c.count, 0);
  const at = (c: LabelledCell) => [((c.cell % size) + 0.5) / size, (Math.floor(c.cell / size) + 0.5) / size] as const;
  const mx = group.reduce((sum, c) => sum + c.count * at(c)[0], 0) / members;
  const my = group.reduce((sum, c) => sum + c.count * at(c)[1], 0) / members;
  const distance = (c: LabelledCell) => (at(c)[0] - mx) ** 2 + (at(c)[1] - my) ** 2;
  const nearest = group.reduce((best, c) => (distance(c) < distance(best) ? c : best));
  return { text, cell: nearest.cell, x: at(nearest)[0], y: at(nearest)[1], members };
}

export interface PlacedLabel extends Region {
  readonly sizePx: number;
}

const CHARACTER_WIDTH = 0.56;
const GAP_PX = 14;

/**
 * Labels that fit without touching at a scale, largest regions first; type size follows the region's share of the largest.
 * Whether a label fits depends on the scale alone, not on the pan, so labels do not flicker while the map moves.
 */
export function placeLabels(regions: readonly Region[], mapPx: number, limit: number): PlacedLabel[] {
  const largest = regions[0]?.members ?? 1;
  const placed: (PlacedLabel & { halfWidth: number; halfHeight: number })[] = [];
  for (const region of regions) {
    if (placed.length >= limit) break;
    const sizePx = 11.5 + 5 * Math.sqrt(region.members / largest);
    const halfWidth = (region.text.length * sizePx * CHARACTER_WIDTH + GAP_PX) / 2;
    const halfHeight = (sizePx * 1.25 + GAP_PX) / 2;
    const free = placed.every(
      (other) =>
        Math.abs(other.x - region.x) * mapPx >= other.halfWidth + halfWidth ||
        Math.abs(other.y - region.y) * mapPx >= other.halfHeight + halfHeight,
    );
    if (free) placed.push({ ...region, sizePx, halfWidth, halfHeight });
  }
  return placed;
}

/** ImageNet-style names list synonyms after commas: the first is shown. */
export function shortName(name: string): string {
  return name.split(',')[0]!.trim();
}
