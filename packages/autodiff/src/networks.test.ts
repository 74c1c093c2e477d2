import { cut } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { inner, noise } from './testing/random.js';
import { referenceForward } from './testing/reference.js';
import { readModel, run, sharedFile } from './testing/run.js';
import { vjp } from './vjp.js';

const cases = [
  { file: 'squeezenet1_1', of: '/fire8/Concat_output_0', sizePx: 64 },
  { file: 'squeezenet1_1', of: 'logits', sizePx: 64 },
  { file: 'inception_v3_trunk', of: undefined, sizePx: 75 },
];

describe('real networks', () => {
  for (const { file, of: layer, sizePx } of cases) {
    const path = sharedFile(`models/${file}.onnx`);
    it.skipIf(!path)(
      `the gradient of ${file} to ${layer ?? 'its output'} agrees with central differences${path ? '' : ' (file absent)'}`,
      async () => {
        const model = readModel(path!);
        const of = layer ?? model.graph.outputs[0]!.name;
        const x = model.graph.inputs[0]!.name;
        const dims = [1, 3, sizePx, sizePx];
        const image = noise(dims, 1).data as Float32Array;
        const at = (await run(cut(model, { outputs: [of] }), { [x]: { data: image, dims } }))[of]!;
        const cotangent = noise(at.dims, 2);
        const back = await run(vjp(model, { of, wrt: x }), { [x]: { data: image, dims }, [`cotangent:${of}`]: cotangent });
        const gradient = back[`grad:${x}`]!.data as Float32Array;
        // A random direction that leans the gradient's way: of a wholly random one the derivative would almost cancel.
        const random = noise(dims, 3).data;
        const direction = Float64Array.from(gradient, (g, i) => Math.sign(g) * Math.abs(Number(random[i])));
        const step = 1e-8;
        const value = (h: number): number =>
          inner(cotangent.data, referenceForward(model, { data: direction.map((d, i) => image[i]! + h * d), dims }, of).data);
        const difference = (value(step) - value(-step)) / (2 * step);
        expect(Math.abs(inner(gradient, direction) / difference - 1)).toBeLessThan(1e-4);
      },
    );
  }
});
