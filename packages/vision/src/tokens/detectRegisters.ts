import { cut, imageInput } from '@incognita/onnx';
import type { Feeds, ModelSource, WorkerPool } from '@incognita/runtime';
import { poolRunner } from '../attribution/poolRunner.js';
import { layerLayout } from '../layout/layerLayout.js';
import type { Picture } from '../picture/picture.js';
import { preprocess } from '../preprocessing/preprocess.js';
import { inputDims, type Preprocessing } from '../preprocessing/preprocessing.js';
import { findRegisters, type Registers } from './registers.js';

/**
 * Looks for registers in a transformer's layer: runs some pictures and compares the lengths of their tokens, as {@link findRegisters} does.
 *
 * @param layer a tensor whose values are tokens [n, tokens, channels]
 * @throws RangeError for a layer of another layout, or without a picture
 * @example (await detectRegisters(source, pictures, 'blocks.11', { preprocessing, pool })).constant // positions that are registers
 */
export async function detectRegisters(
  source: ModelSource,
  pictures: readonly Picture[],
  layer: string,
  { preprocessing, pool }: { readonly preprocessing: Preprocessing; readonly pool: WorkerPool },
): Promise<Registers & { readonly tokens: number; readonly extraTokens: number }> {
  const layout = layerLayout(source.model, layer, preprocessing);
  if (layout.order !== 'ntc')
    throw new RangeError(`The layer ${layer} is a ${layout.kind}: registers are tokens of a transformer, [n, tokens, channels].`);
  if (pictures.length === 0) throw new RangeError('There is no picture to look at.');
  const { name, batch: fixed } = imageInput(source.model);
  const batch = fixed ?? 1;
  const dims = inputDims(preprocessing, batch);
  const size = dims.slice(1).reduce((a, b) => a * b, 1);
  const runs: Feeds[] = [];
  for (let from = 0; from < pictures.length; from += batch) {
    const data = new Float32Array(batch * size);
    for (const [i, picture] of pictures.slice(from, from + batch).entries())
      data.set(preprocess(picture, preprocessing).input, i * size);
    runs.push({ [name]: { dtype: 'float32', dims, data } });
  }
  const results = await poolRunner(source, pool).run(cut(source.model, { outputs: [layer] }), runs);
  const { channels, rows, columns, extraTokens } = layout;
  const tokens = extraTokens + rows * columns;
  const norms = Float32Array.from({ length: pictures.length * tokens }, (_, i) => {
    const [picture, token] = [Math.floor(i / tokens), i % tokens];
    const data = results[Math.floor(picture / batch)]![layer]!.data as Float32Array;
    const start = ((picture % batch) * tokens + token) * channels;
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += data[start + c]! ** 2;
    return Math.sqrt(sum);
  });
  return { ...findRegisters(norms, { tokens, extraTokens }), tokens, extraTokens };
}
