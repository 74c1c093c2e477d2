import type { RewriteContext } from '../../rewrite/context.js';

/**
 * Turns pairs of coordinates of x […, h] by angles; `cos` and `sin` end in r / 2 and broadcast against x before its last axis.
 * Coordinates behind the first r pass. Source: Su et al., RoFormer (2021); pairs are (i, i + r/2), interleaved (2i, 2i + 1).
 */
export function rotate(
  c: RewriteContext,
  x: string,
  cos: string,
  sin: string,
  { interleaved, turned }: { readonly interleaved: boolean; readonly turned: number | null },
): string {
  if (turned === null) return rotateAll(c, x, cos, sin, interleaved);
  const part = (from: number, to: number): string => c.op('Slice', [x, c.vector([from]), c.vector([to]), c.vector([-1])]);
  const rest = part(turned, Number.MAX_SAFE_INTEGER);
  return c.op('Concat', [rotateAll(c, part(0, turned), cos, sin, interleaved), rest], { axis: -1 });
}

function rotateAll(c: RewriteContext, x: string, cos: string, sin: string, interleaved: boolean): string {
  const pairs = interleaved ? c.op('Reshape', [x, c.vector([0, 0, 0, -1, 2])]) : x;
  const [a, b] = c.ops('Split', [pairs], 2, { axis: -1, num_outputs: 2 });
  const angle = (name: string): string => (interleaved ? c.op('Unsqueeze', [name, c.vector([-1])]) : name);
  const [cosine, sine] = [angle(cos), angle(sin)];
  const mul = (p: string, q: string): string => c.op('Mul', [p, q]);
  const real = c.op('Sub', [mul(a!, cosine), mul(b!, sine)]);
  const imaginary = c.op('Add', [mul(b!, cosine), mul(a!, sine)]);
  const turned = c.op('Concat', [real, imaginary], { axis: -1 });
  return interleaved ? c.op('Reshape', [turned, c.op('Shape', [x])]) : turned;
}
