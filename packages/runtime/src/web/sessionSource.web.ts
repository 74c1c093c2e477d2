import { type Model, write } from '@incognita/onnx';
import { outsideBytes } from '../session/externalTensors.js';
import type { ModelSource, SessionSource } from '../session/source.js';

const written = new WeakMap<Model, SessionSource>();
let made = 0;

/**
 * Writes an edit of a loaded model so that a session can be opened of it; the same as in Node, but that its key is a number: the same value of
 * `edited` is the same session.
 *
 * @param edited any edit of `source.model`; default the model itself.
 */
export function sessionSource(source: ModelSource, edited: Model = source.model): SessionSource {
  const known = written.get(edited);
  if (known !== undefined) return known;
  const own = source.bytes === null ? undefined : source.weights[0];
  const session: SessionSource = {
    key: String(++made),
    graph: own === undefined ? write(edited) : write(edited, { external: { location: own.location } }),
    weights: source.weights,
    folder: source.folder,
    weightBytes: own === undefined ? 0 : outsideBytes(edited),
    stamps: source.stamps,
  };
  written.set(edited, session);
  return session;
}
