import { repeatedKey } from './repeatedKey.js';
import {
  elementCount,
  SAFETENSORS_BYTES,
  type SafetensorsDtype,
  type SafetensorsEntry,
  SafetensorsError,
} from './safetensorsTypes.js';

/** The specification's limit for the header, in bytes. */
const MAX_HEADER_BYTES = 100_000_000;

export interface SafetensorsHeader {
  /** In order of their place in the file. */
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the tensors' bytes begin in the file. */
  readonly dataOffset: number;
}

/**
 * Reads and checks the header of a safetensors file. `bytes` may be only the beginning of the file if `fileBytes` gives its
 * length. Source: huggingface/safetensors, README "Format", and its checks in `safetensors/src/tensor.rs`: no holes, no
 * overlaps, no repeated names, ranges that fit shape and type.
 * @throws SafetensorsError
 * @example const { entries } = decodeSafetensorsHeader(bytes);
 */
export function decodeSafetensorsHeader(bytes: Uint8Array, { fileBytes = bytes.byteLength } = {}): SafetensorsHeader {
  if (bytes.byteLength < 8)
    throw new SafetensorsError(`Not a safetensors file: it has ${bytes.byteLength} bytes, the header's length alone has 8.`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || 8 + length > fileBytes)
    throw new SafetensorsError(
      `Not a safetensors file, or a truncated one: its header claims ${length} bytes, the file has ${fileBytes}.`,
    );
  if (8 + length > bytes.byteLength)
    throw new SafetensorsError(
      `The header has ${length} bytes, of which ${bytes.byteLength - 8} were given. Pass at least ${8 + length} bytes.`,
    );
  const header = parseHeader(bytes.subarray(8, 8 + length));
  const metadata = readMetadata(header.__metadata__);
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]): [string, SafetensorsEntry] => [name, readEntry(name, value)])
    .sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const [name, entry] of entries) {
    if (entry.begin !== end)
      throw new SafetensorsError(`Tensor "${name}" begins at byte ${entry.begin}, but the one before it ends at ${end}.`);
    end = entry.end;
  }
  const dataBytes = fileBytes - 8 - length;
  if (end !== dataBytes)
    throw new SafetensorsError(
      `The tensors take ${end} bytes, but the file has ${dataBytes} behind its header. Is it truncated?`,
    );
  return { entries: new Map(entries), metadata, dataOffset: 8 + length };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  if (bytes[0] !== 0x7b) throw new SafetensorsError('Not a safetensors file: its header does not begin with "{".');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const header = JSON.parse(text) as Record<string, unknown>;
    const repeated = repeatedKey(text);
    if (repeated !== null) throw new SafetensorsError(`The header names "${repeated}" twice.`);
    return header;
  } catch (error) {
    if (error instanceof SafetensorsError) throw error;
    throw new SafetensorsError(`The header is not JSON: ${(error as Error).message}`);
  }
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isRecord || !Object.values(value).every((item) => typeof item === 'string'))
    throw new SafetensorsError('The header\'s "__metadata__" is not a map from strings to strings.');
  return value as Record<string, string>;
}

function readEntry(name: string, value: unknown): SafetensorsEntry {
  const { dtype, shape, data_offsets } = (value ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
  if (typeof dtype !== 'string' || !Object.hasOwn(SAFETENSORS_BYTES, dtype))
    throw new SafetensorsError(
      `Tensor "${name}" has the type ${JSON.stringify(dtype)}; known are ${Object.keys(SAFETENSORS_BYTES).join(', ')}.`,
    );
  if (!Array.isArray(shape)) throw new SafetensorsError(`Tensor "${name}" has no shape.`);
  const [begin, end] = (Array.isArray(data_offsets) && data_offsets.length === 2 ? data_offsets : []) as unknown[];
  if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || (begin as number) < 0)
    throw new SafetensorsError(`Tensor "${name}" has the impossible data_offsets ${JSON.stringify(data_offsets)}.`);
  const bytes = elementCount(shape, name) * SAFETENSORS_BYTES[dtype as SafetensorsDtype];
  if ((end as number) - (begin as number) !== bytes)
    throw new SafetensorsError(
      `Tensor "${name}" (${dtype}, shape ${JSON.stringify(shape)}) needs ${bytes} bytes, but its range is ${begin}…${end}.`,
    );
  return { dtype: dtype as SafetensorsDtype, shape, begin: begin as number, end: end as number };
}
