import { convertFloats, inferShapes, type Model } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { jvp } from './jvp.js';
import {
  committed,
  embeddingsOf,
  exportedFile,
  exportedModel,
  exporters,
  language,
  shared,
  tokenIds,
} from './testing/fixtures.js';
import { half, wide } from './testing/half.js';
import { inner, noise } from './testing/random.js';
import { readSafetensors, relativeError, run, type Values } from './testing/run.js';
import { vjp } from './vjp.js';

/** Networks without ReLU and max-pool: rounding moves their derivatives by rounding. */
const smooth = ['convnext', 'vit', 'mixer', 'swin', 'efficientnet'];

const norm = (a: ArrayLike<number>): number => Math.sqrt(inner(Float64Array.from(a), Float64Array.from(a)));
/** A power of two that brings numbers of this size near a tenth: small derivatives would vanish in float16 (loss scaling). */
const scaleFor = (expected: ArrayLike<number>): number => {
  const size = norm(expected) / Math.sqrt(expected.length);
  return size === 0 ? 1 : 2 ** Math.min(12, Math.floor(Math.log2(0.1 / size)));
};

describe('float16 models', () => {
  for (const name of [...committed, ...shared])
    for (const exporter of exporters) {
      const there = exportedFile(name, exporter, 'onnx') !== null;
      // Rounding takes some ReLUs and maxima near their kinks to the other side, which no float16 computation avoids.
      const [near, dual] = smooth.includes(name) ? [5e-3, 5e-3] : [0.15, 2e-2];
      it.skipIf(!there)(
        `${name} as exported by ${exporter} has its float32 derivatives to ${near}, and both directions agree${there ? '' : ' (file absent)'}`,
        async () => {
          const model = convertFloats(exportedModel(name, exporter), 'float16');
          const expected = readSafetensors(exportedFile(name, exporter, 'safetensors')!);
          const [wrt, of] = [model.graph.inputs[0]!.name, model.graph.outputs[0]!.name];
          const x = half(expected.input!);
          for (const form of committed.includes(name) ? (['cpu', 'portable'] as const) : (['cpu'] as const)) {
            const up = scaleFor(expected.input_grad!.data as Float32Array);
            const pulled = { [wrt]: x, [`cotangent:${of}`]: half(expected.cotangent!, up) };
            const gradient = wide((await run(vjp(model, { of, wrt, form }), pulled))[`grad:${wrt}`]!, up);
            expect(relativeError(gradient.data as Float32Array, expected.input_grad!.data as Float32Array), form).toBeLessThan(
              near,
            );
            const forth = scaleFor(expected.output_tangent!.data as Float32Array);
            const pushed = { [wrt]: x, [`tangent:${wrt}`]: half(expected.tangent!, forth) };
            const tangent = wide((await run(jvp(model, { of, wrt, form }), pushed))[`tangent:${of}`]!, forth);
            expect(relativeError(tangent.data as Float32Array, expected.output_tangent!.data as Float32Array), form).toBeLessThan(
              near,
            );
            const [left, right] = [inner(expected.cotangent!.data, tangent.data), inner(gradient.data, expected.tangent!.data)];
            const size = norm(expected.cotangent!.data as Float32Array) * norm(tangent.data as Float32Array);
            expect(Math.abs(left - right) / (size || 1), `${form} duality`).toBeLessThan(dual);
          }
        },
      );
    }

  for (const name of language)
    for (const exporter of exporters) {
      const there = exportedFile(name, exporter, 'onnx') !== null;
      it.skipIf(!there)(`${name} as exported by ${exporter} by its embeddings${there ? '' : ' (file absent)'}`, async () => {
        const single = exportedModel(name, exporter);
        const wrt = embeddingsOf(single).tensor;
        const of = single.graph.outputs[0]!.name;
        const ids = tokenIds([1, 6]);
        const cotangent = noise([1, 6, 97], 1);
        const gradientOf = async (model: Model, seed: Values): Promise<Values> =>
          (await run(vjp(model, { of, wrt }), { input_ids: ids, [`cotangent:${of}`]: seed }))[`grad:${wrt}`]!;
        const expected = await gradientOf(single, cotangent);
        const gradient = wide(await gradientOf(convertFloats(single, 'float16'), half(cotangent)));
        expect(relativeError(gradient.data as Float32Array, expected.data as Float32Array)).toBeLessThan(1e-2);
      });
    }
});

/** Operators whose inputs (from the given one on) are all of one type. */
const alike: Readonly<Record<string, number>> = Object.fromEntries([
  ...'Add Sub Mul Div Max Min Sum Mean MatMul Gemm Conv ConvTranspose Concat PRelu Equal Less Greater'
    .split(' ')
    .map((op) => [op, 0]),
  ['Where', 1],
]);

describe('bfloat16 models', () => {
  for (const name of [...committed, ...shared, ...language])
    for (const exporter of exporters) {
      const there = exportedFile(name, exporter, 'onnx') !== null;
      it.skipIf(!there)(
        `derivatives of ${name} as exported by ${exporter} are well typed${there ? '' : ' (file absent)'}`,
        () => {
          const model = convertFloats(exportedModel(name, exporter), 'bfloat16');
          const wrt = language.includes(name) ? embeddingsOf(model).tensor : model.graph.inputs[0]!.name;
          const of = model.graph.outputs[0]!.name;
          for (const form of ['cpu', 'portable'] as const)
            for (const derivative of [vjp(model, { of, wrt, form }), jvp(model, { of, wrt, form })]) {
              expectWellTyped(derivative);
              for (const output of derivative.graph.outputs) expect(output.type?.dtype).toBe('bfloat16');
            }
        },
      );
    }
});

function expectWellTyped(model: Model): void {
  const types = inferShapes(model);
  for (const node of model.graph.nodes) {
    const from = node.domain === '' ? alike[node.op] : undefined;
    if (from === undefined) continue;
    const dtypes = new Set(node.inputs.slice(from).flatMap((name) => (name === '' ? [] : [types.get(name)?.dtype])));
    expect([...dtypes], `${node.op} ${node.name} of ${node.inputs.join(', ')}`).toHaveLength(1);
  }
}
