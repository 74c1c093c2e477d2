import { readFileSync } from 'node:fs';
import { read } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { openBuilt } from '../testing/openBuilt.js';
import { renamedAtRandom } from '../testing/renamed.js';
import { readSafetensors } from '../testing/safetensors.node.js';
import { sharedModel } from '../testing/shared.node.js';

const names = ['gpt2', 'llama', 'neox', 'qwen3'].flatMap((name) =>
  ['torchscript', 'dynamo'].map((by) => `exported/${name}.${by}`),
);

describe.skipIf(sharedModel(`${names[0]}.onnx`) === null).each(names)('%s, under random names,', (name) => {
  it("gives PyTorch's own values, and passes its self-test", async () => {
    const { model: renamed } = renamedAtRandom(read(new Uint8Array(readFileSync(sharedModel(`${name}.onnx`)!))), 3);
    const model = await openBuilt(renamed);
    const { input_ids: ids, ...expected } = readSafetensors(sharedModel(`${name}.safetensors`)!);
    const taps = Object.keys(expected);
    expect(taps.length).toBeGreaterThanOrEqual(5);
    const { points } = await model.run(ids!.data, { taps });
    for (const tap of taps) {
      const error = Math.max(...points[tap]!.data.map((value, i) => Math.abs(value - expected[tap]!.data[i]!)));
      expect(points[tap]!.data).toHaveLength(expected[tap]!.data.length);
      expect(error, tap).toBeLessThan(1e-4);
    }
    const { measured } = await model.selfTest();
    for (const { claim, error } of measured) expect(error, claim).toBeLessThan(1e-4);
    await model.dispose();
  });
});
