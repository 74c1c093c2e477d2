import type { Dim } from '../types.js';
import type { ShapeRule } from './context.js';

/** RNN, GRU, LSTM: all states [s, d, b, h], the last states [d, b, h], and LSTM's last cells; `layout` 1 has the batch first. */
export const recurrent: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null) return [];
  const first = c.int('layout', 0) === 1;
  const [steps, batch] = (first ? [x.shape?.[1], x.shape?.[0]] : [x.shape?.[0], x.shape?.[1]]).map((d) => d ?? null) as [
    Dim,
    Dim,
  ];
  const directions = c.string('direction', 'forward') === 'bidirectional' ? 2 : 1;
  const hidden = c.int('hidden_size', 0) || (c.shape(2)?.[2] ?? null);
  const { dtype } = x;
  const last = { dtype, shape: first ? [batch, directions, hidden] : [directions, batch, hidden] };
  return [{ dtype, shape: first ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden] }, last, last];
};
