import { patchRect, type ReceptiveField } from '@incognita/vision';
import { encodeSafetensors, type Json, type SafetensorsInput, type Sheet, sha256, writeParquet } from '@incognita/workspace';
import type { Activations } from '../collect/collect.js';
import type { LayerLayout } from '../layout/layoutStages.js';
import type { UsedPicture } from '../pictures/preparePictures.js';
import type { AtlasContext } from '../pipeline/options.js';
import { taskRef } from '../tasks.js';
import { assignCells, type GridCells } from './assign.js';
import { chooseExemplars } from './exemplars.js';
import type { PatchSheetArgs } from './patches.task.node.js';
import { type CellSummary, summarizeCells } from './summarize.js';

/** One grid of a layer in memory. */
export interface Grid {
  readonly size: number;
  readonly cells: GridCells;
  readonly summary: CellSummary;
}

export interface GridOptions {
  readonly layer: string;
  readonly channels: number;
  readonly size: number;
  readonly minMembers: number;
  readonly activations: Activations;
  readonly layout: LayerLayout;
  readonly pictures: readonly UsedPicture[];
  readonly field: ReceptiveField;
}

/** Side of a patch's tile. */
const TILE_PX = 64;
/** Tiles of a sheet at most. */
export const SHEET_TILES = 256;
export const SHEET_COLUMNS = 16;
/** Exemplars listed for each cell. */
const EXEMPLARS = 12;
const QUALITY = 85;

/** Assigns a layer's activations to the cells of one grid and summarises every cell. */
export function makeGrid({ size, minMembers, activations, layout, channels, pictures }: GridOptions): Grid {
  const cells = assignCells(layout.places, { size, minMembers });
  const labelOf = (point: number) => pictures[activations.picture[point]!]!.label;
  return { size, cells, summary: summarizeCells({ cells, activations: activations.data, channels, labelOf }) };
}

/** What determines a grid's cells. */
function gridInputs({ layout, activations, size, minMembers }: GridOptions) {
  return { layout: layout.hash, activations: activations.hash, size, minMembers };
}

/** The exemplars table and the sheets of real patches of one grid. */
export async function patchStage(options: GridOptions, grid: Grid, { workspace, pool, signal }: AtlasContext) {
  const { activations, pictures, field } = options;
  const { cells, summary } = grid;
  const rectOf = (point: number) => {
    const picture = pictures[activations.picture[point]!]!;
    return patchRect(field, activations.row[point]!, activations.column[point]!, {
      width: picture.widthPx,
      height: picture.heightPx,
    });
  };
  const key = {
    name: 'patches',
    version: 1,
    inputs: { ...gridInputs(options), tilePx: TILE_PX, quality: QUALITY, exemplars: EXEMPLARS },
  };
  const sheets: Sheet[] = [];
  for (let from = 0; from < cells.cell.length; from += SHEET_TILES) {
    const ids = Array.from(cells.cell.subarray(from, from + SHEET_TILES));
    sheets.push({ file: `patches-${from / SHEET_TILES}.webp`, columns: SHEET_COLUMNS, tilePx: TILE_PX, ids });
  }
  const stage = await workspace.stage(key, async (out) => {
    await out.write('exemplars.parquet', exemplarTable(grid, activations, rectOf));
    const packed = sheets.map((sheet, s) => {
      const tiles = sheet.ids.map((_, i) => {
        const medoid = summary.ranked[cells.start[s * SHEET_TILES + i]!]!;
        const { image, widthPx } = pictures[activations.picture[medoid]!]!;
        return { image: workspace.resolve(image), widthPx, rect: rectOf(medoid) };
      });
      const args: PatchSheetArgs = { tilePx: TILE_PX, columns: SHEET_COLUMNS, quality: QUALITY, tiles };
      return pool.run<PatchSheetArgs, Uint8Array>(taskRef('grid/patches.task.node', 'patchSheet'), args, { signal });
    });
    for (const [s, bytes] of (await Promise.all(packed)).entries()) await out.write(sheets[s]!.file, bytes);
  });
  return {
    hash: stage.hash,
    exemplars: `${stage.path}/exemplars.parquet`,
    patches: sheets.map((sheet) => ({ ...sheet, file: `${stage.path}/${sheet.file}` })),
  };
}

function exemplarTable(
  { cells, summary }: Grid,
  activations: Activations,
  rectOf: (point: number) => { x: number; y: number; width: number; height: number },
) {
  const columns = { cell: [], rank: [], point: [], cosine: [], left: [], top: [], width: [], height: [] } as Record<
    string,
    number[]
  >;
  for (let r = 0; r < cells.cell.length; r++) {
    const from = cells.start[r]!;
    const ranked = summary.ranked.subarray(from, cells.start[r + 1]!);
    for (const [rank, place] of chooseExemplars(ranked, (point) => activations.picture[point]!, EXEMPLARS).entries()) {
      const point = ranked[place]!;
      const { x, y, width, height } = rectOf(point);
      const row = { cell: cells.cell[r]!, rank, point, cosine: summary.cosine[from + place]!, left: x, top: y, width, height };
      for (const [name, value] of Object.entries(row)) columns[name]!.push(value);
    }
  }
  return writeParquet(
    Object.entries(columns).map(([name, data]) => ({ name, type: name === 'cosine' ? 'float' : 'int32', data })),
  );
}

/** Mean effect on every class of each cell; computed only when a stage needs it. */
export interface CellAttribution {
  /** What the values depend on beside layout, activations and grid. */
  readonly inputs: Json;
  readonly classes: number;
  /** [cells, classes] */
  values(grid: Grid): Promise<Float32Array>;
}

/** The cells table and the matrices of one grid; with attribution once it is known. */
export async function cellStage(
  options: GridOptions,
  grid: Grid,
  attribution: CellAttribution | null,
  { workspace }: AtlasContext,
) {
  const { cells, summary, size } = grid;
  const count = cells.cell.length;
  const inputs = {
    ...gridInputs(options),
    labels: sha256(JSON.stringify(options.pictures.map(({ label }) => label))),
    attribution: attribution?.inputs ?? null,
  };
  const stage = await workspace.stage({ name: 'cells', version: 1, inputs }, async (out) => {
    const effects = attribution === null ? null : { classes: attribution.classes, values: await attribution.values(grid) };
    const every = <T>(value: (r: number) => T): T[] => Array.from({ length: count }, (_, r) => value(r));
    await out.write(
      'cells.parquet',
      writeParquet([
        { name: 'cell', type: 'int32', data: cells.cell },
        { name: 'gridX', type: 'int32', data: every((r) => cells.cell[r]! % size) },
        { name: 'gridY', type: 'int32', data: every((r) => Math.floor(cells.cell[r]! / size)) },
        { name: 'count', type: 'int32', data: every((r) => cells.start[r + 1]! - cells.start[r]!) },
        { name: 'purity', type: 'float', nullable: true, data: summary.purity },
        { name: 'label', type: 'string', nullable: true, data: summary.label },
        { name: 'coherence', type: 'float', data: summary.coherence },
        { name: 'variance', type: 'float', data: summary.variance },
        { name: 'medoid', type: 'int32', data: every((r) => summary.ranked[cells.start[r]!]!) },
        { name: 'topClass', type: 'int32', nullable: true, data: every((r) => topClass(effects, r)) },
      ]),
    );
    const direction = { shape: [count, options.channels], data: summary.direction };
    const matrices: Record<string, SafetensorsInput> = { direction };
    if (effects !== null) matrices.attribution = { shape: [count, effects.classes], data: effects.values };
    await out.write('vectors.safetensors', encodeSafetensors(matrices));
  });
  return { hash: stage.hash, cells: `${stage.path}/cells.parquet`, vectors: `${stage.path}/vectors.safetensors` };
}

function topClass(effects: { classes: number; values: Float32Array } | null, r: number): number | null {
  if (effects === null) return null;
  const row = effects.values.subarray(r * effects.classes, (r + 1) * effects.classes);
  let best = 0;
  for (let k = 1; k < row.length; k++) if (row[k]! > row[best]!) best = k;
  return best;
}
