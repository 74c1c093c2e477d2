import type { TabEngine } from './tabEngine.js';

/** Where a model can run. */
export type Where = 'server' | 'webgpu' | 'wasm';

/** The names of these places in addresses. */
export const PLACES: readonly string[] = ['server', 'webgpu', 'wasm'];

/** What a model runs on now, as far as it is known. */
export interface EngineStatus {
  /** Null while it is being opened. */
  readonly where: Where | null;
  /** In words: how far it is loaded; its version and threads. */
  readonly about: string;
  /** Why not on WebGPU, where it was wanted. */
  readonly reason: string | null;
}

/** The status of a worker that runs. */
export function statusOf({ provider, version, threads, reason }: TabEngine): EngineStatus {
  const on = provider === 'webgpu' ? '' : threads === 1 ? ' on one thread' : ` on ${threads} threads`;
  return { where: provider, about: `ONNX Runtime ${version}${on}.`, reason };
}

/** The status of a worker that loads files. */
export function loadingStatus({ loaded, total }: { readonly loaded: number; readonly total: number }): EngineStatus {
  const mb = (bytes: number) => Math.round(bytes / 1e6);
  const about = total > 0 ? `${mb(loaded)} of ${mb(total)} MB loaded …` : `${mb(loaded)} MB loaded …`;
  return { where: null, about, reason: null };
}
