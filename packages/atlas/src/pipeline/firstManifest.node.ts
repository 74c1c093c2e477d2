import path from 'node:path';
import { layerGraph, parameterCount } from '@incognita/onnx';
import { pictureShapes } from '@incognita/vision';
import { type LayerAtlas, sha256, WORKSPACE_VERSION, type WorkspaceManifest } from '@incognita/workspace';
import type { PicturesResult } from '../pictures/preparePictures.js';
import type { AtlasOptions } from './options.js';
import type { Run, RunLayer } from './prepareRun.node.js';

/** The manifest before any layer has been collected. */
export function firstManifest(
  options: Pick<AtlasOptions, 'generator' | 'modelPath' | 'picturesDir' | 'names'>,
  run: Pick<Run, 'source' | 'seed' | 'modelSha256' | 'preprocessing' | 'classes'> & {
    readonly preset: { readonly name: string };
  },
  pictures: PicturesResult,
): WorkspaceManifest {
  const { model } = run.source;
  const { mean, std, ...rule } = run.preprocessing;
  const shapes = pictureShapes(model, run.preprocessing);
  return {
    format: 'incognita-workspace',
    version: WORKSPACE_VERSION,
    generator: options.generator ?? 'incognita',
    seed: run.seed,
    complete: false,
    preset: run.preset.name,
    model: {
      name: options.names?.model ?? path.basename(options.modelPath, path.extname(options.modelPath)),
      file: path.basename(options.modelPath),
      sha256: run.modelSha256,
      bytes: run.source.bytes?.byteLength ?? 0,
      parameters: parameterCount(model),
      producer: model.producer,
      layers: layerGraph(model).map(({ layer: { name, tensor, op, kind, shape }, reads, block }) => ({
        name,
        tensor,
        op,
        shape: [...(shapes.get(tensor)?.shape ?? shape)],
        kind,
        reads: [...reads],
        block,
      })),
    },
    preprocessing: { ...rule, mean: [...mean], std: [...std] },
    dataset: {
      name: options.names?.pictures ?? path.basename(path.resolve(options.picturesDir)),
      sha256: sha256(JSON.stringify(pictures.files.map(({ file, sha256 }) => [file, sha256]))),
      pictures: pictures.used.map(({ file, label, image, widthPx, heightPx }) => ({ file, label, image, widthPx, heightPx })),
      skipped: pictures.skipped.map(({ file, reason }) => ({ file, reason })),
    },
    classes:
      run.classes === null ? null : { names: [...run.classes.names], source: run.classes.source, tensor: run.classes.tensor },
    layers: [],
    progress: null,
  };
}

/** A layer's part of the manifest before its grids are known. */
export function firstLayer(
  run: Run,
  layer: RunLayer,
  known: Pick<LayerAtlas, 'activations' | 'points' | 'vectors' | 'umap' | 'outside'>,
): LayerAtlas {
  const whole = Math.max(run.preprocessing.widthPx, run.preprocessing.heightPx);
  const finite = (px: number) => (Number.isFinite(px) ? px : whole);
  const { height, width } = layer.field;
  const sees = finite(Math.max(height.sizePx, width.sizePx));
  return {
    layer: layer.name,
    tensor: layer.tensor,
    channels: layer.map.channels,
    heightPositions: layer.map.height,
    widthPositions: layer.map.width,
    receptiveFieldPx: sees,
    stridePx: Number.isFinite(Math.max(height.sizePx, width.sizePx)) ? Math.max(height.stridePx, width.stridePx) : whole,
    whitening: null,
    grids: [],
    ...known,
  };
}
