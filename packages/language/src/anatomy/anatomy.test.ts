import { readFileSync } from 'node:fs';
import { GraphBuilder, type Model, ops, read } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { renamedAtRandom } from '../testing/renamed.js';
import { sharedModel } from '../testing/shared.node.js';
import { type Anatomy, findAnatomy } from './anatomy.js';
import { NotADecoderError } from './errors.js';
import { prepareDecoder } from './prepare.js';

const anatomy = (model: Model): Anatomy => findAnatomy(prepareDecoder(model).plain);
const exported = ['gpt2', 'llama', 'neox', 'qwen3'].flatMap((name) =>
  ['torchscript', 'dynamo'].map((by) => `exported/${name}.${by}.onnx`),
);
const open = (name: string): Model => read(new Uint8Array(readFileSync(sharedModel(name)!)));

describe.skipIf(sharedModel(exported[0]!) === null).each(exported)('the anatomy of %s', (name) => {
  const found = anatomy(open(name));

  it('has every point but those that its blocks do not have', () => {
    expect([found.layers, found.width, found.vocabulary, found.heads]).toEqual([2, 48, 97, [4, 4]]);
    const refused = [...found.points.values()].flatMap((point) => ('refused' in point ? [point.name] : []));
    expect(refused).toEqual(name.includes('neox') ? ['resid_mid.0', 'resid_mid.1'] : []);
    expect(found.writes).toHaveLength(4);
  });

  it('is found without any name', () => {
    const { model, names } = renamedAtRandom(open(name), 7);
    const again = anatomy(model);
    const tensors = (of: Anatomy) => [...of.points.values()].map((point) => ('refused' in point ? point.refused : point.tensor));
    expect(tensors(again)).toEqual(tensors(found).map((tensor) => names.get(tensor) ?? tensor));
  });
});

describe('what is no decoder', () => {
  it('is refused with what is missing', () => {
    const b = new GraphBuilder();
    const image = b.input('image', 'float32', ['n', 4]);
    b.output(ops.matMul(b, image, b.f32(new Array(8).fill(1), [4, 2])), 'float32', ['n', 2], 'scores');
    expect(() => anatomy(b.model())).toThrow(NotADecoderError);
    expect(() => anatomy(b.model())).toThrow(/No output of three axes/);
  });

  it('is refused where nothing is added to a stream', () => {
    const b = new GraphBuilder();
    const ids = b.input('ids', 'int64', [1, 's']);
    const x = b.op('Gather', [b.f32(new Array(20).fill(1), [5, 4]), ids]);
    b.output(ops.matMul(b, x, b.f32(new Array(20).fill(1), [4, 5])), 'float32', [1, 's', 5], 'logits');
    expect(() => anatomy(b.model())).toThrow(/no transformer decoder/);
  });
});
