import type { Model, Tensor } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { fixture, readModel, readSafetensors, run, sharedFile } from '../../testing/run.js';
import { vjp } from '../../vjp.js';
import type { LrpOptions } from './options.js';

const committed = ['resnet', 'alexnet_like', 'densenet'];
const others = ['vit', 'convnext', 'swin', 'mobilenet_v3', 'efficientnet', 'shufflenet'];
/** Networks with convolutions that no rectifier follows: z⁺ has nobody to give what an output has that nothing pushes up. */
const unrectified = ['convnext', 'mobilenet_v3', 'efficientnet', 'shufflenet'];

/** The model with every constant that is added (biases, shifts, embeddings of positions, class tokens) set to zero. */
function withoutBiases(model: Model): Model {
  const { graph } = model;
  const zeroed = new Set<string>();
  for (const { op, inputs } of graph.nodes) {
    if (['Conv', 'Gemm', 'LayerNormalization', 'BatchNormalization'].includes(op)) zeroed.add(inputs[2] ?? '');
    if (op === 'BatchNormalization') zeroed.add(inputs[3]!);
    if (['Add', 'Sub', 'Concat', 'Expand'].includes(op)) for (const name of inputs) zeroed.add(name);
  }
  const zero = (tensor: Tensor): Tensor =>
    tensor.data.kind === 'inline' && tensor.dtype === 'float32' && tensor.dims.some((d) => d > 1)
      ? { ...tensor, data: { kind: 'inline', bytes: new Uint8Array(tensor.data.bytes.length) } }
      : tensor;
  const initializers = [...graph.initializers].map(([name, tensor]) => [name, zeroed.has(name) ? zero(tensor) : tensor] as const);
  return { ...model, graph: { ...graph, initializers: new Map(initializers) } };
}

const total = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

describe('the relevance of the input adds up to the output, where nothing is added by constants', () => {
  // Attention weights held fixed: the Taylor rule of the Softmax has a share of its own, as a bias has.
  const cases: LrpOptions[] = [
    { composite: 'epsilon', epsilon: 1e-9, softmax: 'detached' },
    { composite: 'gamma', epsilon: 1e-9, softmax: 'detached' },
    { composite: 'epsilonPlusFlat', epsilon: 1e-9, softmax: 'detached' },
  ];
  for (const name of [...committed, ...others])
    for (const exporter of ['dynamo', 'torchscript']) {
      const find = committed.includes(name) ? fixture : (file: string) => sharedFile(`models/exported/${file}`);
      const [graph, values] = [find(`${name}.${exporter}.onnx`), find(`${name}.${exporter}.safetensors`)];
      it.skipIf(!graph || !values)(`in ${name} as exported by ${exporter}${graph ? '' : ' (file absent)'}`, async () => {
        const model = withoutBiases(readModel(graph!));
        const image = readSafetensors(values!).input!;
        const [x, y] = [model.graph.inputs[0]!.name, model.graph.outputs[0]!.name];
        for (const [i, options] of cases.slice(0, unrectified.includes(name) ? 2 : 3).entries()) {
          const rules = { name: 'lrp', ...options } as const;
          const form = i === 1 ? 'portable' : 'cpu';
          const back = await run(vjp(model, { of: y, wrt: x, seed: 'ones', keep: [y], rules, form }), { [x]: image });
          const ratio = total(back[`relevance:${x}`]!.data as Float32Array) / total(back[y]!.data as Float32Array);
          expect(Math.abs(ratio - 1), `${JSON.stringify(options)}: ${ratio}`).toBeLessThan(1e-3);
        }
      });
    }
});
