import { type Dim, GraphBuilder, type Model } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { jvp } from '../jvp.js';
import { spaced } from '../testing/random.js';
import { run } from '../testing/run.js';
import { vjp } from '../vjp.js';

/** y = dropout(x), with or without a name for its mask; whether it trains is a constant or an input. */
function model(masked: boolean, fed: boolean, shape: readonly Dim[]): Model {
  const b = new GraphBuilder({ opset: 18 });
  const x = b.input('x', 'float32', shape);
  const training = fed
    ? b.input('training', 'bool', [])
    : b.initializer({ dtype: 'bool', dims: [], data: { kind: 'inline', bytes: Uint8Array.of(1) } });
  const outputs = masked ? ['y', 'mask'] : ['y'];
  b.ops('Dropout', [x, b.f32(0.25), training], outputs.length, { seed: 7 }, '', outputs);
  b.output('y', 'float32', null);
  return b.model();
}

describe('Dropout in training', () => {
  const x = spaced([20, 5], 3, 1, 2);

  for (const masked of [true, false])
    it(`passes what its own run kept, ${masked ? 'by the mask that the model names' : 'although the model does not name the mask'}`, async () => {
      const forward = jvp(model(masked, false, [20, 5]), { of: 'y', wrt: 'x', keep: ['y'] });
      const back = vjp(model(masked, false, [20, 5]), { of: 'y', wrt: 'x', keep: ['y'], seed: 'ones' });
      const results = [
        { y: 'y', slope: 'tangent:y', values: await run(forward, { x, 'tangent:x': { ...x, data: x.data.map(() => 1) } }) },
        { y: 'y', slope: 'grad:x', values: await run(back, { x }) },
      ];
      for (const { y, slope, values } of results) {
        const slopes = [...values[slope]!.data].map(Number);
        for (const [i, value] of slopes.entries()) expect(value).toBeCloseTo(Number(values[y]!.data[i]) / x.data[i]!, 5);
        expect(new Set(slopes.map((value) => value.toFixed(4)))).toEqual(new Set(['0.0000', '1.3333']));
      }
    });

  it('follows an input that says whether it trains', async () => {
    const back = vjp(model(false, true, ['n', 5]), { of: 'y', wrt: 'x', keep: ['y'], seed: 'ones' });
    for (const trains of [0, 1]) {
      const training = { data: Uint8Array.of(trains), dims: [], dtype: 'bool' as const };
      const { y, 'grad:x': slope } = await run(back, { x, training });
      for (const [i, value] of [...slope!.data].entries()) expect(Number(value)).toBeCloseTo(Number(y!.data[i]) / x.data[i]!, 5);
    }
  });
});
