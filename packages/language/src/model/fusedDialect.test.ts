import { opset } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../points/buildGraph.js';
import { dialectSuite } from '../testing/dialectSuite.js';
import { openBuilt } from '../testing/openBuilt.js';
import { tinyDecoder } from '../testing/tinyDecoder.js';
import { tinyWeights } from '../testing/tinyWeights.js';

dialectSuite([
  { name: 'genai', how: { dialect: 'genai' }, tolerance: 1e-5, everyWrite: true },
  { name: 'genai with rotations in nodes', how: { dialect: 'genai', rotaryNodes: true }, tolerance: 1e-5 },
  { name: 'genai in 4 bits', how: { dialect: 'genai', weights: 'q4' }, tolerance: 1e-5 },
]);

describe('the form that is run', () => {
  it('keeps fused operators but for those that hide what is asked for', async () => {
    const model = await openBuilt(tinyDecoder(tinyWeights(5), { dialect: 'genai' }));
    const ops = (taps: string[]): string[] =>
      buildGraph(model.prepared, model.anatomy, {
        taps: taps.map((name) => model.point(name)),
        clamps: [],
        logits: 'last',
        cache: true,
      })
        .model.graph.nodes.map((node) => node.op)
        .filter((op) => /Group|Softmax/.test(op));
    expect(ops([])).toEqual(['GroupQueryAttention', 'GroupQueryAttention']);
    expect(ops(['resid_mid.0'])).toEqual(['GroupQueryAttention', 'GroupQueryAttention']);
    expect(ops(['attn_probs.1'])).toEqual(['GroupQueryAttention', 'Softmax']);
    expect(opset(model.prepared.plain)).toBe(18);
    await model.dispose();
  });
});
