import type { Dim, Model } from '@incognita/onnx';
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
import { noise } from './testing/random.js';
import { readModel, relativeError, run, sharedFile } from './testing/run.js';
import type { Values } from './testing/values.js';
import { vjp } from './vjp.js';

/** The model with another stated shape of its input, and nothing stated about what follows from it. */
function relaxed(model: Model, shape: readonly Dim[]): Model {
  const [input, ...others] = model.graph.inputs;
  const inputs = [{ name: input!.name, type: { dtype: input!.type!.dtype, shape } }, ...others];
  const outputs = model.graph.outputs.map(({ name, type }) => ({ name, type: type && { dtype: type.dtype, shape: null } }));
  return { ...model, graph: { ...model.graph, inputs, outputs, valueInfo: new Map() } };
}

/** Both derivatives by graphs that know no sizes agree with those by graphs written for the sizes of each feed. */
async function expectOneGraph(model: Model, wrt: string, feeds: readonly Values[], wrtDims: (feed: Values) => readonly number[]) {
  const x = model.graph.inputs[0]!.name;
  const of = model.graph.outputs[0]!.name;
  const generic = { back: vjp(model, { of, wrt }), forward: jvp(model, { of, wrt }) };
  for (const feed of feeds) {
    const shapes = { [x]: feed.dims };
    const given = { [x]: feed, [`tangent:${wrt}`]: noise(wrtDims(feed), 2) };
    const tangent = `tangent:${of}`;
    const forward = (await run(generic.forward, given))[tangent]!;
    const exact = (await run(jvp(model, { of, wrt, shapes }), given))[tangent]!;
    expect(forward.dims).toEqual(exact.dims);
    expect(relativeError(forward.data as Float32Array, exact.data as Float32Array), `JVP at [${feed.dims}]`).toBeLessThan(1e-4);
    const pulled = { [x]: feed, [`cotangent:${of}`]: noise(forward.dims, 3) };
    const back = (await run(generic.back, pulled))[`grad:${wrt}`]!;
    const exactBack = (await run(vjp(model, { of, wrt, shapes }), pulled))[`grad:${wrt}`]!;
    expect(back.dims).toEqual(exactBack.dims);
    expect(relativeError(back.data as Float32Array, exactBack.data as Float32Array), `VJP at [${feed.dims}]`).toBeLessThan(1e-4);
  }
}

const pictures = (sizes: readonly (readonly [number, number, number])[]): Values[] =>
  sizes.map(([n, h, w]) => noise([n, 3, h, w], n));
/** Networks that average over space, so that every picture size fits. */
const anySize = ['resnet', 'densenet', 'convnext', 'mobilenet_v3', 'efficientnet', 'shufflenet'];

describe('one gradient graph serves every size', () => {
  for (const name of [...committed, ...shared]) {
    const there = exportedFile(name, 'torchscript', 'onnx') !== null;
    const free = anySize.includes(name);
    it.skipIf(!there)(`batches${free ? ' and picture sizes' : ''} of ${name}${there ? '' : ' (file absent)'}`, async () => {
      const model = exportedModel(name, 'torchscript');
      const x = model.graph.inputs[0]!;
      const [, , h, w] = x.type!.shape as number[];
      const sizes = free
        ? ([
            [1, 64, 64],
            [3, 80, 48],
          ] as const)
        : ([
            [1, h!, w!],
            [3, h!, w!],
          ] as const);
      const general = free ? relaxed(model, ['n', 3, 'h', 'w']) : model;
      await expectOneGraph(general, x.name, pictures(sizes), (feed) => feed.dims);
    });
  }

  const squeezenet = sharedFile('models/squeezenet1_1.onnx');
  it.skipIf(!squeezenet)(`batches and picture sizes of squeezenet1_1${squeezenet ? '' : ' (file absent)'}`, async () => {
    const model = readModel(squeezenet!);
    const sizes = [
      [1, 64, 64],
      [3, 80, 48],
    ] as const;
    await expectOneGraph(model, model.graph.inputs[0]!.name, pictures(sizes), (feed) => feed.dims);
  });

  for (const name of language)
    for (const exporter of exporters) {
      const there = exportedFile(name, exporter, 'onnx') !== null;
      it.skipIf(!there)(
        `batches and lengths of texts of ${name} as exported by ${exporter}${there ? '' : ' (file absent)'}`,
        async () => {
          const model = exportedModel(name, exporter);
          const batches = exporter === 'torchscript' ? [1, 3] : [1, 1];
          const feeds = [4, 9].map((length, i) => tokenIds([batches[i]!, length]));
          const { tensor: wrt, width } = embeddingsOf(model);
          await expectOneGraph(model, wrt, feeds, (feed) => [...feed.dims, width]);
        },
      );
    }
});
