import type { TaskContext } from '@incognita/runtime';
import type { NeighborLists } from './smoothDistances.js';
import { type UmapOptions, umap } from './umap.js';

export interface UmapArgs {
  readonly lists: NeighborLists;
  /** First layout, [count, 2]. */
  readonly start: Float32Array;
  readonly options: UmapOptions;
}

/** Worker task: {@link umap} away from the main thread. */
export function umapLayout({ lists, start, options }: UmapArgs, context: TaskContext): Promise<Float32Array> {
  return umap(lists, start, options, { onProgress: (progress) => context.progress(progress), signal: context.signal });
}
