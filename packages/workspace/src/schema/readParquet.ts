import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';

/** The names of a Parquet file's columns in their order. Runs in browsers. */
export function parquetColumnNames(bytes: Uint8Array): string[] {
  return parquetSchema(parquetMetadata(wholeBuffer(bytes))).children.map(({ element }) => element.name);
}

/**
 * Reads a Parquet file as rows. 64-bit integers are bigint, absent values null. Runs in browsers.
 * @example const points = await readParquet<PointRow>(bytes);
 */
export async function readParquet<Row extends object = Record<string, unknown>>(
  bytes: Uint8Array,
  options: { columns?: (keyof Row & string)[] } = {},
): Promise<Row[]> {
  return (await parquetReadObjects({ file: wholeBuffer(bytes), ...options })) as Row[];
}

function wholeBuffer({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  if (byteOffset === 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) return buffer;
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}
