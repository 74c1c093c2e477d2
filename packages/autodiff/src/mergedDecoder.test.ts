import { flattenIf, type Graph, GraphBuilder, inferShapes, type Model } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { jvp } from './jvp.js';
import { checkProblem } from './testing/check.js';
import { noise, spaced } from './testing/random.js';
import { relativeError, run, type Values } from './testing/run.js';
import { vjp } from './vjp.js';

const [VOCABULARY, WIDTH] = [5, 4];

/**
 * A one-layer decoder as Optimum merged them: the whole network in both branches of one If named `optimum::if`, node and value
 * names alike in both, weights hoisted to the graph around; the branch with a cache puts past keys before the new ones.
 */
function mergedDecoder(): Model {
  const b = new GraphBuilder({ opset: 14 });
  const weight = (dims: number[], seed: number, name: string) => {
    const initializer = b.f32(noise(dims, seed).data as Float32Array, dims);
    return b.op('Identity', [initializer], {}, { output: name });
  };
  const ids = b.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  b.input('past_key_values.0.key', 'float32', ['batch_size', 'past_sequence_length', WIDTH]);
  b.input('use_cache_branch', 'bool', [1]);
  weight([VOCABULARY, WIDTH], 1, 'transformer.wte.weight');
  weight([WIDTH, WIDTH], 2, 'transformer.h.0.attn.weight');
  const then = branch(ids, true);
  const otherwise = branch(ids, false);
  b.ops(
    'If',
    ['use_cache_branch'],
    2,
    { then_branch: { type: 'graph', value: then }, else_branch: { type: 'graph', value: otherwise } },
    '',
    ['logits', 'present.0.key'],
  );
  b.output('logits', 'float32', ['batch_size', 'sequence_length', VOCABULARY]);
  b.output('present.0.key', 'float32', ['batch_size', 'total_sequence_length', WIDTH]);
  return b.model();
}

function branch(ids: string, cached: boolean): Graph {
  const b = new GraphBuilder({ opset: 14, name: cached ? 'with_past' : 'no_past' });
  const name = (output: string) => ({ output });
  const embedded = b.op('Gather', ['transformer.wte.weight', ids], { axis: 0 }, name('/transformer/wte/Gather_output_0'));
  const key = b.op('MatMul', [embedded, 'transformer.h.0.attn.weight'], {}, name('/transformer/h.0/attn/MatMul_output_0'));
  const keys = cached
    ? b.op('Concat', ['past_key_values.0.key', key], { axis: 1 }, name('keys'))
    : b.op('Identity', [key], {}, name('keys'));
  const scores = b.op('MatMul', [embedded, b.op('Transpose', [keys], { perm: [0, 2, 1] }, name('keysT'))], {}, name('scores'));
  const mixed = b.op('MatMul', [b.op('Softmax', [scores], { axis: -1 }, name('weights')), keys], {}, name('mixed'));
  const sum = b.op('Add', [mixed, embedded], {}, name('sum'));
  const head = b.op('Transpose', ['transformer.wte.weight'], { perm: [1, 0] }, name('head'));
  b.output(b.op('MatMul', [sum, head], {}, name('branch_logits')), 'float32', null);
  b.output(keys, 'float32', null);
  return b.graph();
}

const input_ids: Values = { data: BigInt64Array.from([0n, 3n, 1n]), dims: [1, 3] };
const past: Values = spaced([1, 2, WIDTH], 4);
const truth = (value: boolean): Values => ({ data: Uint8Array.of(value ? 1 : 0), dims: [1] });

describe('a merged decoder', () => {
  it('is flattened to a branch: inputs that only the other reads go, and inner tensors become tensors', () => {
    const prompt = flattenIf(mergedDecoder(), { choose: { use_cache_branch: false } });
    expect(prompt.graph.inputs.map(({ name }) => name)).toEqual(['input_ids']);
    expect(prompt.graph.nodes.some(({ op }) => op === 'If')).toBe(false);
    expect(inferShapes(prompt).get('logits')?.shape).toEqual(['batch_size', 'sequence_length', VOCABULARY]);
    const step = flattenIf(mergedDecoder(), { choose: { use_cache_branch: true } });
    expect(step.graph.inputs.map(({ name }) => name)).toEqual(['input_ids', 'past_key_values.0.key']);
  });

  it('has gradients by inner tensors once a branch is chosen', async () => {
    const step = flattenIf(mergedDecoder(), { choose: { use_cache_branch: true } });
    const embedded = 'logits//transformer/wte/Gather_output_0';
    const feeds = { input_ids, 'past_key_values.0.key': past };
    await checkProblem({ model: step, feeds, of: ['logits'], wrt: ['past_key_values.0.key'] });
    const gradient = await run(vjp(step, { of: 'logits', wrt: embedded, seed: 'ones' }), feeds);
    expect(gradient[`grad:${embedded}`]!.dims).toEqual([1, 3, WIDTH]);
  });

  it('whose branch is chosen by data has the gradient of the branch that is taken', async () => {
    const merged = mergedDecoder();
    const feeds = { input_ids, 'past_key_values.0.key': past };
    for (const cached of [true, false]) {
      const flat = flattenIf(merged, { choose: { use_cache_branch: cached } });
      const ofFlat = vjp(flat, { of: 'logits', wrt: 'transformer.wte.weight', seed: 'ones' });
      const needed = Object.fromEntries(
        Object.entries(feeds).filter(([name]) => ofFlat.graph.inputs.some((v) => v.name === name)),
      );
      const expected = (await run(ofFlat, needed))['grad:transformer.wte.weight']!;
      const all = { ...feeds, use_cache_branch: truth(cached) };
      const actual = await run(vjp(merged, { of: 'logits', wrt: 'transformer.wte.weight', seed: 'ones' }), all);
      expect(
        relativeError(actual['grad:transformer.wte.weight']!.data as Float32Array, expected.data as Float32Array),
      ).toBeLessThan(1e-6);
      const tangent = { 'tangent:transformer.wte.weight': noise([VOCABULARY, WIDTH], 7) };
      const forward = await run(jvp(merged, { of: 'logits', wrt: 'transformer.wte.weight' }), { ...all, ...tangent });
      expect(forward['tangent:logits']!.dims).toEqual([1, 3, VOCABULARY]);
    }
  });

  it('names the nearest tensor where a choice names none', () => {
    expect(() => flattenIf(mergedDecoder(), { choose: { use_cache: true } })).toThrow(/use_cache_branch/);
  });
});
