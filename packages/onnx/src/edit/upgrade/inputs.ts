import type { Rewrite, RewriteContext } from '../rewrite/context.js';
import { again } from './again.js';

/** An attribute of integers that became input `at`. */
function toInput(c: RewriteContext, attribute: string, at: number): readonly string[] | undefined {
  const values = c.ints(attribute);
  if (values === null) return undefined;
  const inputs = Array.from({ length: Math.max(at, c.node.inputs.length) }, (_, i) => c.input(i));
  inputs[at] = c.vector(values);
  return again(c, { inputs, without: [attribute] });
}

/** Squeeze, Unsqueeze (13), ReduceSum (13), the other reductions (18): axes. */
export const axes: Rewrite = (c) => toInput(c, 'axes', 1);

/** Reshape-5: the shape. */
export const reshape: Rewrite = (c) => toInput(c, 'shape', 1);

/** Split-13: the sizes; Split-18: equal parts are asked for by their number. */
export const split: Rewrite = (c) => {
  if (c.input(1) !== '') return undefined;
  if (c.ints('split')?.length) return toInput(c, 'split', 1);
  return again(c, { attributes: { num_outputs: c.node.outputs.length }, without: ['split'] });
};

/** Slice-10: starts, ends and axes. */
export const slice: Rewrite = (c) => {
  const [starts, ends] = [c.ints('starts'), c.ints('ends')];
  if (starts === null || ends === null) return undefined;
  const own = c.ints('axes');
  const inputs = [c.input(0), c.vector(starts), c.vector(ends), ...(own === null ? [] : [c.vector(own)])];
  return again(c, { inputs, without: ['starts', 'ends', 'axes'] });
};

/** Pad-11: pads (`paddings` in Pad-1) and the value. */
export const pad: Rewrite = (c) => {
  const pads = c.ints('pads') ?? c.ints('paddings');
  if (pads === null) return undefined;
  const x = c.input(0);
  const value = c.float('value', 0);
  const inputs = [x, c.vector(pads), ...(value === 0 ? [] : [c.scalar(value, x)])];
  return again(c, { inputs, without: ['pads', 'paddings', 'value'] });
};

/** Clip-11: the bounds. */
export const clip: Rewrite = (c) => {
  const x = c.input(0);
  const bound = (name: string): string => (c.node.attributes[name] === undefined ? '' : c.scalar(c.float(name, 0), x));
  return again(c, { inputs: [x, bound('min'), bound('max')], without: ['min', 'max'] });
};

/** TopK-10: how many. */
export const topK: Rewrite = (c) => again(c, { inputs: [c.input(0), c.vector([c.int('k', 1)])], without: ['k'] });

/** Dropout-12: the ratio; before 7 the node said whether it drops at all. A mask of numbers became one of truth values. */
export const dropout: Rewrite = (c) => {
  const x = c.input(0);
  const training = c.since < 7 && c.int('is_test', 0) === 0;
  const inputs = [x, c.constant('float32', [c.float('ratio', 0.5)], []), ...(training ? [c.constant('bool', [1], [])] : [])];
  const [y, mask] = again(c, { inputs, without: ['ratio', 'is_test'] });
  return [y!, c.since < 10 && mask !== undefined ? c.op('CastLike', [mask, x]) : (mask ?? null)];
};

/** Tile-6: a number for every axis instead of one axis and its number. */
export const tile: Rewrite = (c) => {
  const ones = c.vector(Array<number>(c.rank(c.input(0))).fill(1));
  const vector = (name: string): string => c.op('Reshape', [c.op('Cast', [name], { to: 7 }), c.vector([1])]);
  const repeats = c.op('ScatterElements', [ones, vector(c.input(2)), vector(c.input(1))], { axis: 0 });
  return again(c, { inputs: [c.input(0), repeats] });
};
