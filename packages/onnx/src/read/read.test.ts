import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphBuilder, tensorOf } from '../build/builder.js';
import { OnnxFormatError } from '../errors.js';
import { discoverLayers } from '../layers/discover.js';
import { decode, encode, make } from '../proto/schema.js';
import { inferShapes } from '../shapes/infer.js';
import { readTensor } from '../tensor/readTensor.js';
import { modelBytes, modelNames } from '../testing/models.node.js';
import type { Model } from '../types.js';
import { write } from '../write/write.js';
import { read } from './read.js';

const text = (s: string) => new TextEncoder().encode(s);

function smallModel(): Model {
  const b = new GraphBuilder({ name: 'small' });
  const x = b.input('x', 'float32', ['n', 3, 8, 8]);
  const w = b.initializer(
    tensorOf(
      'float32',
      Float32Array.from({ length: 108 }, (_, i) => i / 100),
      [4, 3, 3, 3],
    ),
    'w',
  );
  const y = b.op('Relu', [b.op('Conv', [x, w], { pads: [1, 1, 1, 1] })]);
  b.output(b.op('Reshape', [y, b.i64([0, -1])]), 'float32', ['n', 256], 'y');
  return b.model();
}

describe('read', () => {
  it.each(modelNames())('reads %s and writes the same bytes', (name) => {
    const bytes = modelBytes(name)!;
    expect(Buffer.compare(write(read(bytes)), bytes)).toBe(0);
  });

  it('holds weights as views of the file and knows their offsets', () => {
    const file = write(smallModel());
    const tensor = read(file).graph.initializers.get('w')!;
    expect(tensor.data.kind).toBe('inline');
    if (tensor.data.kind !== 'inline') return;
    expect(tensor.data.bytes.buffer).toBe(file.buffer);
    const { fileOffset } = tensor.data;
    expect(file.subarray(fileOffset, fileOffset! + 432)).toEqual(tensor.data.bytes);
  });

  it('keeps offsets relative to the bytes given when these are a part of a larger buffer', () => {
    const file = write(smallModel());
    const larger = new Uint8Array(file.length + 100);
    larger.set(file, 100);
    const part = read(larger.subarray(100)).graph.initializers.get('w')!;
    expect(part.data).toMatchObject({
      fileOffset: (read(file).graph.initializers.get('w')!.data as { fileOffset: number }).fileOffset,
    });
  });

  it('keeps unknown fields of every message through reading and writing', () => {
    const proto = decode('ModelProto', write(smallModel()));
    const strange = { no: 1234, wireType: 2, data: Uint8Array.of(3, 7, 8, 9) };
    const holders = [
      proto,
      proto.graph!,
      proto.graph!.node[0]!,
      proto.graph!.node[0]!.attribute[0]!,
      proto.graph!.initializer[0]!,
    ];
    for (const holder of [...holders, proto.graph!.input[0]!]) holder.$unknown = [strange];
    const bytes = encode('ModelProto', proto);
    expect(write(read(bytes))).toEqual(bytes);
  });

  it('reads typed data of every small type as little-endian bytes', () => {
    const cases = [
      { dataType: 1, floatData: [1.5, -2] },
      { dataType: 6, int32Data: [7, -7] },
      { dataType: 9, int32Data: [1, 0] },
      { dataType: 3, int32Data: [-3, 5] },
      { dataType: 10, int32Data: [0x3c00, 0xc000] },
      { dataType: 16, int32Data: [0x3f80, 0xc000] },
      { dataType: 7, int64Data: [5n, -(2n ** 40n)] },
      { dataType: 11, doubleData: [0.1, 2] },
      { dataType: 12, uint64Data: [1n, 4294967295n] },
    ];
    const expected = [
      [1.5, -2],
      [7, -7],
      [1, 0],
      [-3, 5],
      [1, -2],
      [1, -2],
      [5n, -(2n ** 40n)],
      [0.1, 2],
      [1, 4294967295],
    ];
    const proto = decode('ModelProto', write(smallModel()));
    proto.graph!.initializer.push(...cases.map((c, i) => make('TensorProto', { name: `t${i}`, dims: [2n], ...c })));
    const { initializers } = read(encode('ModelProto', proto)).graph;
    expect(cases.map((_, i) => [...readTensor(initializers.get(`t${i}`)!)])).toEqual(expected);
  });

  it('drops graph inputs that repeat initializers, and sorts nodes', () => {
    const proto = decode('ModelProto', write(smallModel()));
    proto.graph!.input.push(make('ValueInfoProto', { name: 'w' }));
    const order = proto.graph!.node.map((n) => n.opType);
    proto.graph!.node.reverse();
    const { graph } = read(encode('ModelProto', proto));
    expect(graph.inputs.map((v) => v.name)).toEqual(['x']);
    expect(graph.nodes.map((n) => n.op)).toEqual(order);
  });
});

describe('read refuses', () => {
  const refusal = (bytes: Uint8Array): string => {
    try {
      read(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(OnnxFormatError);
      return (error as Error).message;
    }
    throw new Error('was accepted');
  };
  const damaged = (change: (proto: ReturnType<typeof decode<'ModelProto'>>) => void): Uint8Array => {
    const proto = decode('ModelProto', write(smallModel()));
    change(proto);
    return encode('ModelProto', proto);
  };

  it.each([
    ['an empty file', new Uint8Array(), /empty/],
    ['a JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16), /JPEG/],
    ['a PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10), /PNG/],
    ['a ZIP', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), /PyTorch/],
    ['text', text('Hello, this is a note about models.\n'), /looks like text/],
    ['HTML', text('<!DOCTYPE html><html><body>404</body></html>'), /HTML/],
    ['a git-LFS pointer', text('version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 12\n'), /git lfs pull/],
    ['JSON', text('{"error": "not found"}'), /JSON/],
    ['zeros', new Uint8Array(64), /not an ONNX model/],
  ])('%s, and says what it is', (_, bytes, message) => {
    expect(refusal(bytes)).toMatch(message);
  });

  it('a file cut short at any length, and says so', () => {
    const bytes = write(smallModel());
    for (let length = 1; length < bytes.length; length++)
      expect(refusal(bytes.subarray(0, length))).toMatch(/truncated|no graph|no operator set|not an ONNX/);
    expect(refusal(bytes.subarray(0, bytes.length - 40))).toMatch(/truncated|operator set/);
    expect(refusal(bytes.subarray(0, 400))).toMatch(/truncated/);
  });

  it('a model without a graph, and one of a future IR version', () => {
    expect(refusal(damaged((p) => (p.graph = undefined)))).toMatch(/no graph/);
    expect(refusal(damaged((p) => (p.irVersion = 99n)))).toMatch(/IR version 99/);
  });

  it.each([
    ['negative dimensions', [-4n, 27n], /impossible dimension -4/],
    ['dimensions whose product overflows', [2n ** 40n, 2n ** 40n], /impossible dimensions/],
    ['a shape that does not fit the bytes', [4n, 28n], /should hold 448 bytes.*holds 432/],
  ])('%s', (_, dims, message) => {
    expect(refusal(damaged((p) => (p.graph!.initializer[0]!.dims = dims)))).toMatch(message);
  });

  it.each(['../weights.bin', '/etc/passwd', 'a/../../b', 'C:\\weights', '..\\x'])('external data at %s', (location) => {
    const entry = make('StringStringEntryProto', { key: 'location', value: location });
    const change = { dataLocation: 1, externalData: [entry] };
    expect(refusal(damaged((p) => Object.assign(p.graph!.initializer[0]!, change)))).toMatch(/outside the model's own folder/);
  });

  it('values that nothing makes, values made twice, and cycles', () => {
    expect(refusal(damaged((p) => (p.graph!.node[1]!.input = ['ghost'])))).toMatch(/reads "ghost"/);
    expect(refusal(damaged((p) => (p.graph!.node[1]!.output = p.graph!.node[0]!.output)))).toMatch(/defined twice/);
    expect(refusal(damaged((p) => (p.graph!.node[0]!.input[0] = p.graph!.node[1]!.output[0]!)))).toMatch(/cycle/);
  });

  it('attributes nested without end', () => {
    let inner = Uint8Array.of(8, 1);
    const wrap = (field: number, bytes: Uint8Array) => {
      const length = [];
      for (let n = bytes.length; ; n >>>= 7) {
        length.push(n > 127 ? (n & 127) | 128 : n);
        if (n <= 127) break;
      }
      return Uint8Array.of((field << 3) | 2, ...length, ...bytes);
    };
    for (let i = 0; i < 300; i++) inner = wrap(1, wrap(5, wrap(6, inner))) as Uint8Array<ArrayBuffer>;
    expect(refusal(wrap(7, inner))).toMatch(/damaged|truncated/);
  });

  it('mutated files with nothing but an OnnxFormatError, and without hanging', () => {
    const original = write(smallModel());
    const position = fc.nat({ max: original.length - 1 });
    const mutations = fc.array(fc.tuple(position, fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(mutations, fc.option(position), (changes, cut) => {
        const bytes = original.slice(0, cut ?? undefined);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        try {
          const model = read(bytes);
          inferShapes(model);
          discoverLayers(model);
          write(model);
        } catch (error) {
          if (!(error instanceof OnnxFormatError)) throw error;
        }
      }),
      // The example is an operator whose name is half a regular expression.
      { numRuns: 3000, examples: [[[[83, 40]], null]] },
    );
  });

  it('random bytes with nothing but an OnnxFormatError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(() => read(bytes)).toThrow(OnnxFormatError);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('read in time', () => {
  it('sorts a wide graph whose nodes all read one value', () => {
    const b = new GraphBuilder();
    const hub = b.op('Relu', [b.input('x', 'float32', ['n'])]);
    for (let i = 0; i < 20_000; i++) b.op('Neg', [hub]);
    b.output(hub, 'float32', ['n']);
    const proto = decode('ModelProto', write(b.model()));
    proto.graph!.node.reverse();
    expect(read(encode('ModelProto', proto)).graph.nodes[0]!.op).toBe('Relu');
  });
});
