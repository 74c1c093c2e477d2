import { GraphBuilder } from '@incognita/onnx';
import { createRandom, float32, openModel, type Tensor } from '@incognita/runtime';
import { describe, expect, test } from 'vitest';
import { resolvePreprocessing } from '../../preprocessing/resolvePreprocessing.js';
import { objectiveGraph, RGB, SCORE, targetName } from '../render/objectiveGraph.js';
import { describeObjective, difference, type Expression, product, scaled, sum } from './expression.js';
import {
  boundaryComplexity,
  channel,
  classLogit,
  deepDream,
  direction,
  diversity,
  drift,
  head,
  l1,
  l2,
  neuron,
  tensorDirection,
  totalVariation,
} from './terms.js';

// The network is its picture: a layer [n, 3, h, w] that equals the input, so that formulas of layers can be written out.
const [batch, planes, h, w] = [3, 3, 9, 7];
const random = createRandom(11);
const picture = Float32Array.from({ length: batch * planes * h * w }, () => random.uniform());
const at = (i: number, c: number, y: number, x: number): number => picture[((i * planes + c) * h + y) * w + x]!;

function network() {
  const b = new GraphBuilder();
  const x = b.input('image', 'float32', ['n', 3, h, w]);
  b.output(b.op('Relu', [x], {}, { output: 'layer' }), 'float32', ['n', 3, h, w]);
  return b.model();
}

/** Whether a term looks at a layer; what looks at the picture alone needs one beside it. */
const sees = (objective: Expression): boolean => JSON.stringify(objective).includes('"layer"');

async function scores(objective: Expression): Promise<number[]> {
  const model = network();
  const preprocessing = { ...resolvePreprocessing(model, { preset: 'zeroToOne' }), widthPx: w, heightPx: h };
  const all = sees(objective) ? objective : sum(objective, scaled(0, channel('layer', 0)));
  const graph = objectiveGraph(model, { preprocessing, objective: all, batch, widthPx: w, heightPx: h });
  const feeds: Record<string, Tensor> = { [RGB]: float32([batch, planes, h, w], picture) };
  for (const [k, { size, term }] of graph.targets.entries()) {
    const one = new Float32Array(size);
    if (term.kind === 'tensorDirection') one.set(Float32Array.from(term.values));
    if (term.kind === 'unit' && 'vector' in term.target) one.set(Float32Array.from(term.target.vector));
    if (term.kind === 'unit' && 'channel' in term.target) one[term.target.channel] = 1;
    feeds[targetName(k)] = float32(
      [batch, size],
      Float32Array.from({ length: batch * size }, (_, i) => one[i % size]!),
    );
  }
  const opened = await openModel(graph.model, { workers: 1 });
  const out = await opened.run(feeds);
  await opened.dispose();
  return [...(out[SCORE]!.data as Float32Array)];
}

const images = [0, 1, 2];
const channels = [0, 1, 2];
const over = (value: (c: number, y: number, x: number) => number): number => {
  let total = 0;
  for (let c = 0; c < planes; c++) for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) total += value(c, y, x);
  return total;
};
const mean = (i: number, c: number): number => over((k, y, x) => (k === c ? at(i, k, y, x) : 0)) / (h * w);
const vector = [0.5, -1, 2];
const values = Float32Array.from({ length: planes * h * w }, () => random.gaussian());

/** Lucid's `_tf_blur(x, w=5)`. */
function blur(i: number, c: number, y: number, x: number): number {
  let [value, weight] = [0, 0];
  for (let v = -2; v <= 2; v++)
    for (let u = -2; u <= 2; u++) {
      if (y + v < 0 || y + v >= h || x + u < 0 || x + u >= w) continue;
      const k = Math.abs(v) < 2 && Math.abs(u) < 2 ? 1 : 0.5;
      value += k * at(i, c, y + v, x + u);
      weight += k;
    }
  return value / weight;
}

/** Lucid's normalised Gram matrix of a picture. */
function gram(i: number): number[] {
  const g = channels.flatMap((a) => channels.map((c) => over((k, y, x) => (k === 0 ? at(i, a, y, x) * at(i, c, y, x) : 0))));
  const length = Math.sqrt(g.reduce((total, value) => total + value * value, 0));
  return g.map((value) => value / length);
}

/** tensorflow/lucid `lucid/optvis/objectives.py`, written out in double precision for each picture. */
const lucid: [string, Expression, (i: number) => number][] = [
  ['neuron', neuron('layer', 1), (i) => at(i, 1, 4, 3)],
  ['neuron at a place', neuron('layer', 2, { row: 8, column: 0 }), (i) => at(i, 2, 8, 0)],
  ['channel', channel('layer', 2), (i) => mean(i, 2)],
  ['class_logit (of a layer with one position a sum is a mean)', classLogit('layer', 0), (i) => mean(i, 0)],
  ['direction_neuron', direction('layer', vector), (i) => channels.reduce((s, c) => s + vector[c]! * at(i, c, 4, 3), 0)],
  ['deepdream', deepDream('layer'), (i) => over((c, y, x) => at(i, c, y, x) ** 2) / (planes * h * w)],
  [
    'total_variation',
    totalVariation(),
    (i) =>
      over(
        (c, y, x) =>
          (y > 0 ? Math.abs(at(i, c, y, x) - at(i, c, y - 1, x)) : 0) +
          (x > 0 ? Math.abs(at(i, c, y, x) - at(i, c, y, x - 1)) : 0),
      ),
  ],
  ['L1', l1(0.5), (i) => over((c, y, x) => Math.abs(at(i, c, y, x) - 0.5))],
  ['L2 of a layer', l2(0.2, 'layer'), (i) => Math.sqrt(1e-6 + over((c, y, x) => (at(i, c, y, x) - 0.2) ** 2))],
  [
    'penalize_boundary_complexity',
    scaled(-1, boundaryComplexity({ framePx: 2 })),
    (i) =>
      -over((c, y, x) =>
        y >= 2 && y < h - 2 && x >= 2 && x < w - 2
          ? 0
          : (blur(i, c, y, x) - at(i, c, y, x)) ** 2 + 0.8 * (at(i, c, y, x) - 0.5) ** 2,
      ),
  ],
  [
    'diversity',
    diversity('layer', 1),
    (i) =>
      -images.filter((j) => j !== i).reduce((s, j) => s + gram(i).reduce((d, value, k) => d + value * gram(j)[k]!, 0), 0) / batch,
  ],
  [
    'sums, differences and multiples',
    difference(scaled(2, channel('layer', 0)), neuron('layer', 1)),
    (i) => 2 * mean(i, 0) - at(i, 1, 4, 3),
  ],
  ['products', product(channel('layer', 0), neuron('layer', 1)), (i) => mean(i, 0) * at(i, 1, 4, 3)],
];
for (const power of [0, 0.5, 1, 2])
  lucid.push([
    `tensor_direction to the power ${power}`,
    tensorDirection('layer', values, power),
    (i) =>
      over((c, y, x) => {
        if (c > 0) return 0;
        const h = channels.map((k) => at(i, k, y, x));
        const v = channels.map((k) => values[(k * 9 + y) * w + x]!);
        const dot = h.reduce((s, value, k) => s + value * v[k]!, 0);
        const cosine = dot / (1e-4 + Math.hypot(...h)) / (1e-4 + Math.hypot(...v));
        return dot * (power === 0 ? 1 : Math.max(0.1, cosine) ** power);
      }) /
      (h * w),
  ]);

describe('objectives are those of Lucid', () => {
  test.each(lucid)('%s', async (_, objective, reference) => {
    const found = await scores(objective);
    for (const i of images) {
      const expected = reference(i);
      expect(Math.abs(found[i]! - expected), `picture ${i}`).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
    }
  });
});

test('an objective reads as a sentence', () => {
  expect(describeObjective(sum(channel('fire4', 3), scaled(-0.25, totalVariation())))).toBe(
    'channel 3 of fire4 (everywhere) − 0.25 · total variation',
  );
});

test('what an objective cannot look at is refused with the reason', async () => {
  await expect(scores(neuron('layer', 0, { row: 9, column: 0 }))).rejects.toThrow(/no position \(9, 0\) in a layer of 9 × 7/);
  await expect(scores(neuron('layer', 0, { token: 0 }))).rejects.toThrow(/has no tokens beside those of the picture/);
  const preprocessing = resolvePreprocessing(network(), { preset: 'zeroToOne' });
  const blind = { preprocessing, objective: totalVariation(), batch, widthPx: w, heightPx: h };
  expect(() => objectiveGraph(network(), blind)).toThrow(/looks at no layer/);
  expect(() => head('layer', 3, { heads: 3, channels: 12 })).toThrow(/no head 3: the attention has 3, 0 … 2/);
  expect(describeObjective(drift('layer'))).toBe('drift of layer');
});
