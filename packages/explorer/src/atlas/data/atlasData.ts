import type { CellRow, ExemplarRow, GridManifest, IconRow, LayerAtlas, PointRow } from '@incognita/workspace/schema';
import { fetchBytes } from '../../data/fetchBytes.js';
import { type Matrix, readMatrices } from '../../data/matrix.js';
import { readRows } from '../../data/parquet.js';
import { type Resource, useResource } from '../../data/resource.js';

/** The occupied cells of a grid, in file order, and where each cell number stands in it. */
export interface CellTable {
  readonly size: number;
  readonly rows: readonly CellRow[];
  readonly rowOf: ReadonlyMap<number, number>;
}

export async function loadCells(grid: GridManifest): Promise<CellTable> {
  const rows = await readRows<CellRow>(await fetchBytes(grid.cells));
  return { size: grid.size, rows, rowOf: new Map(rows.map((row, i) => [row.cell, i])) };
}

export function useCells(grid: GridManifest | null): Resource<CellTable> {
  return useResource(grid && `cells:${grid.cells}`, () => loadCells(grid!));
}

/** Exemplars by cell, nearest to the mean direction first. */
export function useExemplars(grid: GridManifest | null): Resource<ReadonlyMap<number, ExemplarRow[]>> {
  return useResource(grid && `exemplars:${grid.exemplars}`, async () => {
    const rows = await readRows<ExemplarRow>(await fetchBytes(grid!.exemplars));
    const byCell = Map.groupBy(rows, (row) => row.cell);
    for (const list of byCell.values()) list.sort((a, b) => a.rank - b.rank);
    return byCell;
  });
}

export function useIconScores(grid: GridManifest | null): Resource<ReadonlyMap<number, IconRow>> {
  return useResource(grid && `icons:${grid.iconScores.join()}`, async () => {
    const tables = await Promise.all(grid!.iconScores.map(async (path) => readRows<IconRow>(await fetchBytes(path))));
    return new Map(tables.flat().map((row) => [row.cell, row]));
  });
}

/** `direction` [cells, channels] and, where the model has classes, `attribution` [cells, classes]. */
export interface CellVectors {
  readonly direction: Matrix | null;
  readonly attribution: Matrix | null;
}

export function useVectors(grid: GridManifest | null): Resource<CellVectors> {
  return useResource(grid && `vectors:${grid.vectors}`, async () => {
    const matrices = readMatrices(await fetchBytes(grid!.vectors));
    return { direction: matrices.get('direction') ?? null, attribution: matrices.get('attribution') ?? null };
  });
}

export function usePoints(layer: LayerAtlas | null): Resource<readonly PointRow[]> {
  return useResource(layer && `points:${layer.points}`, async () =>
    readRows<PointRow>(await fetchBytes(layer!.points), ['picture', 'x', 'y']),
  );
}
