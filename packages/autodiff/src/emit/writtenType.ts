import { type DataType, dataTypeOf } from '@incognita/onnx';
import type { Attributes } from './emitter.js';

const whole = new Set(['Shape', 'Size', 'ArgMax', 'ArgMin', 'NonZero']);
const truths = new Set('Equal Greater GreaterOrEqual Less LessOrEqual Not And Or Xor IsNaN IsInf'.split(' '));
/** The input whose element type the result has, where that is not the first. */
const typedBy: Readonly<Record<string, number>> = { Where: 1, CastLike: 1, OneHot: 2 };

/** Element type of the `output`-th result of a node from those of its inputs; undefined where it is not known. */
export function writtenType(
  op: string,
  inputs: readonly string[],
  attributes: Attributes,
  output: number,
  typeOf: (name: string) => DataType | undefined,
): DataType | undefined {
  if (whole.has(op) || (output === 1 && (op === 'MaxPool' || op === 'TopK'))) return 'int64';
  if (truths.has(op)) return 'bool';
  if (op === 'Cast') return dataTypeOf(attributes.to as number) ?? undefined;
  return typeOf(inputs[typedBy[op] ?? 0] ?? '');
}
