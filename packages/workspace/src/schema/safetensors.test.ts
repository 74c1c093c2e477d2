import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeSafetensors } from './encodeSafetensors.js';
import { decodeSafetensors, type SafetensorsData } from './safetensors.js';
import { decodeSafetensorsHeader } from './safetensorsHeader.js';
import { streamSafetensors } from './streamSafetensors.js';

/** A file with this header text and this many bytes of data, built by hand. */
function file(header: string, dataBytes = 0, { claimed = Buffer.byteLength(header) }: { claimed?: number } = {}): Uint8Array {
  const bytes = Buffer.alloc(8 + Buffer.byteLength(header) + dataBytes);
  bytes.writeBigUInt64LE(BigInt(claimed));
  bytes.write(header, 8);
  return bytes;
}

describe('reading', () => {
  test('a file built by hand from the specification is read', () => {
    const header =
      '{"__metadata__":{"format":"pt"},"t":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"e":{"dtype":"I64","shape":[0],"data_offsets":[8,8]}}  ';
    const bytes = file(header, 8);
    new DataView(bytes.buffer, bytes.byteOffset).setFloat32(8 + header.length + 4, 1.5, true);
    const { tensors, metadata } = decodeSafetensors(bytes);
    expect(metadata).toEqual({ format: 'pt' });
    expect([...tensors]).toEqual([
      ['t', { dtype: 'F32', shape: [1, 2], data: new Float32Array([0, 1.5]) }],
      ['e', { dtype: 'I64', shape: [0], data: new BigInt64Array(0) }],
    ]);
  });

  test('half and brain floats are read as float32', () => {
    const bits = (values: number[]) => new Uint16Array(values);
    const bytes = encodeSafetensors({
      half: { dtype: 'F16', shape: [7], data: bits([0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00, 0x7e00]) },
      brain: { dtype: 'BF16', shape: [3], data: bits([0x3f80, 0xc040, 0x7f80]) },
    });
    const { tensors } = decodeSafetensors(bytes);
    expect([...tensors.get('half')!.data]).toEqual([1, -2, 65504, 2 ** -24, -0, Number.POSITIVE_INFINITY, Number.NaN]);
    expect([...tensors.get('brain')!.data]).toEqual([1, -3, Number.POSITIVE_INFINITY]);
  });

  test('aligned data are views into the file, others are copies with the same values', () => {
    const bytes = encodeSafetensors({ x: { shape: [3], data: new Float64Array([1, 2, 3]) } });
    expect(decodeSafetensors(bytes).tensors.get('x')!.data.buffer).toBe(bytes.buffer);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    for (const odd of [shifted.subarray(1), Buffer.from(shifted.buffer, 1)])
      expect([...decodeSafetensors(odd).tensors.get('x')!.data]).toEqual([1, 2, 3]);
  });

  test('the header alone tells where each tensor lies', () => {
    const bytes = encodeSafetensors({
      a: { shape: [2], data: new Float32Array([1, 2]) },
      b: { shape: [1], data: new Float32Array([3]) },
    });
    const { entries, dataOffset } = decodeSafetensorsHeader(bytes.subarray(0, bytes.length - 4), { fileBytes: bytes.length });
    const { begin, end } = entries.get('b')!;
    expect(new Float32Array(bytes.buffer.slice(dataOffset + begin, dataOffset + end))).toEqual(new Float32Array([3]));
  });

  const entry = (changes: object) => JSON.stringify({ t: { dtype: 'U8', shape: [4], data_offsets: [0, 4], ...changes } });
  test.each([
    ['too short', new Uint8Array(7), 'it has 7 bytes'],
    ['header longer than the file', file('{}', 0, { claimed: 3 }), 'claims 3 bytes'],
    ['header of 2^60 bytes', file('{}', 0, { claimed: 2 ** 60 }), 'claims 1152921504606847000 bytes'],
    ['header not JSON', file('{x'), 'not JSON'],
    ['header not UTF-8', Buffer.concat([file('{"', 0, { claimed: 3 }), Buffer.from([0xff])]), 'not JSON'],
    ['header an array', file('[]'), 'does not begin with "{"'],
    ['header with spaces before', file(' {}'), 'does not begin with "{"'],
    ['unknown type', file(entry({ dtype: 'Q3' }), 4), '"Q3"; known are'],
    ['type from the prototype', file(entry({ dtype: 'constructor' }), 4), 'known are'],
    ['no shape', file(entry({ shape: 4 }), 4), 'has no shape'],
    ['negative dimension', file(entry({ shape: [-1] }), 4), 'impossible shape'],
    ['fractional dimension', file(entry({ shape: [0.5] }), 4), 'impossible shape'],
    ['shape too large to count', file(entry({ shape: [2 ** 40, 2 ** 40] }), 4), 'too large'],
    ['shape that does not fit', file(entry({ shape: [5] }), 4), 'needs 5 bytes'],
    ['offsets backwards', file(entry({ data_offsets: [4, 0] }), 4), 'its range is 4…0'],
    ['offsets negative', file(entry({ data_offsets: [-4, 0] }), 4), 'impossible data_offsets'],
    ['offsets missing', file(entry({ data_offsets: [0] }), 4), 'impossible data_offsets'],
    ['entry null', file('{"t":null}'), 'known are'],
    ['truncated data', file(entry({}), 3), 'Is it truncated?'],
    ['more data than tensors', file(entry({}), 5), 'take 4 bytes, but the file has 5'],
    ['a hole', file(entry({ data_offsets: [1, 5] }), 5), 'begins at byte 1'],
    [
      'overlap',
      file('{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}', 6),
      'begins at byte 2',
    ],
    [
      'a name twice',
      file('{"t":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0074":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'),
      '"t" twice',
    ],
    ['metadata not strings', file('{"__metadata__":{"a":1}}'), 'strings to strings'],
    ['metadata an array', file('{"__metadata__":[]}'), 'strings to strings'],
  ])('a hostile file is refused: %s', (_what, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });

  test('a tensor named __proto__ is only a name', () => {
    const bytes = file('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1);
    expect([...decodeSafetensors(bytes).tensors.keys()]).toEqual(['__proto__']);
  });
});

describe('writing', () => {
  const arrays = fc.oneof(
    fc.float32Array({ maxLength: 20 }),
    fc.float64Array({ maxLength: 20 }),
    fc.int32Array({ maxLength: 20 }),
    fc.uint8Array({ maxLength: 20 }),
    fc.bigInt64Array({ maxLength: 20 }),
    fc.int16Array({ maxLength: 20 }),
  );
  const name = fc.string().filter((text) => text !== '__metadata__' && text !== '__proto__');
  const files = fc.dictionary(name, arrays, { noNullPrototype: true });
  const inputs = (record: Readonly<Record<string, SafetensorsData>>) =>
    Object.fromEntries(Object.entries(record).map(([key, data]) => [key, { shape: [data.length], data }]));

  test('what is written is read, is aligned and does not depend on the order of the names', () => {
    fc.assert(
      fc.property(files, (record) => {
        const bytes = encodeSafetensors(inputs(record));
        const { tensors } = decodeSafetensors(bytes);
        expect(Object.fromEntries([...tensors].map(([key, { data }]) => [key, data]))).toEqual(record);
        for (const { data } of tensors.values()) expect(data.buffer).toBe(bytes.buffer);
        expect(encodeSafetensors(inputs(Object.fromEntries(Object.entries(record).reverse())))).toEqual(bytes);
      }),
    );
  });

  test('a stream gives the bytes that encoding at once gives', async () => {
    const data = Float32Array.from({ length: 12 }, (_, i) => i);
    const metadata = { b: '2', a: '1' };
    const pieces: Uint8Array[] = [];
    const specs = { flags: { dtype: 'BOOL', shape: [2] }, rows: { dtype: 'F32', shape: [4, 3] } } as const;
    const stream = await streamSafetensors((bytes) => void pieces.push(bytes.slice()), specs, { metadata });
    expect(stream.order).toEqual(['rows', 'flags']);
    for (let row = 0; row < 4; row++) await stream.write('rows', data.subarray(3 * row, 3 * row + 3));
    await expect(stream.end()).rejects.toThrow('"flags" is not complete: 0 of 2 bytes');
    await expect(stream.write('rows', data)).rejects.toThrow('The order is: rows, flags');
    await expect(stream.write('absent', data)).rejects.toThrow('has no tensor "absent"');
    await stream.write('flags', new Uint8Array([1, 0]));
    await stream.end();
    const flags = { shape: [2], data: new Uint8Array([1, 0]), dtype: 'BOOL' } as const;
    expect(Buffer.concat(pieces)).toEqual(Buffer.from(encodeSafetensors({ rows: { shape: [4, 3], data }, flags }, { metadata })));
  });

  test('data that do not fit shape or type are refused', () => {
    const data = new Float32Array(3);
    expect(() => encodeSafetensors({ x: { shape: [4], data } })).toThrow('needs 16 bytes; its data has 12');
    expect(() => encodeSafetensors({ x: { shape: [3], data, dtype: 'BOOL' } })).toThrow(
      'Float32Array cannot be written as BOOL, which wants Uint8Array',
    );
    expect(() => encodeSafetensors({ __metadata__: { shape: [3], data } })).toThrow('cannot name a tensor');
  });
});
