import path from 'node:path';
import { collect } from '../collect/collect.js';
import { preparePictures } from '../pictures/preparePictures.js';
import { attributeLayer, type LayerWork, mapLayer, paintLayer } from './buildLayer.node.js';
import { firstManifest } from './firstManifest.node.js';
import { manifestWriter } from './manifestWriter.js';
import type { AtlasContext, AtlasOptions, AtlasProgress, AtlasResult, LayerResult } from './options.js';
import { prepareIcons } from './prepareIcons.js';
import { prepareRun } from './prepareRun.node.js';
import { pruneParts } from './prune.node.js';
import { rounded, stopwatch } from './stopwatch.js';

/**
 * Makes an activation atlas of a model on a folder of pictures, in a workspace.
 *
 * Pictures → activations of all layers in one forward pass → for each layer neighbours, layout, grids and real patches → classes →
 * optimised icons, coarse to fine. The manifest is rewritten as results come, so that a reader can watch. Every
 * stage is a pure function of its inputs and kept by their hash: the same options give the same bytes, and a run that was broken off goes on
 * where it stopped.
 *
 * @throws the signal's reason when cancelled; an error that says what to do for a model, layer, folder or option that cannot be
 *   used; DiskError when the disk is full. What was finished stays.
 * @example
 * const workspace = await createWorkspace('atlas');
 * const pool = new WorkerPool({ workers: 2 });
 * const { layers } = await buildAtlas({ modelPath: 'net.onnx', picturesDir: 'photos', layers: ['fire8'] }, { workspace, pool });
 */
export async function buildAtlas(options: AtlasOptions, context: AtlasContext): Promise<AtlasResult> {
  const { workspace, signal } = context;
  signal?.throwIfAborted();
  const run = await prepareRun(options, context);
  if (run.icons !== 'none') for (const layer of run.layers) prepareIcons(run, layer);
  const pictures = await preparePictures(
    { folder: run.setup.folder, preprocessing: run.preprocessing, scale: run.pictureScale, maxMegapixels: run.maxMegapixels },
    context,
  );
  if (pictures.used.length === 0) {
    const [first] = pictures.skipped;
    throw new Error(
      `None of the ${pictures.skipped.length} pictures can be used; the first, ${first!.file}: ${first!.reason}. Name a folder with readable pictures.`,
    );
  }
  const made = firstManifest(options, run, pictures);
  const before = await workspace.readManifest();
  // What the microscope made of the same model and pictures stays.
  if (before?.microscope && before.model.sha256 === made.model.sha256 && before.dataset.sha256 === made.dataset.sha256)
    made.microscope = before.microscope;
  const writer = manifestWriter(workspace, made);
  const watched: AtlasContext = {
    ...context,
    onProgress: (progress: AtlasProgress) => {
      writer.update((manifest) => {
        manifest.progress = { ...progress };
      });
      context.onProgress?.(progress);
    },
  };
  try {
    await writer.flush();
    await workspace.log({ event: 'model', file: path.resolve(options.modelPath), sha256: run.modelSha256 });
    const clock = stopwatch();
    const collectOptions = {
      setup: run.setup,
      modelSha256: run.modelSha256,
      pictures,
      layers: run.layers,
      activations: run.activations,
      seed: run.seed,
    };
    const activations = await collect(collectOptions, watched);
    const collectSeconds = clock();
    // Sessions that are not used again give their memory back.
    context.pool.drop(run.setup.session.key);
    const works: LayerWork[] = run.layers.map((layer, l) => ({
      run,
      layer,
      pictures: pictures.used,
      activations: activations[l]!,
      writer,
    }));
    const onMapped = () => options.onMapped?.({ ...context, writer, more: true });
    const results = await buildLayers(works, collectSeconds, watched, onMapped);
    writer.update((manifest) => {
      manifest.complete = context.more !== true;
      manifest.progress = null;
    });
    await writer.flush();
    if (context.more !== true) await pruneParts(workspace);
    return {
      seed: run.seed,
      layers: results,
      skipped: pictures.skipped.map(({ file, reason }) => ({ file, reason })),
      noClasses: run.noClasses,
    };
  } finally {
    writer.stop();
  }
}

/** All layers' maps and patches first, then their classes, then their icons. */
async function buildLayers(
  works: readonly LayerWork[],
  collectSeconds: number,
  context: AtlasContext,
  onMapped: () => Promise<unknown> | undefined,
): Promise<LayerResult[]> {
  const mapped = [];
  for (const work of works) mapped.push(await mapLayer(work, context));
  await onMapped();
  for (const layer of mapped) await attributeLayer(layer, context);
  const results: LayerResult[] = [];
  for (const layer of mapped) {
    const painted = await paintLayer(layer, context);
    const { layout, patches } = layer.seconds;
    results.push({
      layer: layer.work.layer.name,
      activations: layer.work.activations.count,
      cells: layer.grids.reduce((sum, { grid }) => sum + grid.cells.cell.length, 0),
      icons: painted.icons,
      seconds: {
        collect: rounded(collectSeconds),
        layout: rounded(layout),
        patches: rounded(patches),
        icons: rounded(painted.seconds),
      },
    });
  }
  return results;
}
