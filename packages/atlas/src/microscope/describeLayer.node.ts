import type { LayerMicroscope } from '@incognita/workspace';
import type { PatchSheetArgs } from '../grid/patches.task.node.js';
import type { PicturesResult } from '../pictures/preparePictures.js';
import type { AtlasContext } from '../pipeline/options.js';
import { taskRef } from '../tasks.js';
import { firstKernels } from './firstKernels.js';
import type { Scope } from './prepareMicroscope.node.js';
import type { Surveyed } from './surveyStages.js';
import { exemplarRows, exemplarTable, histogramFile, statisticsTable } from './tables.js';

const TILE_PX = 64;
const SHEET_TILES = 256;
const SHEET_COLUMNS = 16;
const QUALITY = 85;

/** What a layer is described by. */
export interface Described {
  readonly scope: Scope;
  readonly surveyed: Surveyed;
  readonly pictures: PicturesResult;
}

/** The tables and the patches of one layer; its connections and classes come later. */
export async function describeLayer(
  { scope, surveyed, pictures }: Described,
  place: number,
  context: AtlasContext,
): Promise<LayerMicroscope> {
  const { workspace, pool, signal } = context;
  const layer = scope.layers[place]!;
  const { name, tensor, kind } = layer.layer;
  const { layout } = layer;
  const { channels } = layout;
  const sheets = Array.from({ length: Math.ceil(channels / SHEET_TILES) }, (_, s) => ({
    file: `patches-${s}.webp`,
    columns: SHEET_COLUMNS,
    tilePx: TILE_PX,
    ids: Array.from({ length: Math.min(SHEET_TILES, channels - s * SHEET_TILES) }, (_, i) => s * SHEET_TILES + i),
  }));
  const inputs = { surveyed: surveyed.inputs, layer: name, place, tilePx: TILE_PX, quality: QUALITY };
  const stage = await workspace.stage({ name: 'channels', version: 2, inputs }, async (out) => {
    const survey = await surveyed.layer(place);
    const exemplars = exemplarRows(layer, survey, pictures.used);
    const strongest = exemplars.filter((row) => row.kind === 'top' && row.rank === 0);
    await out.write('statistics.parquet', statisticsTable(survey));
    await out.write('histograms.safetensors', histogramFile(survey));
    await out.write('exemplars.parquet', exemplarTable(exemplars));
    for (const [s, sheet] of sheets.entries()) {
      const tiles = strongest.slice(s * SHEET_TILES, (s + 1) * SHEET_TILES).map(({ picture, left, top, width, height }) => ({
        image: workspace.resolve(pictures.used[picture]!.image),
        widthPx: pictures.used[picture]!.widthPx,
        rect: { x: left, y: top, width, height },
      }));
      const args: PatchSheetArgs = { tilePx: TILE_PX, columns: SHEET_COLUMNS, quality: QUALITY, tiles };
      await out.write(
        sheet.file,
        await pool.run<PatchSheetArgs, Uint8Array>(taskRef('grid/patches.task.node', 'patchSheet'), args, { signal }),
      );
    }
  });
  const whole = Math.max(scope.preprocessing.widthPx, scope.preprocessing.heightPx);
  return {
    layer: name,
    tensor,
    kind,
    channels,
    layout: { kind: layout.kind, rows: layout.rows, columns: layout.columns, extraTokens: layout.extraTokens },
    receptiveFieldPx: layer.field === null ? whole : Math.max(layer.field.height.sizePx, layer.field.width.sizePx),
    stridePx: layer.field === null ? whole / layout.columns : Math.max(layer.field.height.stridePx, layer.field.width.stridePx),
    statistics: `${stage.path}/statistics.parquet`,
    exemplars: `${stage.path}/exemplars.parquet`,
    histograms: `${stage.path}/histograms.safetensors`,
    kernels: await firstKernels(scope, layer, context),
    patches: sheets.map((sheet) => ({ ...sheet, file: `${stage.path}/${sheet.file}` })),
    links: null,
    classPush: null,
    images: [],
    noImages: null,
  };
}
