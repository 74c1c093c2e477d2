import type { Engine, EngineChoice, EngineInfo, EngineName } from './engine.js';
import { EngineUnavailableError } from './engine.js';
import { nativeEngine } from './native.node.js';
import { wasmEngine } from './wasm.node.js';

/** An engine with the reason for which it was chosen. */
export interface SelectedEngine {
  readonly engine: Engine;
  readonly info: EngineInfo;
}

/** What {@link selectEngine} goes by. */
export interface SelectOptions {
  readonly choice: EngineChoice;
  /** The environment variable INCOGNITA_ENGINE, which outranks `choice`. */
  readonly forced: string | undefined;
  readonly threads: number;
}

/** Loads the engine of this name. */
export function loadEngine(name: EngineName): Promise<Engine> {
  return name === 'cpu' ? nativeEngine() : wasmEngine();
}

/**
 * Chooses the engine of this thread: what INCOGNITA_ENGINE forces, else what was asked for, else the native one, else WebAssembly.
 *
 * @throws EngineUnavailableError where the demanded engine (or, with `auto`, every engine) does not load.
 */
export async function selectEngine({ choice, forced, threads }: SelectOptions): Promise<SelectedEngine> {
  const wanted = parseForced(forced);
  if (wanted !== undefined) return named(wanted, threads, `INCOGNITA_ENGINE=${wanted} demands it`);
  if (choice !== 'auto') return named(choice, threads, 'asked for by the caller');
  try {
    return await named('cpu', threads, 'the native ONNX Runtime is installed');
  } catch (error) {
    if (!(error instanceof EngineUnavailableError)) throw error;
    return named('wasm', threads, `${error.message}, so WebAssembly runs on one thread, several times slower`);
  }
}

async function named(name: EngineName, threads: number, reason: string): Promise<SelectedEngine> {
  const engine = await loadEngine(name).catch((error: unknown) => {
    if (!(error instanceof EngineUnavailableError)) throw error;
    throw new EngineUnavailableError(`the engine '${name}' cannot run: ${error.message} (${reason})`, { cause: error });
  });
  return { engine, info: { name, version: engine.version, reason, threads: engine.threads(threads) } };
}

function parseForced(forced: string | undefined): EngineName | undefined {
  if (forced === undefined || forced === '' || forced === 'auto') return undefined;
  if (forced === 'cpu' || forced === 'wasm') return forced;
  throw new EngineUnavailableError(`INCOGNITA_ENGINE=${forced} names no engine; known are cpu and wasm, or leave it unset`);
}
