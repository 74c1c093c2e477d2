import type { GraphBuilder } from '../builder.js';
import { float } from '../builder.js';

/** Matrix product with broadcast leading axes, as numpy.matmul. */
export function matMul(b: GraphBuilder, x: string, y: string): string {
  return b.op('MatMul', [x, y]);
}

/** Options of {@link gemm}. */
export interface GemmOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  readonly alpha?: number;
  readonly beta?: number;
}

/** alpha · A' · B' + beta · C of matrices; `c` may be absent. */
export function gemm(b: GraphBuilder, x: string, y: string, c?: string, options: GemmOptions = {}): string {
  return b.op('Gemm', c === undefined ? [x, y] : [x, y, c], {
    transA: options.transA ? 1 : undefined,
    transB: options.transB ? 1 : undefined,
    alpha: options.alpha === undefined ? undefined : float(options.alpha),
    beta: options.beta === undefined ? undefined : float(options.beta),
  });
}

/** Einstein summation, for example `einsum(b, 'nchw,kc->nkhw', x, w)`. */
export function einsum(b: GraphBuilder, equation: string, ...inputs: string[]): string {
  return b.op('Einsum', inputs, { equation });
}
