import { type Model, read } from '@incognita/onnx';
import { externalLocations, outsideBytes } from '../session/externalTensors.js';
import { inlineIntegers } from '../session/inlineIntegers.js';
import type { ModelSource } from '../session/source.js';

/** Weights that a tab takes unless it is told otherwise. */
export const DEFAULT_LIMIT_BYTES = 400e6;

/** Options of {@link fetchModel}. */
export interface FetchModelOptions {
  /** Most bytes of weights; default {@link DEFAULT_LIMIT_BYTES}. */
  readonly limitBytes?: number;
  readonly onProgress?: (loadedBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
}

/** A model whose weights are more than a tab should hold. */
export class TooLargeForBrowserError extends Error {
  override readonly name = 'TooLargeForBrowserError';
  readonly bytes: number;
  readonly limitBytes: number;

  constructor(bytes: number, limitBytes: number) {
    const mb = (count: number) => `${Number((count / 1e6).toPrecision(3))} MB`;
    super(
      `The model has ${mb(bytes)} of weights, and a tab takes ${mb(limitBytes)}: each session copies them into a heap of at most 4 GB, beside the one copy that was loaded.`,
    );
    this.bytes = bytes;
    this.limitBytes = limitBytes;
  }
}

/**
 * Loads a model and its external data files, each once.
 *
 * @param url absolute address of the ONNX file; data files lie beside it.
 * @throws TooLargeForBrowserError before the weights are loaded where the sizes say so; Error naming the file that is missing or no model.
 */
export async function fetchModel(url: string, options: FetchModelOptions = {}): Promise<ModelSource> {
  const { limitBytes = DEFAULT_LIMIT_BYTES, onProgress, signal } = options;
  let before = 0;
  const get = async (location: string, expected: number): Promise<Uint8Array<ArrayBuffer>> => {
    const address = new URL(location, url).href;
    const onPart = (loaded: number, total: number) => onProgress?.(before + loaded, Math.max(expected, before + total));
    const bytes = await download(address, { limitBytes: limitBytes - before, signal, onPart });
    before += bytes.byteLength;
    return bytes;
  };
  const own = decodeURIComponent(new URL(url).pathname.split('/').at(-1)!);
  const bytes = await get(encodeURIComponent(own), 0);
  const parsed = parse(bytes, own);
  const total = outsideBytes(parsed);
  if (total > limitBytes) throw new TooLargeForBrowserError(total, limitBytes);
  const files = new Map([[own, bytes]]);
  for (const location of externalLocations(parsed)) {
    files.set(location, await get(location.split('/').map(encodeURIComponent).join('/'), total));
  }
  const model = await inlineIntegers(parsed, async (location, offset, length) =>
    files.get(location)?.slice(offset, offset + length),
  );
  const weights = [...files].map(([location, content]) => ({ location, bytes: content.buffer }));
  return {
    ...{ model, label: own, bytes, file: null, id: url, weights, folder: null, stamps: {} },
    sha256: async () => {
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
    },
  };
}

function parse(bytes: Uint8Array, label: string): Model {
  try {
    return read(bytes);
  } catch (cause) {
    throw new Error(`${label} cannot be opened. ${(cause as Error).message}`, { cause });
  }
}

interface DownloadOptions {
  readonly limitBytes: number;
  readonly signal: AbortSignal | undefined;
  readonly onPart: (loaded: number, total: number) => void;
}

async function download(address: string, { limitBytes, signal, onPart }: DownloadOptions): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(address, signal === undefined ? {} : { signal });
  if (!response.ok) throw new Error(`${address} cannot be loaded: the server answered ${response.status}.`);
  if (response.headers.get('Content-Type')?.includes('html'))
    throw new Error(`${address} cannot be loaded: the server has a page there, and no file.`);
  const announced = Number(response.headers.get('Content-Length') ?? 0);
  if (announced > limitBytes) {
    await response.body?.cancel();
    throw new TooLargeForBrowserError(announced, limitBytes);
  }
  const parts: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body!.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    loaded += value.byteLength;
    if (loaded > limitBytes) {
      await reader.cancel();
      throw new TooLargeForBrowserError(loaded, limitBytes);
    }
    parts.push(value);
    onPart(loaded, announced);
  }
  const bytes = new Uint8Array(loaded);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.byteLength;
  }
  return bytes;
}
