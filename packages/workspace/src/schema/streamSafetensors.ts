import { encodeSafetensorsHeader } from './encodeSafetensors.js';
import { type SafetensorsDtype, SafetensorsError } from './safetensorsTypes.js';

export interface SafetensorsStream {
  /** Appends the next bytes of `name`. Tensors must come in the order of `order`, each complete before the next. */
  write(name: string, data: ArrayBufferView): Promise<void>;
  /** Must be awaited: checks that everything has been written. */
  end(): Promise<void>;
  /** The order in which the file holds the tensors. */
  readonly order: readonly string[];
}

/**
 * Writes a safetensors file piece by piece into `sink`, so that a matrix larger than the memory can be written.
 * @throws SafetensorsError when pieces come out of order, are too many or too few.
 * @example
 * const file = await out.stream('vectors.safetensors');
 * const stream = await streamSafetensors(file.write, { activations: { dtype: 'F32', shape: [n, 512] } });
 * for (const rows of batches) await stream.write('activations', rows);
 * await stream.end();
 * await file.close();
 */
export async function streamSafetensors(
  sink: (bytes: Uint8Array) => void | Promise<void>,
  tensors: Readonly<Record<string, { readonly dtype: SafetensorsDtype; readonly shape: readonly number[] }>>,
  options: { metadata?: Readonly<Record<string, string>> } = {},
): Promise<SafetensorsStream> {
  const { header, entries } = encodeSafetensorsHeader(tensors, options);
  const order = [...entries.keys()];
  let position = 0;
  await sink(header);
  return {
    order,
    async write(name, data) {
      const entry = entries.get(name);
      if (entry === undefined) throw new SafetensorsError(`The file has no tensor "${name}". It has: ${order.join(', ')}.`);
      if (position < entry.begin || position + data.byteLength > entry.end)
        throw new SafetensorsError(
          `Tensor "${name}" takes bytes ${entry.begin}…${entry.end}, but ${data.byteLength} bytes were given for byte ${position}. The order is: ${order.join(', ')}.`,
        );
      position += data.byteLength;
      await sink(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    },
    async end() {
      for (const [name, { begin, end }] of entries)
        if (end > position)
          throw new SafetensorsError(
            `Tensor "${name}" is not complete: ${Math.max(0, position - begin)} of ${end - begin} bytes were written.`,
          );
    },
  };
}
