import { readParquet } from '@incognita/workspace/schema';

/** Rows of a Parquet file; 64-bit integers become numbers. */
export async function readRows<Row extends object>(bytes: ArrayBuffer, columns?: (keyof Row & string)[]): Promise<Row[]> {
  const rows = await readParquet<Row & Record<string, unknown>>(new Uint8Array(bytes), columns && { columns });
  for (const row of rows as Record<string, unknown>[]) {
    for (const key in row) if (typeof row[key] === 'bigint') row[key] = Number(row[key]);
  }
  return rows;
}
