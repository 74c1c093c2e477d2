import { readFile, stat } from 'node:fs/promises';
import type { Engine, EngineSession, WeightAccess } from '../engine/engine.js';
import type { SessionSource } from './source.js';

/** An opened session with the way its weights took. */
export interface Opened {
  readonly session: EngineSession;
  readonly access: WeightAccess['kind'];
  /** Bytes that this session holds for itself alone, by what is known: graph, and weights where they are not mapped. */
  readonly privateBytes: number;
}

/**
 * Opens a source on an engine: weights mapped where engine and path allow it, else from memory.
 *
 * @throws Error where a weight file changed since the model was read, or ONNX Runtime refuses the graph.
 */
export async function openSource(
  engine: Engine,
  source: SessionSource,
  options: { prepack: boolean; threads: number },
): Promise<Opened> {
  const base = { graph: source.graph, ...options };
  const nothing = new Map<string, Uint8Array>();
  if (source.weightBytes === 0) {
    const session = await engine.open({ ...base, access: { kind: 'none' }, contents: nothing });
    return { session, access: 'none', privateBytes: source.graph.byteLength };
  }
  await checkStamps(source);
  if (engine.mapsFiles && source.folder !== null) {
    const privateBytes = source.graph.byteLength + (options.prepack ? source.weightBytes : 0);
    try {
      const session = await engine.open({ ...base, access: { kind: 'mapped', folder: source.folder }, contents: nothing });
      return { session, access: 'mapped', privateBytes };
    } catch (error) {
      if (!/external/i.test((error as Error).message)) throw error;
      const session = await openFromMemory(engine, source, base).catch((second: unknown) => {
        throw new Error((second as Error).message, { cause: error });
      });
      return { session, access: 'memory', privateBytes: source.graph.byteLength + source.weightBytes };
    }
  }
  const session = await openFromMemory(engine, source, base);
  return { session, access: 'memory', privateBytes: source.graph.byteLength + source.weightBytes };
}

async function openFromMemory(
  engine: Engine,
  source: SessionSource,
  base: { graph: Uint8Array; prepack: boolean; threads: number },
): Promise<EngineSession> {
  const contents = new Map<string, Uint8Array>();
  for (const { location, file, bytes } of source.weights) {
    if (bytes !== undefined) contents.set(location, new Uint8Array(bytes));
    else if (file !== undefined) contents.set(location, await readFile(file));
  }
  return engine.open({ ...base, access: { kind: 'memory' }, contents });
}

async function checkStamps(source: SessionSource): Promise<void> {
  for (const [file, stamp] of Object.entries(source.stamps)) {
    const now = await stat(file).then(
      ({ size, mtimeMs }) => `${size}:${mtimeMs}`,
      (error: Error) => error.message,
    );
    if (now !== stamp) {
      throw new Error(`${file} changed since the model was opened (was ${stamp}, now ${now}): open the model again`);
    }
  }
}
