import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';

/** Types of columns, and what a value of them may be. */
const TYPES = {
  boolean: { parquet: 'BOOLEAN', accepts: (value) => typeof value === 'boolean' },
  int32: { parquet: 'INT32', accepts: (value) => typeof value === 'number' && (value | 0) === value },
  int64: { parquet: 'INT64', accepts: (value) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value },
  float: { parquet: 'FLOAT', accepts: (value) => typeof value === 'number' },
  double: { parquet: 'DOUBLE', accepts: (value) => typeof value === 'number' },
  string: { parquet: 'STRING', accepts: (value) => typeof value === 'string' },
} as const satisfies Record<string, { parquet: string; accepts: (value: unknown) => boolean }>;

export type ParquetColumnType = keyof typeof TYPES;

/** One column of a table. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: ParquetColumnType;
  /** `int64` takes bigint; `float` rounds to 32 bits; NaN is a value of `float` and `double`. */
  readonly data: ArrayLike<number | bigint | string | boolean | null>;
  /** May values be null? Default: no. */
  readonly nullable?: boolean;
}

/**
 * A Parquet file of typed columns of equal length. Equal columns give equal bytes; there is no time in the file.
 * @throws TypeError when a value does not fit its column; the message names column, row and value.
 * @example writeParquet([{ name: 'cell', type: 'int32', data: [0, 5] }, { name: 'label', type: 'string', nullable: true, data: ['cat', null] }])
 */
export function writeParquet(columns: readonly ParquetColumn[]): Uint8Array<ArrayBuffer> {
  const [first] = columns;
  if (first === undefined) throw new TypeError('A table needs at least one column.');
  const names = new Set<string>();
  const columnData = columns.map((column): ColumnSource => {
    if (names.has(column.name)) throw new TypeError(`Two columns have the name "${column.name}".`);
    names.add(column.name);
    if (column.data.length !== first.data.length)
      throw new TypeError(
        `Column "${column.name}" has ${column.data.length} rows, but column "${first.name}" has ${first.data.length}.`,
      );
    checkValues(column);
    return {
      name: column.name,
      type: TYPES[column.type].parquet,
      nullable: column.nullable ?? false,
      data: Array.from(column.data),
    };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: 'incognita', rowGroupSize: 100_000 }));
}

function checkValues({ name, type, data, nullable = false }: ParquetColumn): void {
  const { accepts } = TYPES[type];
  for (let row = 0; row < data.length; row++) {
    const value = data[row];
    if (value === null ? !nullable : !accepts(value))
      throw new TypeError(
        `Column "${name}" (${type}${nullable ? ', nullable' : ''}) cannot hold ${typeof value === 'bigint' ? `${value}n` : JSON.stringify(value)} in row ${row}.`,
      );
  }
}
