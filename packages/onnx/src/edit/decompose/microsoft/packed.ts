import { byteLengthOf } from '../../../proto/dataTypes.js';
import type { Tensor } from '../../../types.js';
import type { RewriteContext } from '../../rewrite/context.js';

/**
 * The whole numbers that are packed low bits first in the bytes of a value […, n], as numbers of the type of `like`, […, 8 n / bits]:
 * digits to the base 2^bits of each byte.
 */
export function unpacked(c: RewriteContext, bytes: string, bits: number, like: string): string {
  const whole = c.op('CastLike', [bytes, like]);
  if (bits === 8) return whole;
  const digits: string[] = [];
  let rest = whole;
  for (let i = 8 / bits; i > 1; i--) {
    const above = c.op('Floor', [c.op('Mul', [rest, c.scalar(2 ** -bits, like)])]);
    digits.push(c.op('Sub', [rest, c.op('Mul', [above, c.scalar(2 ** bits, like)])]));
    rest = above;
  }
  digits.push(rest);
  const apart = c.op(
    'Concat',
    digits.map((digit) => c.op('Unsqueeze', [digit, c.vector([-1])])),
    { axis: -1 },
  );
  const kept = Array.from({ length: c.rank(bytes) - 1 }, () => 0);
  return c.op('Reshape', [apart, c.vector([...kept, -1])]);
}

/** The bytes of a constant as 4-bit numbers, low ones first, without a copy; null where they are not at hand. */
export function asUint4(tensor: Tensor | null, dims: readonly number[]): Tensor | null {
  if (tensor === null || tensor.data.kind === 'strings') return null;
  const length = tensor.data.kind === 'inline' ? tensor.data.bytes.byteLength : tensor.data.length;
  const count = dims.reduce((a, b) => a * b, 1);
  return length === byteLengthOf('uint4', count) ? { dtype: 'uint4', dims, data: tensor.data } : null;
}
