import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GraphBuilder, tensorOf } from '../build/builder.js';
import * as ops from '../build/ops.js';
import { UnknownTensorError } from '../errors.js';
import { findLayer } from '../layers/find.js';
import { decode, encode, make } from '../proto/schema.js';
import { read } from '../read/read.js';
import { modelBytes } from '../testing/models.node.js';
import { runReference } from '../testing/session.node.js';
import type { Model } from '../types.js';
import { write } from '../write/write.js';
import { compose } from './compose.js';
import { cut } from './cut.js';
import { inlineFunctions } from './inlineFunctions.js';
import { prefixNames, renameValues } from './renameValues.js';
import { simplify } from './simplify.js';
import { specialize } from './specialize.js';
import { tap } from './tap.js';

const exported = ['alexnet_like', 'resnet', 'shufflenet', 'swin', 'vit'].flatMap((name) =>
  ['torchscript', 'dynamo'].map((exporter) => `exported/${name}.${exporter}.onnx`),
);
const squeezenet = modelBytes('squeezenet1_1.onnx');
const image = { image: { dims: [1, 3, 64, 64] } };

/** y = relu(x · w) + c, and z = −y. */
function twoOutputs(): Model {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', ['n', 2]);
  const w = b.initializer(tensorOf('float32', [1, 2, 3, 4], [2, 2]), 'w');
  const c = b.initializer(tensorOf('float32', [10, 20]), 'c');
  const r = b.op('Relu', [ops.matMul(b, x, w)], {}, { output: 'r' });
  b.output(ops.add(b, r, c), 'float32', ['n', 2], 'y');
  b.output(ops.neg(b, 'y'), 'float32', ['n', 2], 'z');
  return b.model();
}
const feed = { x: { dims: [1, 2], data: [1, -1] } };

describe('tap', () => {
  it('adds outputs in the order asked and leaves those that are there', async () => {
    const tapped = tap(twoOutputs(), ['r', 'y', 'x']);
    expect(tapped.graph.outputs.map((v) => v.name)).toEqual(['y', 'z', 'r', 'x']);
    expect([...(await runReference(tapped, feed)).r!.data]).toEqual([0, 0]);
  });

  it('offers the nearest names for one that does not exist', () => {
    expect(() => tap(twoOutputs(), ['rr'])).toThrow(UnknownTensorError);
    expect(() => tap(twoOutputs(), ['rr'])).toThrow(/no tensor "rr".*Nearest: r/);
  });
});

describe('cut', () => {
  it('drops nodes and initializers that the outputs do not need', () => {
    const { graph } = cut(twoOutputs(), { outputs: ['r'] });
    expect(graph.nodes.map((n) => n.op)).toEqual(['MatMul', 'Relu']);
    expect([...graph.initializers.keys()]).toEqual(['w']);
    expect(graph.outputs).toEqual([{ name: 'r', type: { dtype: 'float32', shape: ['n', 2] } }]);
  });

  it('starts at inner tensors, which become typed inputs', async () => {
    const part = cut(twoOutputs(), { inputs: ['r'], outputs: ['z'] });
    expect(part.graph.inputs).toEqual([{ name: 'r', type: { dtype: 'float32', shape: ['n', 2] } }]);
    expect([...part.graph.initializers.keys()]).toEqual(['c']);
    expect([...(await runReference(part, { r: { dims: [1, 2], data: [1, 2] } })).z!.data]).toEqual([-11, -22]);
  });

  it('gives the same values as the whole network', async () => {
    if (squeezenet === null) return;
    const model = read(squeezenet);
    const { tensor } = findLayer(model, 'fire4');
    const [whole, part] = [tap(model, [tensor]), cut(model, { outputs: [tensor] })];
    const [a, b] = [await runReference(whole, image), await runReference(part, image)];
    expect(b[tensor]!.data).toEqual(a[tensor]!.data);
  });
});

describe('write with external weights', () => {
  it('makes a graph of kilobytes that runs on the original file in ONNX Runtime', async () => {
    if (squeezenet === null) return;
    const folder = mkdtempSync(join(tmpdir(), 'incognita-onnx-'));
    try {
      writeFileSync(join(folder, 'model.onnx'), squeezenet);
      const edited = cut(read(squeezenet), { outputs: [findLayer(read(squeezenet), 'fire4').tensor] });
      const bytes = write(edited, { external: { location: 'model.onnx' } });
      expect(bytes.length).toBeLessThan(8000);
      const options = { extra: { session: { model_external_initializers_file_folder_path: folder } } };
      const [name] = edited.graph.outputs.map((v) => v.name);
      const [a, b] = [await runReference(edited, image), await runReference(edited, image, bytes, options)];
      expect(b[name!]!.data).toEqual(a[name!]!.data);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('points Constant nodes at the file, too', async () => {
    const b = new GraphBuilder();
    const c = b.op('Constant', [], {
      value: tensorOf(
        'float32',
        Float32Array.from({ length: 64 }, (_, i) => i),
      ),
    });
    b.output(ops.mul(b, b.input('x', 'float32', [64]), c), 'float32', [64], 'y');
    const original = write(b.model());
    const folder = mkdtempSync(join(tmpdir(), 'incognita-onnx-'));
    try {
      writeFileSync(join(folder, 'model.onnx'), original);
      const bytes = write(read(original), { external: { location: 'model.onnx' } });
      expect(read(bytes).graph.nodes[0]!.attributes.value).toMatchObject({ value: { data: { kind: 'external' } } });
      const options = { extra: { session: { model_external_initializers_file_folder_path: folder } } };
      const { y } = await runReference(b.model(), { x: { dims: [64], data: new Float32Array(64).fill(2) } }, bytes, options);
      expect([...y!.data]).toEqual(Array.from({ length: 64 }, (_, i) => 2 * i));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps tensors that edits made, and small ones, inline', () => {
    const bytes = write(twoOutputs());
    const external = read(write(read(bytes), { external: { location: 'm.onnx' } }));
    expect([...external.graph.initializers.values()].map((t) => t.data.kind)).toEqual(['inline', 'inline']);
  });
});

describe('compose', () => {
  const objective = (): Model => {
    const b = new GraphBuilder();
    const r = b.op('Mul', [b.input('a', 'float32', ['n', 2]), b.input('weight', 'float32', ['n', 2])], {}, { output: 'r' });
    b.output(ops.reduceSum(b, r, { keepDims: false }), 'float32', [], 'score');
    return b.model();
  };

  it('runs one model on the values of another, renaming what collides', async () => {
    const joined = compose(twoOutputs(), objective(), { bind: { a: 'r' }, keep: ['y'] });
    expect(joined.graph.inputs.map((v) => v.name)).toEqual(['x', 'weight']);
    expect(joined.graph.outputs.map((v) => v.name)).toEqual(['y', 'score']);
    const feeds = { x: { dims: [1, 2], data: [1, 1] }, weight: { dims: [1, 2], data: [2, 3] } };
    expect([...(await runReference(joined, feeds)).score!.data]).toEqual([4 * 2 + 6 * 3]);
  });

  it('shares weights and refuses wrong names and other operator sets', () => {
    const first = twoOutputs();
    const joined = compose(first, objective(), { bind: { a: 'r' } });
    expect(joined.graph.initializers.get('w')).toBe(first.graph.initializers.get('w'));
    expect(() => compose(first, objective(), { bind: { b: 'r' } })).toThrow(/no input "b"/);
    expect(() => compose(first, objective(), { bind: { a: 'q' } })).toThrow(/no tensor "q"/);
    const older = { ...objective(), opsets: new Map([['', 13]]) };
    expect(() => compose(first, older, { bind: { a: 'r' } })).toThrow(/versions 18 and 13/);
  });
});

describe('renameValues', () => {
  it('renames values everywhere, and refuses to merge two', async () => {
    const renamed = renameValues(
      twoOutputs(),
      new Map([
        ['x', 'in'],
        ['r', 'hidden'],
      ]),
    );
    expect([...(await runReference(tap(renamed, ['hidden']), { in: feed.x })).z!.data]).toEqual([-10, -20]);
    expect(() => renameValues(twoOutputs(), new Map([['r', 'y']]))).toThrow(/same name "y"/);
  });

  it('prefixes all values but the excepted ones', () => {
    const { graph } = prefixNames(twoOutputs(), 'a/', ['x']);
    expect(graph.inputs.map((v) => v.name)).toEqual(['x']);
    expect(graph.outputs.map((v) => v.name)).toEqual(['a/y', 'a/z']);
    expect([...graph.initializers.keys()]).toEqual(['a/w', 'a/c']);
  });

  it('reaches what subgraphs take from around them', () => {
    const bytes = modelBytes('exported/alexnet_like.torchscript.onnx');
    if (bytes === null) return;
    const model = read(bytes);
    expect(() => read(write(prefixNames(model, 'p/')))).not.toThrow();
  });
});

describe('specialize and simplify', () => {
  it('fixes inputs and states the shapes of outputs', () => {
    const fixed = specialize(twoOutputs(), { x: [5, null] });
    expect(fixed.graph.inputs[0]!.type!.shape).toEqual([5, 2]);
    expect(fixed.graph.outputs[0]!.type!.shape).toEqual([5, 2]);
    expect(() => specialize(twoOutputs(), { y: [5, 2] })).toThrow(/no input "y"/);
  });

  it.each(exported)('simplified %s computes the same with fewer nodes', async (file) => {
    const bytes = modelBytes(file);
    if (bytes === null) return;
    const model = read(bytes);
    const shape = model.graph.inputs[0]!.type!.shape!.map((d) => (typeof d === 'number' ? d : 2));
    const plain = simplify(specialize(model, { input: shape }));
    expect(plain.graph.nodes.filter((n) => ['Constant', 'Shape', 'Identity', 'If'].includes(n.op))).toEqual([]);
    expect(plain.graph.nodes.length).toBeLessThanOrEqual(model.graph.nodes.length);
    const [a, b] = [await runReference(model, { input: { dims: shape } }), await runReference(plain, { input: { dims: shape } })];
    expect(b.output!.data).toEqual(a.output!.data);
  });
});

describe('inlineFunctions', () => {
  it('puts bodies in place of calls, with attributes of the call and defaults, and nested calls', async () => {
    const proto = decode('ModelProto', write(twoOutputs()));
    const ref = (name: string, of: string, type: number) => make('AttributeProto', { name, refAttrName: of, type });
    const node = (opType: string, input: string[], output: string[], rest: object = {}) =>
      make('NodeProto', { opType, input, output, ...rest });
    const opset = [
      make('OperatorSetIdProto', { domain: '', version: 18n }),
      make('OperatorSetIdProto', { domain: 'own', version: 1n }),
    ];
    proto.opsetImport.push(make('OperatorSetIdProto', { domain: 'own', version: 1n }));
    proto.functions = [
      make('FunctionProto', {
        name: 'Leaky',
        domain: 'own',
        input: ['v'],
        output: ['o'],
        attributeProto: [make('AttributeProto', { name: 'slope', type: 1, f: 0.5 })],
        node: [node('LeakyRelu', ['v'], ['t'], { attribute: [ref('alpha', 'slope', 1)] }), node('Identity', ['t'], ['o'])],
        opsetImport: opset,
      }),
      make('FunctionProto', {
        name: 'Twice',
        domain: 'own',
        input: ['v'],
        output: ['o'],
        node: [node('Leaky', ['v'], ['t'], { domain: 'own' }), node('Add', ['t', 't'], ['o'])],
        opsetImport: opset,
      }),
    ];
    const relu = proto.graph!.node[1]!;
    Object.assign(relu, { opType: 'Twice', domain: 'own' });
    const original = read(encode('ModelProto', proto));
    const before = write(original);
    const model = inlineFunctions(original);
    expect(write(original)).toEqual(before);
    expect([...model.opsets.keys()]).toEqual(['']);
    expect(model.graph.nodes.map((n) => n.op)).toEqual([
      'MatMul',
      'LeakyRelu',
      'Identity',
      'Add',
      'Add',
      'Identity',
      'Neg',
      'Identity',
    ]);
    expect([...(await runReference(model, feed)).y!.data]).toEqual([8, 18]);
  });
});
