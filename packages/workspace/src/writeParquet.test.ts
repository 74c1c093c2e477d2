import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parquetColumnNames, readParquet } from './schema/readParquet.js';
import { type ParquetColumn, type ParquetColumnType, writeParquet } from './writeParquet.js';

const VALUES = {
  boolean: fc.boolean(),
  int32: fc.integer(),
  int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  float: fc.float(),
  double: fc.double(),
  string: fc.string({ unit: 'grapheme' }),
} satisfies Record<ParquetColumnType, fc.Arbitrary<unknown>>;

function table(rows: number): fc.Arbitrary<ParquetColumn[]> {
  const columns = (Object.keys(VALUES) as ParquetColumnType[]).flatMap((type) =>
    [false, true].map((nullable) => {
      const present: fc.Arbitrary<number | bigint | string | boolean> = VALUES[type];
      const value = nullable ? fc.option(present, { nil: null }) : present;
      const data = fc.array<number | bigint | string | boolean | null>(value, { minLength: rows, maxLength: rows });
      return data.map((values): ParquetColumn => ({ name: `${type}${nullable ? '?' : ''}`, type, nullable, data: values }));
    }),
  );
  return fc.tuple(...columns);
}

test('every type, with and without nulls, is read as it was written, and equal tables have equal bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 12 }).chain(table), async (columns) => {
      const bytes = writeParquet(columns);
      const rows = Array.from(columns[0]!.data, (_, i) => Object.fromEntries(columns.map(({ name, data }) => [name, data[i]])));
      expect(await readParquet(bytes)).toEqual(rows);
      expect(parquetColumnNames(bytes)).toEqual(columns.map(({ name }) => name));
      expect(writeParquet(columns)).toEqual(bytes);
    }),
    { numRuns: 60 },
  );
});

test('a table of many row groups is read whole, from a view into a larger buffer, by column', async () => {
  const count = 150_000;
  const x = Float32Array.from({ length: count }, (_, i) => (i % 1000 === 0 ? Number.NaN : i / 7));
  const bytes = writeParquet([
    { name: 'x', type: 'float', data: x },
    { name: 'i', type: 'int32', data: Int32Array.from(x.keys()) },
  ]);
  const padded = new Uint8Array(bytes.length + 9);
  padded.set(bytes, 5);
  const rows = await readParquet<{ x: number; i: number }>(padded.subarray(5, 5 + bytes.length), { columns: ['x'] });
  expect(rows.length).toBe(count);
  expect(Float32Array.from(rows, (row) => row.x)).toEqual(x);
  expect(rows[1]).toEqual({ x: x[1] });
});

test.each<[string, ParquetColumn[], string]>([
  ['a fraction in int32', [{ name: 'a', type: 'int32', data: [1, 0.5] }], 'Column "a" (int32) cannot hold 0.5 in row 1'],
  ['2^31 in int32', [{ name: 'a', type: 'int32', data: [2 ** 31] }], 'cannot hold 2147483648'],
  ['a number in int64', [{ name: 'a', type: 'int64', data: [1] }], 'cannot hold 1 in row 0'],
  ['2^63 in int64', [{ name: 'a', type: 'int64', data: [2n ** 63n] }], 'cannot hold 9223372036854775808n'],
  ['null where it is not allowed', [{ name: 'a', type: 'string', data: [null] }], 'cannot hold null'],
  [
    'columns of unequal length',
    [
      { name: 'a', type: 'string', data: [] },
      { name: 'b', type: 'string', data: ['x'] },
    ],
    '"b" has 1 rows',
  ],
  [
    'one name twice',
    [
      { name: 'a', type: 'string', data: [] },
      { name: 'a', type: 'string', data: [] },
    ],
    'Two columns',
  ],
  ['no column', [], 'at least one column'],
])('a table with %s is refused', (_what, columns, message) => {
  expect(() => writeParquet(columns)).toThrow(message);
});
