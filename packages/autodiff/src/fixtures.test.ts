import { describe, expect, it } from 'vitest';
import { jvp } from './jvp.js';
import { committed, exportedFile, exporters, shared } from './testing/fixtures.js';
import { readModel, readSafetensors, relativeError, run } from './testing/run.js';
import { vjp } from './vjp.js';

describe("PyTorch's own derivatives", () => {
  for (const name of [...committed, ...shared])
    for (const exporter of exporters) {
      const [graph, values] = [exportedFile(name, exporter, 'onnx'), exportedFile(name, exporter, 'safetensors')];
      it.skipIf(!graph || !values)(
        `are ours to 1e-4 for ${name} as exported by ${exporter}${graph ? '' : ' (file absent)'}`,
        async () => {
          const model = readModel(graph!);
          const expected = readSafetensors(values!);
          const [x, y] = [model.graph.inputs[0]!.name, model.graph.outputs[0]!.name];
          for (const form of ['cpu', 'portable'] as const) {
            const back = await run(vjp(model, { of: y, wrt: x, form }), {
              [x]: expected.input!,
              [`cotangent:${y}`]: expected.cotangent!,
            });
            expect(
              relativeError(back[`grad:${x}`]!.data as Float32Array, expected.input_grad!.data as Float32Array),
            ).toBeLessThan(1e-4);
            const forward = await run(jvp(model, { of: y, wrt: x, form }), {
              [x]: expected.input!,
              [`tangent:${x}`]: expected.tangent!,
            });
            expect(
              relativeError(forward[`tangent:${y}`]!.data as Float32Array, expected.output_tangent!.data as Float32Array),
            ).toBeLessThan(1e-4);
          }
        },
      );
    }
});
