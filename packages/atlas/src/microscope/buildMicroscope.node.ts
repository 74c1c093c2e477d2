import { MissingRuleError } from '@incognita/autodiff';
import { type PooledLayer, TRUST_MARKS } from '@incognita/vision';
import type { LayerMicroscope } from '@incognita/workspace';
import type { PatchSheetArgs } from '../grid/patches.task.node.js';
import { pictureScale } from '../pictures/pictureScale.js';
import { type PicturesResult, preparePictures } from '../pictures/preparePictures.js';
import { firstManifest } from '../pipeline/firstManifest.node.js';
import { type ManifestWriter, manifestWriter } from '../pipeline/manifestWriter.js';
import type { AtlasContext, AtlasProgress } from '../pipeline/options.js';
import { pruneParts } from '../pipeline/prune.node.js';
import { taskRef } from '../tasks.js';
import { imageStage } from './images.js';
import type { MicroscopeLayerResult, MicroscopeOptions, MicroscopeResult } from './options.js';
import { prepareMicroscope, type Scope, type ScopeLayer } from './prepareMicroscope.node.js';
import { KEPT, type Surveyed, surveyStages } from './surveyStages.js';
import { exemplarRows, exemplarTable, histogramFile, statisticsTable } from './tables.js';
import {
  classPushRows,
  classPushTable,
  linksByAttribution,
  linksByWeight,
  linkTable,
  somePictures,
} from './wiringStages.node.js';

const IMAGES = 4;
const STEPS = 192;
const TILE_PX = 64;
const SHEET_TILES = 256;
const SHEET_COLUMNS = 16;
const QUALITY = 85;

/**
 * Puts every channel of a network under the microscope, over a folder of pictures, in a workspace: its strongest and weakest patches, patches over the
 * quantiles of its values and a histogram, all from one pass; its connections by weight; which classes it pushes; and for some channels
 * optimised images with a judgement of how far to trust them. What an atlas made in the same workspace stays.
 *
 * Every stage is kept by the hash of its inputs: a run that was broken off goes on where it stopped. Memory does not grow with the
 * number of pictures.
 *
 * @throws the signal's reason when cancelled; an error that says what to do for a model, layer or folder that cannot be used.
 * @example
 * const { layers } = await buildMicroscope({ modelPath: 'net.onnx', picturesDir: 'photos' }, { workspace, pool });
 */
export async function buildMicroscope(options: MicroscopeOptions, context: AtlasContext): Promise<MicroscopeResult> {
  const { workspace, pool, signal } = context;
  signal?.throwIfAborted();
  const scope = await prepareMicroscope(options, pool, signal);
  const { folder, maxMegapixels } = scope.setup;
  const pictures = await preparePictures(
    { folder, preprocessing: scope.preprocessing, scale: pictureScale(scope.preprocessing), maxMegapixels },
    context,
  );
  if (pictures.used.length === 0) {
    const [first] = pictures.skipped;
    throw new Error(
      `None of the ${pictures.skipped.length} pictures can be used${first ? `; the first, ${first.file}: ${first.reason}` : ''}. Name a folder with readable pictures.`,
    );
  }
  const made = firstManifest(options, { ...scope, preset: { name: 'microscope' } }, pictures);
  const before = await workspace.readManifest();
  const same = before !== null && before.model.sha256 === made.model.sha256 && before.dataset.sha256 === made.dataset.sha256;
  const manifest = same ? { ...before, complete: false } : made;
  manifest.microscope = { exemplarsPerChannel: KEPT.exemplars, bins: KEPT.bins, trust: { ...TRUST_MARKS }, layers: [] };
  const writer = manifestWriter(workspace, manifest);
  const watched: AtlasContext = {
    ...context,
    onProgress: (progress: AtlasProgress) => {
      writer.update((current) => {
        current.progress = { ...progress };
      });
      context.onProgress?.(progress);
    },
  };
  try {
    await writer.flush();
    const surveyed = surveyStages(scope, pictures, watched);
    const layers = await describeLayers({ scope, surveyed, pictures, writer, options }, watched);
    writer.update((current) => {
      current.complete = true;
      current.progress = null;
    });
    await writer.flush();
    await pruneParts(workspace);
    const skipped = pictures.skipped.map(({ file, reason }) => ({ file, reason }));
    return { seed: scope.seed, pictures: pictures.used.length, layers, skipped };
  } finally {
    writer.stop();
  }
}

interface Work {
  readonly scope: Scope;
  readonly surveyed: Surveyed;
  readonly pictures: PicturesResult;
  readonly writer: ManifestWriter;
  readonly options: MicroscopeOptions;
}

/** Tables of all layers first, then the images of blocks. */
async function describeLayers(work: Work, context: AtlasContext): Promise<MicroscopeLayerResult[]> {
  const { scope, surveyed, writer, options } = work;
  const weights = linksByWeight(scope);
  const some = await somePictures(scope, work.pictures.used);
  const blocks: number[] = [];
  const anyBlock = scope.layers.some(({ layer }) => layer.recommended || layer.kind === 'block');
  for (const [l, layer] of scope.layers.entries()) {
    context.signal?.throwIfAborted();
    const isBlock = anyBlock ? layer.layer.recommended || layer.layer.kind === 'block' : layer.layer.kind === 'conv';
    const entry = await describeLayer(work, layer, { links: weights.get(layer.layer.name)!, some, isBlock, place: l }, context);
    writer.update((manifest) => manifest.microscope!.layers.push(entry));
    if (isBlock && layer.layout.kind !== 'vector') blocks.push(l);
    context.onProgress?.({ stage: 'cells', layer: layer.layer.name, done: l + 1, total: scope.layers.length });
  }
  const results = scope.layers.map(({ layer, layout }) => ({
    layer: layer.name,
    channels: layout.channels,
    images: 0,
    trusted: 0,
    noImages: null as string | null,
  }));
  context.pool.drop(scope.setup.session.key);
  // What sampled pictures hold at the blocks: the way on which images are judged.
  let natural: Promise<PooledLayer[]> | null = null;
  const naturalOf = async (): Promise<PooledLayer[]> => {
    const layers: PooledLayer[] = [];
    for (const place of blocks)
      layers.push({ channels: scope.layers[place]!.layout.channels, values: (await surveyed.layer(place)).means });
    return layers;
  };
  const wanted = options.images ?? IMAGES;
  if (wanted === 'none') return results;
  for (const [b, place] of blocks.entries()) {
    const layer = scope.layers[place]!;
    const { channels: total } = layer.layout;
    const count = wanted === 'all' ? total : Math.min(wanted, total);
    if (count === 0) continue;
    const channels = Array.from({ length: count }, (_, i) => Math.floor((i * total) / count));
    const way = {
      tensors: blocks.map((block) => scope.layers[block]!.layer.tensor),
      natural: () => {
        natural ??= naturalOf();
        return natural;
      },
      own: b,
    };
    try {
      const stage = { scope, layer, channels, steps: options.steps ?? STEPS, way, surveyed: surveyed.inputs };
      const { images, trusted } = await imageStage(stage, context);
      Object.assign(results[place]!, { images: channels.length, trusted });
      writer.update((manifest) => manifest.microscope!.layers[place]!.images.push(images));
    } catch (error) {
      if (!(error instanceof MissingRuleError)) throw error;
      const { message } = error;
      results[place]!.noImages = message;
      writer.update((manifest) => {
        manifest.microscope!.layers[place]!.noImages = message;
      });
    }
  }
  return results;
}

interface LayerContent {
  readonly links: Parameters<typeof linkTable>[0];
  readonly some: Awaited<ReturnType<typeof somePictures>>;
  readonly isBlock: boolean;
  readonly place: number;
}

/** The tables and the patches of one layer. */
async function describeLayer(
  { scope, surveyed, pictures }: Work,
  layer: ScopeLayer,
  { links, some, isBlock, place }: LayerContent,
  context: AtlasContext,
): Promise<LayerMicroscope> {
  const { workspace, pool, signal } = context;
  const { name, tensor, kind } = layer.layer;
  const { layout } = layer;
  const { channels } = layout;
  const sheets = Array.from({ length: Math.ceil(channels / SHEET_TILES) }, (_, s) => ({
    file: `patches-${s}.webp`,
    columns: SHEET_COLUMNS,
    tilePx: TILE_PX,
    ids: Array.from({ length: Math.min(SHEET_TILES, channels - s * SHEET_TILES) }, (_, i) => s * SHEET_TILES + i),
  }));
  const inputs = { surveyed: surveyed.inputs, layer: name, place, tilePx: TILE_PX, quality: QUALITY, isBlock };
  const stage = await workspace.stage<{ links: boolean; classes: boolean }>(
    { name: 'channels', version: 1, inputs },
    async (out) => {
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
      const previous = scope.layers
        .slice(0, place)
        .findLast((other) => other.layer.kind === 'block' && other.layout.kind !== 'vector');
      const shown = Array.from({ length: Math.min(IMAGES, channels) }, (_, i) =>
        Math.floor((i * channels) / Math.min(IMAGES, channels)),
      );
      const byData =
        isBlock && previous !== undefined
          ? await linksByAttribution(scope, { before: previous, after: layer, channels: shown, pictures: some }, context)
          : [];
      const all = [...links, ...byData];
      if (all.length > 0) await out.write('links.parquet', linkTable(all));
      const pushes = isBlock ? await classPushRows(scope, layer, some, context) : null;
      if (pushes !== null) await out.write('classPush.parquet', classPushTable(pushes));
      return { links: all.length > 0, classes: pushes !== null };
    },
  );
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
    patches: sheets.map((sheet) => ({ ...sheet, file: `${stage.path}/${sheet.file}` })),
    links: stage.value.links ? `${stage.path}/links.parquet` : null,
    classPush: stage.value.classes ? `${stage.path}/classPush.parquet` : null,
    images: [],
    noImages: null,
  };
}
