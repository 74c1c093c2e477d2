import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decompose, type Model } from '@incognita/onnx';
import { afterAll, describe, expect, it } from 'vitest';
import { MissingRuleError } from './errors.js';
import { jvp } from './jvp.js';
import { fixture, readModel, readSafetensors, relativeError, run, sharedFile, type Values } from './testing/run.js';
import { vjp } from './vjp.js';

const ort = createRequire(import.meta.url)('onnxruntime-node') as {
  InferenceSession: { create(path: string, options: object): Promise<{ release(): Promise<void> }> };
};
const folder = mkdtempSync(join(tmpdir(), 'fused-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The graph that ONNX Runtime makes of a model. */
async function optimized(path: string, level: 'extended' | 'all'): Promise<Model> {
  const optimizedModelFilePath = join(folder, `${level}.${path.split('/').at(-1)}`);
  const options = { graphOptimizationLevel: level, optimizedModelFilePath, logSeverityLevel: 3 };
  await (await ort.InferenceSession.create(path, options)).release();
  return readModel(optimizedModelFilePath);
}

const microsoft = (model: Model): string[] => model.graph.nodes.filter((node) => node.domain !== '').map((node) => node.op);

const committed = ['resnet', 'alexnet_like', 'densenet'];
const vision = [...committed, 'convnext', 'vit', 'mixer', 'swin', 'mobilenet_v3', 'efficientnet', 'shufflenet'];
const language = ['gpt2', 'llama', 'neox', 'qwen3'];
const cases = (names: readonly string[]) => names.flatMap((name) => ['dynamo', 'torchscript'].map((by) => `${name}.${by}`));
const files = (name: string): [string | null, string | null] => {
  const find = committed.includes(name.split('.')[0]!) ? fixture : (file: string) => sharedFile(`models/exported/${file}`);
  return [find(`${name}.onnx`), find(`${name}.safetensors`)];
};

describe("models that ONNX Runtime has fused have PyTorch's derivatives:", () => {
  for (const name of cases(vision)) {
    const [graph, values] = files(name);
    it.skipIf(!graph || !values)(name, async () => {
      const model = await optimized(graph!, 'extended');
      const expected = readSafetensors(values!);
      const [x, y] = [model.graph.inputs[0]!.name, model.graph.outputs[0]!.name];
      const back = await run(vjp(model, { of: y, wrt: x }), { [x]: expected.input!, [`cotangent:${y}`]: expected.cotangent! });
      expect(relativeError(numbers(back[`grad:${x}`]!), numbers(expected.input_grad!))).toBeLessThan(1e-4);
      const feeds = { [x]: expected.input!, [`tangent:${x}`]: expected.tangent! };
      const forward = await run(jvp(model, { of: y, wrt: x }), feeds);
      expect(relativeError(numbers(forward[`tangent:${y}`]!), numbers(expected.output_tangent!))).toBeLessThan(1e-4);
    });
  }
});

describe('language models that ONNX Runtime has fused, written in plain operators again, compute the same logits:', () => {
  for (const name of cases(language)) {
    const [graph, values] = files(name);
    it.skipIf(!graph || !values)(name, async () => {
      const fused = await optimized(graph!, 'extended');
      expect(microsoft(fused).length).toBeGreaterThan(0);
      const plain = decompose(fused);
      expect(microsoft(plain)).toEqual([]);
      const expected = readSafetensors(values!);
      const [y] = plain.graph.outputs;
      const result = await run(plain, { input_ids: expected.input_ids! });
      expect(relativeError(numbers(result[y!.name]!), numbers(expected.logits!))).toBeLessThan(1e-4);
    });
  }
});

describe('a model in the layout of this machine', () => {
  const path = fixture('resnet.torchscript.onnx');
  it.skipIf(!path)('is refused with the remedy', async () => {
    const model = await optimized(path!, 'all');
    const [x, y] = [model.graph.inputs[0]!.name, model.graph.outputs[0]!.name];
    expect(microsoft(model)).toContain('ReorderOutput');
    expect(() => vjp(model, { of: y, wrt: x })).toThrow(MissingRuleError);
    expect(() => vjp(model, { of: y, wrt: x })).toThrow(/blocks.*graphOptimizationLevel "extended"/);
  });
});

function numbers(values: Values): Float32Array {
  return values.data as Float32Array;
}
