import { type ClampValue, type PointClamp, type ReadyClamp, readyClamp } from '../points/clamp.js';
import type { PointTensor } from '../points/pointTensor.js';
import type { LanguageModel } from './languageModel.js';
import type { TextInput } from './options.js';

/** Gives clamps their values: those of patches and means are read from unclamped runs. */
export async function resolveClamps(
  model: LanguageModel,
  clamps: readonly PointClamp[],
  text: readonly number[],
): Promise<ReadyClamp[]> {
  const ready: ReadyClamp[] = [];
  for (const [i, clamp] of clamps.entries()) {
    const point = model.point(clamp.point);
    ready.push(readyClamp(point, clamp, await clampValue(model, clamp, text), `${point.tensor}#${i}`));
  }
  return ready;
}

async function clampValue(model: LanguageModel, clamp: PointClamp, text: readonly number[]): Promise<ClampValue> {
  switch (clamp.kind) {
    case 'zero':
      return 0;
    case 'patch':
      return read(model, clamp.point, clamp.from);
    case 'mean': {
      const texts: readonly TextInput[] = clamp.over ?? [text];
      const values: PointTensor[] = [];
      for (const one of texts) values.push(await read(model, clamp.point, one));
      return meanOverPositions(values);
    }
    default:
      return clamp.value;
  }
}

async function read(model: LanguageModel, point: string, text: TextInput): Promise<PointTensor> {
  const { points } = await model.run(text, { taps: [point], logits: false });
  return points[point]!;
}

/** The mean over all positions of all texts, of the point's shape with one position. */
function meanOverPositions(values: readonly PointTensor[]): ClampValue {
  const [first] = values;
  if (first === undefined) throw new RangeError('A mean over no texts was asked for: name at least one.');
  if (first.axes[0] !== 'position')
    throw new RangeError('Attention patterns have no mean over positions: clamp z or attn_out instead.');
  const row = first.data.length / first.dims[0]!;
  const sum = new Float64Array(row);
  let count = 0;
  for (const { data, dims } of values) {
    for (const [i, value] of data.entries()) sum[i % row]! += value;
    count += dims[0]!;
  }
  return { dims: [1, ...first.dims.slice(1)], data: Float32Array.from(sum, (v) => v / count) };
}
