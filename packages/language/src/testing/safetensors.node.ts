import { readFileSync } from 'node:fs';

/** Tensors of a safetensors file of float32 and int64: numbers with their dimensions. */
export function readSafetensors(
  path: string,
): Record<string, { readonly dims: readonly number[]; readonly data: readonly number[] }> {
  const file = readFileSync(path);
  const length = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, 8 + length).toString()) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  return Object.fromEntries(
    Object.entries(header)
      .filter(([name]) => name !== '__metadata__')
      .map(
        ([
          name,
          {
            dtype,
            shape,
            data_offsets: [from, to],
          },
        ]) => {
          const bytes = Uint8Array.from(file.subarray(8 + length + from, 8 + length + to)).buffer;
          const data = dtype === 'I64' ? Array.from(new BigInt64Array(bytes), Number) : Array.from(new Float32Array(bytes));
          return [name, { dims: shape, data }];
        },
      ),
  );
}
