import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenModel, openModel } from './model/openModel.node.js';
import { float32, type Tensor } from './tensor.js';
import { maxDifference, sharedFolder, wave } from './testing/model.js';

const file = path.join(sharedFolder, 'models', 'squeezenet1_1.onnx');
const SIZE = 64;
const image = wave(3 * SIZE * SIZE, 1.7);
const feeds = { image: float32([1, 3, SIZE, SIZE], image) };

// Absent where the folder of real models is: set INCOGNITA_SHARED to its path.
describe.skipIf(!existsSync(file))('SqueezeNet 1.1 (needs the shared models)', () => {
  let model: OpenModel;
  beforeAll(async () => {
    model = await openModel(file);
  });
  afterAll(() => model.dispose());

  it('gives fire8 beside its logits, and WebAssembly agrees within 1e-5 of the largest value', async () => {
    const tap = ['/fire8/Concat_output_0'];
    const native = await model.run(feeds, { tap });
    expect(native.logits?.dims).toEqual([1, 1000]);
    expect(native[tap[0]!]?.dims.slice(0, 2)).toEqual([1, 512]);
    const wasm = await openModel(file, { device: 'wasm' });
    const other = await wasm.run(feeds, { tap });
    await wasm.dispose();
    for (const name of ['logits', ...tap]) {
      const scale = maxDifference(native[name]!.data, new Float32Array(native[name]!.data.length));
      expect(maxDifference(native[name]!.data, other[name]!.data)).toBeLessThan(1e-5 * scale);
    }
  });

  it('has the gradient that central finite differences have', async () => {
    const cotangent = float32([1, 1000], wave(1000, 0.9));
    const gradient = await model.gradient({ of: 'logits', wrt: 'image' }, { ...feeds, cotangent });
    const direction = gradient.image!.data as Float32Array;
    const squared = direction.reduce((sum, value) => sum + value * value, 0);
    // Along the gradient itself the slope is its squared length.
    const step = 1e-3 / Math.sqrt(squared);
    const along = async (by: number) => {
      const moved = image.map((value, i) => value + by * direction[i]!);
      return dot((await model.run({ image: float32([1, 3, SIZE, SIZE], moved) })).logits!, cotangent);
    };
    const slope = ((await along(step)) - (await along(-step))) / (2 * step);
    expect(Math.abs(slope - squared) / squared).toBeLessThan(1e-2);
  });
});

function dot(a: Tensor, b: Tensor): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += Number(a.data[i]) * Number(b.data[i]);
  return sum;
}
