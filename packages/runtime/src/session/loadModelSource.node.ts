import { createHash } from 'node:crypto';
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { type Model, read, write } from '@incognita/onnx';
import type { WeightFile } from '../engine/engine.js';
import { externalLocations, relocate } from './externalTensors.js';
import { inlineIntegers } from './inlineIntegers.js';
import { readRanges } from './readRanges.node.js';
import type { ModelSource } from './source.js';

/** A model to load: the path of an ONNX file, its bytes, or a model that was built or read already. */
export type ModelInput = string | ModelBytes | Model;

/** A model file that is in memory already. */
export interface ModelBytes {
  readonly bytes: Uint8Array;
  /** Folder of the model's external data files; needed only where it has some. */
  readonly folder?: string;
  /** Path of a file that holds the same bytes, so that sessions can map it. */
  readonly file?: string;
}

/** Options of {@link loadModelSource}. */
export interface LoadOptions {
  /** `memory` reads every weight file into shared memory instead of leaving it to ONNX Runtime to map. Default `map`. */
  readonly weights?: 'map' | 'memory';
}

let memorySources = 0;

/**
 * Loads a model and finds its weights. The model file is read once, into shared memory, and never copied after that; external
 * data files are not read (ONNX Runtime maps them) unless `weights` is `memory`.
 *
 * @throws Error naming the file where it, or a data file that it needs, cannot be read; Error with the OnnxFormatError as its cause where it is no model.
 * @example
 * const source = await loadModelSource('squeezenet1_1.onnx');
 * source.model.graph.nodes.length;
 */
export async function loadModelSource(input: ModelInput, options: LoadOptions = {}): Promise<ModelSource> {
  if (typeof input !== 'string' && 'graph' in input) return builtSource(input);
  if (typeof input !== 'string' && input.file === undefined) return fromBytes(input, options);
  const given = typeof input === 'string' ? input : input.file!;
  const file = await resolveFile(given, 'the model file');
  const content = await readShared(file);
  const stamps = { [file]: content.stamp };
  const bytes = typeof input === 'string' ? content.bytes : shared(input.bytes);
  const own = { file, bytes: bytes.buffer as SharedArrayBuffer };
  const folder = typeof input === 'string' ? path.dirname(given) : (input.folder ?? path.dirname(given));
  return assemble({ label: given, bytes, own, folder, id: `${file}:${content.stamp}`, stamps, options });
}

async function fromBytes(input: ModelBytes, options: LoadOptions): Promise<ModelSource> {
  const bytes = shared(input.bytes);
  const own = { bytes: bytes.buffer as SharedArrayBuffer };
  const id = `memory:${++memorySources}`;
  return assemble({ label: 'model in memory', bytes, own, folder: input.folder ?? null, id, stamps: {}, options });
}

function builtSource(model: Model): ModelSource {
  const missing = externalLocations(model);
  if (missing.length > 0) {
    throw new Error(`the model keeps weights in ${missing.join(', ')}: open it by its path, or as { bytes, folder }`);
  }
  const sha256 = async () => createHash('sha256').update(write(model)).digest('hex');
  const id = `built:${++memorySources}`;
  return { model, label: 'model in memory', bytes: null, file: null, id, weights: [], folder: null, stamps: {}, sha256 };
}

interface Parts {
  readonly label: string;
  readonly bytes: Uint8Array;
  readonly own: Omit<WeightFile, 'location'>;
  readonly folder: string | null;
  readonly id: string;
  readonly stamps: Record<string, string>;
  readonly options: LoadOptions;
}

async function assemble({ label, bytes, own, folder, id, stamps, options }: Parts): Promise<ModelSource> {
  const parsed = parse(bytes, label);
  const external = await findExternal(parsed, folder, label);
  const files = [own.file, ...external.values()].filter((file) => file !== undefined);
  const root = own.file === undefined ? null : commonFolder(files);
  const locationOf = (file: string) =>
    root === null ? path.basename(file) : path.relative(root, file).split(path.sep).join('/');
  const weights: WeightFile[] = [{ ...own, location: own.file === undefined ? 'model.onnx' : locationOf(own.file) }];
  const renamed = new Map<string, string>();
  for (const [location, file] of external) {
    const target = root === null ? location : locationOf(file);
    renamed.set(location, target);
    if (options.weights === 'memory') {
      const content = await readShared(file);
      stamps[file] = content.stamp;
      weights.push({ location: target, file, bytes: content.bytes.buffer as SharedArrayBuffer });
    } else {
      stamps[file] = await stampOf(file);
      weights.push({ location: target, file });
    }
  }
  let digest: Promise<string> | undefined;
  const sha256 = () => {
    digest ??= Promise.resolve(createHash('sha256').update(bytes).digest('hex'));
    return digest;
  };
  return {
    model: relocate(await inlineIntegers(parsed, readRanges(external)), renamed),
    label,
    bytes,
    file: own.file ?? null,
    id,
    weights,
    folder: root,
    stamps,
    sha256,
  };
}

function parse(bytes: Uint8Array, label: string): Model {
  try {
    return read(bytes);
  } catch (cause) {
    throw new Error(`${label} cannot be opened. ${(cause as Error).message}`, { cause });
  }
}

/** Real paths of the model's data files, by the location that the model names. */
async function findExternal(model: Model, folder: string | null, label: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const location of externalLocations(model)) {
    if (folder === null) {
      throw new Error(`${label} keeps weights in the file '${location}': give the folder that it lies in, { bytes, folder }`);
    }
    found.set(location, await resolveFile(path.join(folder, location), `external data of ${label}`));
  }
  return found;
}

async function resolveFile(file: string, what: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (cause) {
    const reason = (cause as { code?: string }).code === 'ENOENT' ? 'there is no such file' : (cause as Error).message;
    throw new Error(`${what} cannot be read: ${file}: ${reason}`, { cause });
  }
}

/** The deepest folder that holds every file, or null (other drives). */
function commonFolder(files: readonly string[]): string | null {
  let folder = path.dirname(files[0]!);
  while (!files.every((file) => file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep))) {
    const parent = path.dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
  return folder;
}

/** Reads a file into shared memory, in pieces, so that size does not matter. */
async function readShared(file: string): Promise<{ bytes: Uint8Array; stamp: string }> {
  const handle = await open(file);
  try {
    const { size, mtimeMs } = await handle.stat();
    const bytes = new Uint8Array(new SharedArrayBuffer(size));
    let offset = 0;
    while (offset < size) {
      const { bytesRead } = await handle.read(bytes, offset, Math.min(size - offset, 2 ** 28), offset);
      if (bytesRead === 0) throw new Error(`${file} shrank while it was read: ${offset} of ${size} bytes came`);
      offset += bytesRead;
    }
    return { bytes, stamp: `${size}:${mtimeMs}` };
  } finally {
    await handle.close();
  }
}

async function stampOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { size, mtimeMs } = await handle.stat();
    return `${size}:${mtimeMs}`;
  } finally {
    await handle.close();
  }
}

function shared(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer && bytes.byteLength === bytes.buffer.byteLength) return bytes;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  copy.set(bytes);
  return copy;
}
