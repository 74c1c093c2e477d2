import { cut } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { jvp } from './jvp.js';
import { differences } from './testing/differences.js';
import { embeddingsOf, exportedFile, exportedModel, exporters, language, tokenIds } from './testing/fixtures.js';
import { inner, noise } from './testing/random.js';
import { relativeError, run } from './testing/run.js';
import { vjp } from './vjp.js';

describe('language models by their embeddings', () => {
  for (const name of language)
    for (const exporter of exporters) {
      const there = exportedFile(name, exporter, 'onnx') !== null;
      it.skipIf(!there)(
        `the logits of ${name} as exported by ${exporter} have the derivative of finite differences${there ? '' : ' (file absent)'}`,
        async () => {
          const model = exportedModel(name, exporter);
          const { tensor: wrt } = embeddingsOf(model);
          const of = model.graph.outputs[0]!.name;
          const ids = tokenIds([1, 7]);
          const embeddings = (await run(cut(model, { outputs: [wrt] }), { input_ids: ids }))[wrt]!;
          const direction = noise(embeddings.dims, 1);
          const rest = cut(model, { inputs: [wrt], outputs: [of] });
          const feeds = Object.fromEntries(
            rest.graph.inputs.map((input) => [input.name, input.name === wrt ? embeddings : ids] as const),
          );
          const { values } = await differences(rest, feeds, { [wrt]: direction }, [of], 1e-3);
          for (const form of ['cpu', 'portable'] as const) {
            const tangent = (await run(jvp(model, { of, wrt, form }), { input_ids: ids, [`tangent:${wrt}`]: direction }))[
              `tangent:${of}`
            ]!;
            expect(relativeError(tangent.data as Float32Array, values[of]!), form).toBeLessThan(1e-4);
            const cotangent = noise(tangent.dims, 2);
            const back = await run(vjp(model, { of, wrt, form }), { input_ids: ids, [`cotangent:${of}`]: cotangent });
            const gradient = back[`grad:${wrt}`]!;
            const scale = Math.sqrt(inner(gradient.data, gradient.data) * inner(direction.data, direction.data));
            expect(
              Math.abs(inner(gradient.data, direction.data) - inner(cotangent.data, values[of]!)) / scale,
              form,
            ).toBeLessThan(1e-5);
          }
        },
      );
    }
});
