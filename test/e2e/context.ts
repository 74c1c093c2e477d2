import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CellRow,
  decodeSafetensors,
  type ExemplarRow,
  type GridManifest,
  type LayerAtlas,
  type PointRow,
  readParquet,
  type WorkspaceManifest,
} from '@incognita/workspace/schema';
import type { Browser } from 'playwright-core';
import type { MadeAtlas } from './atlas.ts';
import type { StaticServer } from './staticServer.ts';

/** What all suites share: one atlas, one server, one browser. */
export interface Context {
  made: MadeAtlas;
  manifest: WorkspaceManifest;
  server: StaticServer;
  browser: Browser;
}

/** What the tests expect to see is read from the workspace's files here, without the explorer's code. */
export async function readGrid({ made }: Context, layer: LayerAtlas, grid: GridManifest) {
  const bytes = async (path: string) => new Uint8Array(await readFile(join(made.workspace, path)));
  const plain = <Row extends object>(rows: Row[]) =>
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, typeof v === 'bigint' ? Number(v) : v])) as Row);
  const cells = plain(await readParquet<CellRow>(await bytes(grid.cells)));
  const exemplars = plain(await readParquet<ExemplarRow>(await bytes(grid.exemplars)));
  const points = plain(await readParquet<PointRow>(await bytes(layer.points)));
  const attribution = decodeSafetensors(await bytes(grid.vectors)).tensors.get('attribution')!.data as Float32Array;
  return { cells, exemplars, points, attribution };
}

/** The last layer, which opens first, and its grid of a size. */
export function lastLayer({ manifest }: Context, size: number): { layer: LayerAtlas; grid: GridManifest } {
  const layer = manifest.layers.at(-1)!;
  return { layer, grid: layer.grids.find((g) => g.size === size)! };
}
