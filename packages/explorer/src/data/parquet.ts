import { parquetReadObjects } from 'hyparquet';

/** Rows of a Parquet file; 64-bit integers become numbers. */
export async function readRows<Row>(bytes: ArrayBuffer, columns?: (keyof Row & string)[]): Promise<Row[]> {
  const rows = await parquetReadObjects({ file: bytes, columns });
  for (const row of rows) {
    for (const key in row) if (typeof row[key] === 'bigint') row[key] = Number(row[key]);
  }
  return rows as Row[];
}
