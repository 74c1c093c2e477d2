import type { TaskRef } from '@incognita/runtime';

/** A worker task of this package by its compiled module (relative to `dist`, without `.js`) and the name of its function. */
export function taskRef(module: string, name: string): TaskRef {
  return { module: new URL(`../dist/${module}.js`, import.meta.url).href, export: name };
}

/** A copy in shared memory, which crosses to workers without being copied again. */
export function toShared(data: Float32Array): Float32Array {
  const shared = new Float32Array(new SharedArrayBuffer(data.byteLength));
  shared.set(data);
  return shared;
}
