import { openModel } from '@incognita/runtime';
import { resolveTensor } from '../resolveTensor.js';
import { readTensorFile, writeTensorFile } from '../tensorFile.js';

/** Options of `incognita gradient`. */
export interface GradientCommandOptions {
  readonly of: string;
  readonly wrt: string;
  readonly in: string;
  readonly out: string;
}

/** `incognita gradient`: the vector-Jacobian product `cotangentᵀ · ∂of/∂wrt`. */
export async function gradientCommand(modelPath: string, options: GradientCommandOptions): Promise<void> {
  const feeds = await readTensorFile(options.in);
  const model = await openModel(modelPath);
  try {
    const of = resolveTensor(model.model, options.of);
    const wrt = resolveTensor(model.model, options.wrt);
    const result = await model.gradient({ of, wrt }, feeds);
    await writeTensorFile(options.out, { [options.wrt]: result[wrt]! });
  } finally {
    await model.dispose();
  }
}
