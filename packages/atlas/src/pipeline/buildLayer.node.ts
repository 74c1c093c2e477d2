import type { GridManifest } from '@incognita/workspace';
import { cellAttribution } from '../attribution/attribution.js';
import type { Activations } from '../collect/collect.js';
import { cellStage, type Grid, type GridOptions, makeGrid, patchStage } from '../grid/gridStages.js';
import { type GridIcons, renderIcons } from '../icons/iconStages.js';
import { planIcons } from '../icons/plan.js';
import { type Targets, targetStage } from '../icons/targets.js';
import { type LayerLayout, layOut } from '../layout/layoutStages.js';
import type { UsedPicture } from '../pictures/preparePictures.js';
import { firstLayer } from './firstManifest.node.js';
import type { ManifestWriter } from './manifestWriter.js';
import type { AtlasContext } from './options.js';
import { prepareIcons } from './prepareIcons.js';
import type { Run, RunLayer } from './prepareRun.node.js';
import { stopwatch } from './stopwatch.js';

/** What the work on one layer starts from. */
export interface LayerWork {
  readonly run: Run;
  readonly layer: RunLayer;
  readonly pictures: readonly UsedPicture[];
  readonly activations: Activations;
  readonly writer: ManifestWriter;
}

/** A layer with its map and real patches. */
export interface MappedLayer {
  readonly work: LayerWork;
  readonly layout: LayerLayout;
  readonly targets: Targets;
  readonly grids: readonly { readonly options: GridOptions; readonly grid: Grid }[];
  readonly seconds: { readonly layout: number; readonly patches: number };
}

/** Lays a layer out, cuts it into grids and shows the real patches of every cell. */
export async function mapLayer(work: LayerWork, context: AtlasContext): Promise<MappedLayer> {
  const { run, layer, pictures, activations, writer } = work;
  const { preset } = run;
  const { channels } = layer.map;
  const clock = stopwatch();
  const { neighbors, minDist, metric } = preset.umap;
  const layoutOptions = {
    layer: layer.name,
    channels,
    activations,
    neighbors,
    minDist,
    metric,
    legacy: preset.legacyLayout,
    seed: run.seed,
  };
  const layout = await layOut(layoutOptions, context);
  const layoutSeconds = clock();
  writer.update((manifest) => {
    const umap = { neighbors: layout.neighbors, minDist, metric, epochs: layout.epochs };
    const known = {
      activations: activations.count,
      points: layout.points,
      vectors: activations.file,
      umap,
      outside: layout.outside,
    };
    manifest.layers.push(firstLayer(run, layer, known));
  });
  const grids: { options: GridOptions; grid: Grid }[] = [];
  for (const [done, size] of run.grids.entries()) {
    context.onProgress?.({ stage: 'cells', layer: layer.name, done, total: run.grids.length });
    context.signal?.throwIfAborted();
    const options = {
      layer: layer.name,
      channels,
      size,
      minMembers: preset.minMembers,
      activations,
      layout,
      pictures,
      field: layer.field,
    };
    const grid = makeGrid(options);
    const patches = await patchStage(options, grid, context);
    const cells = await cellStage(options, grid, null, context);
    grids.push({ options, grid });
    const entry: GridManifest = {
      size,
      cells: cells.cells,
      exemplars: patches.exemplars,
      vectors: cells.vectors,
      patches: patches.patches,
      icons: [],
      iconScores: [],
      iconsPlanned: planIcons(grid, run.icons).rows.length,
    };
    writer.updateLayer(layer.name, ({ grids }) => grids.push(entry));
  }
  context.onProgress?.({ stage: 'cells', layer: layer.name, done: run.grids.length, total: run.grids.length });
  const targets = await targetStage(
    {
      activations,
      layout,
      channels,
      minMembers: preset.minMembers,
      grids: grids.map(({ grid }) => grid),
      ridgeRatio: preset.ridgeRatio,
    },
    context,
  );
  writer.updateLayer(layer.name, (entry) => {
    entry.whitening = targets.whitening;
  });
  return { work, layout, targets, grids, seconds: { layout: layoutSeconds, patches: clock() } };
}

/** Adds to every cell how its activations push each class. */
export async function attributeLayer({ work, layout, grids }: MappedLayer, context: AtlasContext): Promise<void> {
  const { run, layer, pictures, activations, writer } = work;
  if (run.classes === null || run.noClasses !== null) return;
  const { tensor, classes } = run.classes;
  const attribution = cellAttribution(
    {
      source: run.source,
      modelSha256: run.modelSha256,
      setup: run.setup,
      logits: { tensor, classes },
      layer,
      activations,
      layout,
      pictures,
      sizes: run.grids,
    },
    context,
  );
  for (const { options, grid } of grids) {
    const cells = await cellStage(options, grid, attribution, context);
    writer.updateLayer(layer.name, (entry) => {
      const manifest = entry.grids.find(({ size }) => size === grid.size)!;
      manifest.cells = cells.cells;
      manifest.vectors = cells.vectors;
    });
  }
}

/** Optimises a layer's icons. */
export async function paintLayer(
  { work, targets, grids }: MappedLayer,
  context: AtlasContext,
): Promise<{ icons: number; seconds: number }> {
  const { run, layer, activations, writer } = work;
  const clock = stopwatch();
  const planned = grids.map(({ grid }, g) => ({ grid, plan: planIcons(grid, run.icons), targets: targets.directions[g]! }));
  const icons = planned.reduce((sum, { plan }) => sum + plan.rows.length, 0);
  if (icons > 0) {
    const onIcons = (size: number, { sheets, scores }: GridIcons) =>
      writer.updateLayer(layer.name, (entry) => {
        const manifest = entry.grids.find((grid) => grid.size === size)!;
        manifest.icons = sheets;
        manifest.iconScores = scores;
      });
    await renderIcons(
      {
        layer: layer.name,
        tensor: layer.tensor,
        modelSha256: run.modelSha256,
        preprocessing: run.preprocessing,
        ...prepareIcons(run, layer),
        settings: run.preset.icon,
        activations,
        seed: run.seed,
        grids: planned,
        onIcons,
      },
      context,
    );
  }
  return { icons, seconds: clock() };
}
