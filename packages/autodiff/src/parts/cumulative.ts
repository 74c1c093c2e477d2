import type { Rewrite } from '@incognita/onnx';
import { iota, size, unsqueeze } from './write.js';

/** Running products, each of its own row of factors and ones: exact where factors are zero. */
export const CumProd: Rewrite = (c) => {
  const x = c.input(0);
  const rank = c.rank(x);
  const given = c.numbers(c.input(1))?.[0];
  if (given === undefined) return c.refuse(`its axis "${c.input(1)}" is not a constant.`, 'Make it one.');
  const axis = given < 0 ? given + rank : given;
  if (!(axis >= 0 && axis < rank)) return c.refuse(`it has no axis ${given} of ${rank}.`, 'The file is damaged.');
  const places = iota(c, size(c, x, axis));
  const [to, from] = [unsqueeze(c, places, [1]), unsqueeze(c, places, [0])];
  const [left, right] = c.int('reverse', 0) === 1 ? [to, from] : [from, to];
  const counts = c.op(c.int('exclusive', 0) === 1 ? 'Less' : 'LessOrEqual', [left, right]);
  // [..., 1, factors, ...] where [products, factors, 1, ...] says that a factor counts.
  const mask = unsqueeze(
    c,
    counts,
    Array.from({ length: rank - axis - 1 }, (_, i) => i + 2),
  );
  const factors = c.op('Where', [mask, unsqueeze(c, x, [axis]), c.scalar(1, x)]);
  return [c.op('ReduceProd', [factors, c.vector([axis + 1])], { keepdims: 0 })];
};
