import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Engine, EngineSessionOptions } from './engine.js';
import { EngineUnavailableError } from './engine.js';
import { commonOptions, type Ort, ortSession } from './ortSession.js';

/**
 * The WebAssembly engine (package onnxruntime-web) in Node: one thread, weights copied into its 4 GiB heap. Its files come from
 * the installed package, never from the network.
 *
 * @throws EngineUnavailableError where the package does not load.
 */
export async function wasmEngine(): Promise<Engine> {
  const ort = await load();
  return {
    name: 'wasm',
    version: ort.env.versions.web ?? ort.env.versions.common,
    mapsFiles: false,
    threads: () => 1,
    async open(options: EngineSessionOptions) {
      const created = await ort.InferenceSession.create(options.graph, {
        ...commonOptions(options.prepack),
        executionProviders: ['wasm'],
        externalData: [...options.contents].map(([location, data]) => ({ path: location, data })),
      });
      return ortSession(ort, created);
    },
  };
}

async function load(): Promise<Ort & { env: { versions: { web?: string; common: string } } }> {
  try {
    const module = await import('onnxruntime-web');
    const folder = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
    module.env.logLevel = 'error';
    module.env.wasm.numThreads = 1;
    module.env.wasm.wasmPaths = pathToFileURL(folder + path.sep).href;
    return module;
  } catch (cause) {
    throw new EngineUnavailableError(`onnxruntime-web does not load (${(cause as Error).message.split('\n')[0]})`, { cause });
  }
}
