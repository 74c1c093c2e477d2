import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Engine, Plain } from './engine.ts';
import { runGraph } from './runGraph.ts';

/** ONNX Runtime for WebAssembly in Node, on one thread. */
export async function wasmInNode(): Promise<Engine> {
  const ort = await import('onnxruntime-web');
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = pathToFileURL(dirname(createRequire(import.meta.url).resolve('onnxruntime-web')) + sep).href;
  return {
    run: (model: Uint8Array, feeds: Readonly<Record<string, Plain>>) => runGraph(ort, { model, feeds, provider: 'wasm' }),
    close: async () => {},
  };
}
