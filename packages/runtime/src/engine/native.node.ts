import type { Engine, EngineSessionOptions } from './engine.js';
import { EngineUnavailableError } from './engine.js';
import { commonOptions, type Ort, ortSession } from './ortSession.js';

/**
 * The native engine (package onnxruntime-node, an optional dependency).
 *
 * @throws EngineUnavailableError where the package or its binary is missing or does not load.
 */
export async function nativeEngine(): Promise<Engine> {
  const ort = await load();
  return {
    name: 'cpu',
    version: ort.env.versions.node ?? ort.env.versions.common,
    mapsFiles: true,
    threads: (asked) => asked,
    async open(options: EngineSessionOptions) {
      const common = commonOptions(options.prepack);
      const session = { ...common.extra.session };
      if (options.access.kind === 'mapped') session.model_external_initializers_file_folder_path = options.access.folder;
      const created = await ort.InferenceSession.create(unshared(options.graph), {
        ...common,
        executionProviders: ['cpu'],
        // Above `extended`, ONNX Runtime writes the weights of convolutions anew in its own layout, a copy in every session.
        graphOptimizationLevel: options.prepack ? 'all' : 'extended',
        intraOpNumThreads: options.threads,
        interOpNumThreads: 1,
        extra: { session },
        ...(options.access.kind === 'memory'
          ? { externalData: [...options.contents].map(([path, data]) => ({ path, data: unshared(data) })) }
          : {}),
      });
      return ortSession(ort, created);
    },
  };
}

async function load(): Promise<Ort & { env: { versions: { node?: string; common: string } } }> {
  try {
    const module = await import('onnxruntime-node');
    module.env.logLevel = 'error';
    return module;
  } catch (cause) {
    const code = (cause as { code?: string }).code;
    const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    const why = missing
      ? 'the optional package onnxruntime-node is not installed, or has no binary for this machine'
      : `onnxruntime-node does not load (${(cause as Error).message.split('\n')[0]})`;
    throw new EngineUnavailableError(why, { cause });
  }
}

/** The binding takes no SharedArrayBuffer. */
function unshared(bytes: Uint8Array): Uint8Array {
  return bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice();
}
