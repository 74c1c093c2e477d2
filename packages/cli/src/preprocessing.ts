import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Model } from '@incognita/onnx';
import {
  findSidecar,
  PREPROCESSING_PRESETS,
  type Preprocessing,
  type PreprocessingPresetName,
  resolvePreprocessing,
} from '@incognita/vision';
import { UsageError } from './errors.js';

/**
 * How pictures become the model's input: as `--preprocessing` says (a preset's name or a JSON file), else by a file beside the
 * model, else by the model's metadata, else by a guess that its statement owns up to.
 */
export async function choosePreprocessing(
  model: Model,
  modelPath: string,
  options: { readonly preprocessing?: string; readonly size?: number },
): Promise<Preprocessing> {
  const size = options.size === undefined ? {} : { sizePx: options.size };
  const given = options.preprocessing;
  if (given === undefined) {
    const sidecar = await sidecarBeside(modelPath);
    return resolvePreprocessing(model, { ...size, ...(sidecar === null ? {} : { sidecar }) });
  }
  if (given in PREPROCESSING_PRESETS) return resolvePreprocessing(model, { ...size, preset: given as PreprocessingPresetName });
  if (!given.endsWith('.json')) {
    throw new UsageError(
      `there is no preprocessing "${given}": name one of ${Object.keys(PREPROCESSING_PRESETS).join(', ')}, or a .json file`,
    );
  }
  const json = await readJson(given).catch((error: Error) => {
    throw new UsageError(`cannot read ${given}: ${error.message}`);
  });
  return resolvePreprocessing(model, { ...size, sidecar: { file: basename(given), json } });
}

async function sidecarBeside(modelPath: string): ReturnType<typeof findSidecar> {
  return findSidecar(modelPath).catch((error: Error) => {
    throw new UsageError(error.message);
  });
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}
