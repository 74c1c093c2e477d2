import type { GraphBuilder } from '../build/builder.js';
import { UnknownTensorError } from '../errors.js';
import { codeOf } from '../proto/dataTypes.js';
import { inferShapes } from '../shapes/infer.js';
import type { Model, Tensor, TensorType } from '../types.js';
import { rewire } from './rewire.js';

/** One write to one tensor; where the mask is true x becomes: `set` value, `add` x + value, `scale` x · value. */
export interface Clamp {
  readonly tensor: string;
  readonly kind: 'set' | 'add' | 'scale';
  /** The value, of a shape that broadcasts to the tensor's. Default: an input of the graph, `value:<name>`. */
  readonly value?: Tensor;
  /** Where to write: truth values, broadcast; `input` reads them from an input of the graph, `mask:<name>`. Default: everywhere. */
  readonly mask?: Tensor | 'input';
  /** Names the inputs; default the tensor's name. Needed where one tensor has several clamps. */
  readonly name?: string;
}

/**
 * Writes tensors while the rest of the model runs on: everything downstream, and an output or a tap of that name, sees the written
 * value. Where the mask is false the bits stay what they were. Clamps of one tensor apply in order. Inputs are of the tensor's
 * rank and broadcast; those of half-precision tensors are float32.
 *
 * @throws UnknownTensorError with the nearest names; TypeError for a tensor that holds no real numbers.
 * @example
 * const edited = clamp(model, [{ tensor: 'fire8', kind: 'scale', mask: 'input' }]);
 * // inputs: image, value:fire8 [n,c,h,w or 1s], mask:fire8 (bool)
 */
export function clamp(model: Model, clamps: readonly Clamp[]): Model {
  if (clamps.length === 0) return model;
  const types = inferShapes(model);
  let edited = model;
  for (const one of clamps) {
    const type = types.get(one.tensor) ?? null;
    if (type === null && !mentions(model, one.tensor)) throw new UnknownTensorError(one.tensor, [...types.keys()].slice(0, 3));
    edited = rewire(edited, one.tensor, (b, x) => written(b, x, one, type));
  }
  return edited;
}

function mentions({ graph }: Model, tensor: string): boolean {
  return graph.nodes.some((node) => node.outputs.includes(tensor));
}

function written(
  b: GraphBuilder,
  x: string,
  { kind, value, mask, tensor, name = tensor }: Clamp,
  type: TensorType | null,
): string {
  const dtype = type?.dtype ?? 'float32';
  if (!/^b?float(16|32|64)$/.test(dtype)) throw new TypeError(`"${tensor}" holds ${dtype}: only real numbers can be clamped.`);
  const shape = type?.shape == null ? null : type.shape.map(() => null);
  const half = dtype === 'float16' || dtype === 'bfloat16';
  const given = value === undefined ? b.input(`value:${name}`, half ? 'float32' : dtype, shape) : b.initializer(value, 'value');
  const fits = (value?.dtype ?? (half ? 'float32' : dtype)) === dtype;
  const v = fits ? given : b.op('Cast', [given], { to: codeOf(dtype) });
  const next = kind === 'add' ? b.op('Add', [x, v]) : kind === 'scale' ? b.op('Mul', [x, v]) : v;
  if (mask === undefined && kind !== 'set') return next;
  const where =
    mask === 'input'
      ? b.input(`mask:${name}`, 'bool', shape)
      : b.initializer(mask ?? { dtype: 'bool', dims: [], data: { kind: 'inline', bytes: Uint8Array.of(1) } }, 'mask');
  return b.op('Where', [where, next, x]);
}
