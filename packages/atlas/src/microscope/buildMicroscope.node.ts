import path from 'node:path';
import { layerGraph } from '@incognita/onnx';
import { TRUST_MARKS } from '@incognita/vision';
import type { ChannelImages, LayerMicroscope, Workspace, WorkspaceManifest } from '@incognita/workspace';
import { pictureScale } from '../pictures/pictureScale.js';
import { type PicturesResult, preparePictures } from '../pictures/preparePictures.js';
import { firstManifest } from '../pipeline/firstManifest.node.js';
import { type ManifestWriter, manifestWriter } from '../pipeline/manifestWriter.js';
import { mapLimited } from '../pipeline/mapLimited.js';
import type { AtlasContext, AtlasProgress } from '../pipeline/options.js';
import { pruneParts } from '../pipeline/prune.node.js';
import { describeLayer } from './describeLayer.node.js';
import type { MadeImages } from './images/imageStage.js';
import { noDiverse, paintBlocks, wantsImages } from './images/paintBlocks.node.js';
import type { MicroscopeLayerResult, MicroscopeOptions, MicroscopeResult } from './options.js';
import { prepareMicroscope, type Scope, type ScopeLayer } from './prepareMicroscope.node.js';
import { KEPT, type Surveyed, surveyStages } from './surveyStages.js';
import { wireLayer } from './wireLayer.node.js';
import { linksByWeight, somePictures } from './wiringStages.node.js';

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
  const writer = context.writer ?? manifestWriter(workspace, await manifestFor(workspace, made));
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
    // Where the model lies is no part of the result: only the log, which stays on this machine, says it.
    await workspace.log({ event: 'model', file: path.resolve(options.modelPath), sha256: scope.modelSha256 });
    const surveyed = surveyStages(scope, pictures, watched);
    const layers = await describeLayers({ scope, surveyed, pictures, writer, options }, watched);
    writer.update((current) => {
      current.complete = context.more !== true;
      current.progress = null;
    });
    await writer.flush();
    if (context.more !== true) await pruneParts(workspace);
    const skipped = pictures.skipped.map(({ file, reason }) => ({ file, reason }));
    return { seed: scope.seed, pictures: pictures.used.length, noDiverse: noDiverse(scope, options), layers, skipped };
  } finally {
    if (context.writer === undefined) writer.stop();
  }
}

/** What an atlas made of the same model and pictures stays. */
async function manifestFor(workspace: Workspace, made: WorkspaceManifest): Promise<WorkspaceManifest> {
  const before = await workspace.readManifest();
  const same = before !== null && before.model.sha256 === made.model.sha256 && before.dataset.sha256 === made.dataset.sha256;
  return same ? { ...before, model: { ...before.model, layers: made.model.layers }, complete: false } : made;
}

interface Work {
  readonly scope: Scope;
  readonly surveyed: Surveyed;
  readonly pictures: PicturesResult;
  readonly writer: ManifestWriter;
  readonly options: MicroscopeOptions;
}

/** Tables and patches of all layers first, then what excites some channels of blocks, then connections and classes, then other images. */
async function describeLayers(work: Work, context: AtlasContext): Promise<MicroscopeLayerResult[]> {
  const { scope, surveyed, writer, options, pictures } = work;
  // What an earlier run has left of the same layers stays until all of this one's are there.
  const before = writer.manifest.microscope?.layers ?? [];
  const known = before.map(({ layer }) => layer).join('\n') === scope.layers.map(({ layer }) => layer.name).join('\n');
  const entries: LayerMicroscope[] = [];
  const publish = (): void =>
    writer.update((manifest) => {
      const { exemplars: exemplarsPerChannel, bins } = KEPT;
      manifest.microscope = { exemplarsPerChannel, bins, trust: { ...TRUST_MARKS }, layers: entries };
    });
  const change = (place: number, more: (entry: LayerMicroscope) => Partial<LayerMicroscope>): void =>
    writer.update(() => Object.assign(entries[place]!, more(entries[place]!)));
  // Layers appear in their order, also where a later one is finished before.
  const finished: LayerMicroscope[] = [];
  let done = 0;
  await mapLimited(scope.layers, context.pool.size, async ({ layer }, place) => {
    context.signal?.throwIfAborted();
    finished[place] = await describeLayer(work, place, context);
    while (finished[entries.length] !== undefined) entries.push(finished[entries.length]!);
    if (!known) publish();
    context.onProgress?.({ stage: 'channels', layer: layer.name, done: ++done, total: scope.layers.length });
  });
  if (known)
    for (const [place, { links, classPush, images }] of before.entries())
      Object.assign(entries[place]!, { links, classPush, images: wantsImages(options) ? images : [] });
  publish();
  context.pool.drop(scope.setup.session.key);
  const blocks = scope.layers.flatMap((layer, place) => (isBlock(scope, layer) ? [place] : []));
  const wire = async (): Promise<void> => {
    const wiring = { scope, surveyed, weights: linksByWeight(scope), some: await somePictures(scope, pictures.used) };
    for (const [place, layer] of scope.layers.entries()) {
      context.signal?.throwIfAborted();
      const found = await wireLayer(wiring, { place, isBlock: isBlock(scope, layer) }, context);
      change(place, () => found);
      context.onProgress?.({ stage: 'wiring', layer: layer.layer.name, done: place + 1, total: scope.layers.length });
    }
  };
  const results = scope.layers.map(({ layer, layout }) => ({
    layer: layer.name,
    channels: layout.channels,
    images: 0,
    trusted: 0,
    noImages: null as string | null,
  }));
  const made = new Set<ChannelImages>();
  const onImages = (place: number, { images, count, trusted }: MadeImages): void => {
    made.add(images);
    results[place]!.images += count;
    results[place]!.trusted += trusted;
    change(place, (entry) => ({ images: inOrder([...entry.images.filter(({ kind }) => kind !== images.kind), images]) }));
  };
  const onNone = (place: number, reason: string): void => {
    results[place]!.noImages = reason;
    change(place, () => ({ noImages: reason }));
  };
  const seen = [...stem(scope, blocks), ...blocks].filter((place) => scope.layers[place]!.layout.kind !== 'vector');
  const painting = { scope, surveyed, pictures: pictures.used, blocks: seen, options, onImages, onNone, between: wire };
  if (wantsImages(options)) await paintBlocks(painting, context);
  else await wire();
  for (const place of entries.keys()) change(place, ({ images }) => ({ images: images.filter((all) => made.has(all)) }));
  return results;
}

/** Blocks have images, and classes that they push: joins of branches, or convolutions where there are none. */
function isBlock({ layers }: Scope, own: ScopeLayer): boolean {
  const wanted = (of: ScopeLayer): boolean => of.layer.recommended || of.layer.kind === 'block';
  return layers.some(wanted) ? wanted(own) : own.layer.kind === 'conv';
}

/** Convolutions before the first block that are a part of none: they have images, too. */
function stem({ layers, source }: Scope, blocks: readonly number[]): number[] {
  const inside = new Set(layerGraph(source.model).flatMap(({ layer, block }) => (block === null ? [] : [layer.name])));
  const before = layers.slice(0, blocks[0] ?? 0);
  return before.flatMap(({ layer }, place) => (layer.kind === 'conv' && !inside.has(layer.name) ? [place] : []));
}

const KINDS: readonly ChannelImages['kind'][] = ['positive', 'negative', 'diverse'];

function inOrder(images: readonly ChannelImages[]): ChannelImages[] {
  return [...images].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}
