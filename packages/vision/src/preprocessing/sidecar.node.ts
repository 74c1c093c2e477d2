import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sidecarNames } from './resolvePreprocessing.js';

/** A JSON file beside a model that may state its preprocessing. */
export interface Sidecar {
  readonly file: string;
  readonly json: unknown;
}

/**
 * The first of the files beside a model that may state its preprocessing, parsed; null where there is none.
 *
 * @throws Error that names the file where it cannot be read or is no JSON.
 * @example const sidecar = await findSidecar('net.onnx'); resolvePreprocessing(model, sidecar === null ? {} : { sidecar });
 */
export async function findSidecar(modelPath: string): Promise<Sidecar | null> {
  for (const file of sidecarNames(basename(modelPath))) {
    try {
      return { file, json: JSON.parse(await readFile(join(dirname(modelPath), file), 'utf8')) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw new Error(`cannot read ${file} beside the model: ${(error as Error).message}`, { cause: error });
    }
  }
  return null;
}
