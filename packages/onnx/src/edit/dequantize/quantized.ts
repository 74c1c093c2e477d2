import type { RewriteContext } from '../rewrite/context.js';

/** How numbers were quantised: names of scale and zero point ('' for zero). */
export interface Quantization {
  readonly scale: string;
  readonly zero: string;
}

/**
 * What is known while a model is rewritten: which names, that held quantised numbers, hold real ones now. A value that is not
 * among them and has whole numbers is a constant or an input, and is dequantised by DequantizeLinear.
 */
export interface Progress {
  /** Real values under the names of quantised ones. */
  readonly real: Map<string, Quantization>;
  /** Real values under the names of sums of products of whole numbers (what MatMulInteger and ConvInteger give out). */
  readonly sums: Set<string>;
  /** Whether real values keep to the range that the quantised ones had. */
  readonly saturate: boolean;
}

/** A rewriting that knows what was rewritten before. */
export type QuantizedRewrite = (c: RewriteContext, progress: Progress) => readonly (string | null)[] | undefined;

/** The real value of an operand: what stands for it, or its dequantised constant. `axis` is that of scales for each channel. */
export function realValue(
  c: RewriteContext,
  { real }: Progress,
  name: string,
  { scale, zero }: Quantization,
  axis?: number,
): string {
  const known = real.get(name);
  if (known === undefined) {
    const inputs = zero === '' ? [name, scale] : [name, scale, zero];
    return c.op('DequantizeLinear', inputs, axis === undefined ? {} : { axis });
  }
  if (!sameConstant(c, known.scale, scale) || !sameConstant(c, known.zero, zero))
    c.refuse(
      `it reads "${name}" with another scale or zero point than it was quantised with.`,
      'Export the model so that both are the same.',
    );
  return name;
}

/** Remembers that an output holds real values, within the range of their quantisation where that is asked for. */
export function becomesReal(
  c: RewriteContext,
  progress: Progress,
  output: number,
  value: string,
  quantization: Quantization,
): string {
  progress.real.set(c.node.outputs[output]!, quantization);
  return progress.saturate ? saturated(c, value, quantization) : value;
}

/** Clip to the numbers that the quantised type could hold. */
function saturated(c: RewriteContext, value: string, { scale, zero }: Quantization): string {
  const [step, middle] = [c.numbers(scale), zero === '' ? [0] : c.numbers(zero)];
  const dtype = zero === '' ? 'uint8' : c.type(zero)?.dtype;
  const range = dtype === undefined ? undefined : ranges[dtype];
  if (step?.length !== 1 || middle?.length !== 1 || range === undefined)
    return c.refuse(
      'its range cannot be stated: its scale and zero point are not single constants.',
      'Call dequantize without `saturate`.',
    );
  const bound = (q: number): string => c.scalar((q - middle[0]!) * step[0]!, value);
  return c.op('Clip', [value, bound(range[0]), bound(range[1])]);
}

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
};

function sameConstant(c: RewriteContext, a: string, b: string): boolean {
  if (a === b) return true;
  const [p, q] = [numbersOrZero(c, a), numbersOrZero(c, b)];
  return p !== null && q !== null && p.length === q.length && Array.from(p).every((v, i) => v === q[i]);
}

function numbersOrZero(c: RewriteContext, name: string): ArrayLike<number> | null {
  return name === '' ? [0] : c.numbers(name);
}
