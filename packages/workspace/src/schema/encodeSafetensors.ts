import { canonicalOrder } from './canonicalOrder.js';
import type { SafetensorsData } from './safetensors.js';
import {
  elementCount,
  SAFETENSORS_BYTES,
  type SafetensorsDtype,
  type SafetensorsEntry,
  SafetensorsError,
} from './safetensorsTypes.js';

/** A tensor to write; `dtype` follows from the array's type unless given (`BOOL` for bytes, `F16`/`BF16` for bit patterns). */
export interface SafetensorsInput {
  readonly shape: readonly number[];
  readonly data: SafetensorsData;
  readonly dtype?: SafetensorsDtype;
}

const ARRAYS: Record<SafetensorsDtype, string> = {
  F64: 'Float64Array',
  I64: 'BigInt64Array',
  U64: 'BigUint64Array',
  F32: 'Float32Array',
  I32: 'Int32Array',
  U32: 'Uint32Array',
  F16: 'Uint16Array',
  BF16: 'Uint16Array',
  I16: 'Int16Array',
  U16: 'Uint16Array',
  I8: 'Int8Array',
  U8: 'Uint8Array',
  BOOL: 'Uint8Array',
};

/**
 * A safetensors file. Equal tensors give equal bytes whatever the order of the keys: tensors lie in order of their element
 * size, largest first, then of their names, as the reference implementation writes them, so each is aligned. Runs in browsers.
 * @throws SafetensorsError when data, shape and type do not fit together.
 * @example encodeSafetensors({ direction: { shape: [2, 3], data: new Float32Array(6) } })
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, SafetensorsInput>>,
  { metadata }: { metadata?: Readonly<Record<string, string>> } = {},
): Uint8Array<ArrayBuffer> {
  const typed = Object.entries(tensors).map(([name, tensor]) => [name, { ...tensor, dtype: dtypeOf(name, tensor) }] as const);
  const { header, entries, fileBytes } = encodeSafetensorsHeader(Object.fromEntries(typed), { metadata });
  const file = new Uint8Array(fileBytes);
  file.set(header);
  for (const [name, { data, shape }] of typed) {
    const { begin, end } = entries.get(name)!;
    if (data.byteLength !== end - begin)
      throw new SafetensorsError(
        `Tensor "${name}" of shape ${JSON.stringify(shape)} needs ${end - begin} bytes; its data has ${data.byteLength}.`,
      );
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.byteLength + begin);
  }
  return file;
}

/** The header (with its length in front, a multiple of 8 bytes) of a file whose data is written by others, in order of `entries`. */
export function encodeSafetensorsHeader(
  tensors: Readonly<Record<string, { readonly dtype: SafetensorsDtype; readonly shape: readonly number[] }>>,
  { metadata }: { metadata?: Readonly<Record<string, string>> } = {},
): { header: Uint8Array<ArrayBuffer>; entries: Map<string, SafetensorsEntry>; fileBytes: number } {
  const entries = new Map<string, SafetensorsEntry>();
  const json: [string, unknown][] = [];
  if (metadata !== undefined)
    json.push(['__metadata__', Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => canonicalOrder(a, b)))]);
  const ordered = Object.entries(tensors).sort(
    ([nameA, a], [nameB, b]) => SAFETENSORS_BYTES[b.dtype] - SAFETENSORS_BYTES[a.dtype] || canonicalOrder(nameA, nameB),
  );
  let end = 0;
  for (const [name, { dtype, shape }] of ordered) {
    if (name === '__metadata__') throw new SafetensorsError('"__metadata__" cannot name a tensor. Choose another name.');
    const begin = end;
    end += elementCount(shape, name) * SAFETENSORS_BYTES[dtype];
    entries.set(name, { dtype, shape, begin, end });
    json.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  const members = json.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const text = new TextEncoder().encode(`{${members.join(',')}}`);
  const header = new Uint8Array(8 + Math.ceil(text.byteLength / 8) * 8).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.byteLength - 8), true);
  header.set(text, 8);
  return { header, entries, fileBytes: header.byteLength + end };
}

function dtypeOf(name: string, { data, dtype }: SafetensorsInput): SafetensorsDtype {
  // A Buffer of Node's is a Uint8Array too.
  const array = data instanceof Uint8Array ? 'Uint8Array' : data.constructor.name;
  const natural = (Object.keys(ARRAYS) as SafetensorsDtype[]).find(
    (key) => ARRAYS[key] === array && !['F16', 'BF16', 'BOOL'].includes(key),
  );
  const chosen = dtype ?? natural;
  if (chosen === undefined || ARRAYS[chosen] !== array)
    throw new SafetensorsError(
      `Tensor "${name}": ${array} cannot be written as ${chosen ?? 'any type'}${dtype ? `, which wants ${ARRAYS[dtype]}` : ''}.`,
    );
  return chosen;
}
