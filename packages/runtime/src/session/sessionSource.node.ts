import { createHash } from 'node:crypto';
import { type Model, write } from '@incognita/onnx';
import { outsideBytes } from './externalTensors.js';
import type { ModelSource, SessionSource } from './source.js';

/**
 * Writes an edit of a loaded model so that a worker can open it. Tensors that lie in the model file are not written again: the
 * graph names their byte ranges.
 *
 * @param source where the model came from.
 * @param edited any edit of `source.model`; default the model itself.
 * @example
 * const source = await loadModelSource('squeezenet1_1.onnx');
 * pool.run(task, { session: sessionSource(source, cut(source.model, { outputs: ['fire8'] })) });
 */
export function sessionSource(source: ModelSource, edited: Model = source.model): SessionSource {
  const own = source.bytes === null ? undefined : source.weights[0];
  const written = own === undefined ? write(edited) : write(edited, { external: { location: own.location } });
  const graph = new Uint8Array(new SharedArrayBuffer(written.byteLength));
  graph.set(written);
  const digest = createHash('sha256').update(written).digest('hex');
  // A graph that carries its weights is itself alone, wherever it came from.
  const used = source.weights.length === 0 ? '' : `@${source.id}`;
  return {
    key: `${digest}${used}`,
    graph,
    weights: source.weights,
    folder: source.folder,
    weightBytes: own === undefined ? 0 : outsideBytes(edited),
    stamps: source.stamps,
  };
}
