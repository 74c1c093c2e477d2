/** The receptive field along one axis: position i sees input pixels `offsetPx + i · stridePx` … `+ sizePx − 1`. */
export interface AxisField {
  /** `Infinity` where every position sees the whole input. */
  readonly sizePx: number;
  /** Input pixels between neighbouring positions. */
  readonly stridePx: number;
  /** First input pixel that position 0 sees; negative where padding lies before the picture. */
  readonly offsetPx: number;
}

/** A sliding window: kernel, stride, dilation and the padding before the first element, of one axis. */
export interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBefore: number;
}

/** Every position sees everything. */
export const WHOLE_AXIS: AxisField = { sizePx: Infinity, stridePx: 1, offsetPx: -Infinity };

/**
 * The field behind a sliding window. Source: Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks",
 * Distill 2019, equations 2 and 3.
 */
export function windowed(field: AxisField, { kernel, stride, dilation, padBefore }: Window): AxisField {
  if (field.sizePx === Infinity) return WHOLE_AXIS;
  return {
    sizePx: field.sizePx + (kernel - 1) * dilation * field.stridePx,
    stridePx: field.stridePx * stride,
    offsetPx: field.offsetPx - padBefore * field.stridePx,
  };
}

/** The field behind a transposed window, over all of its phases: output o sees inputs i with 0 ≤ o + pad − i · stride ≤ (kernel − 1) · dilation. */
export function transposedWindowed(field: AxisField, { kernel, stride, dilation, padBefore }: Window): AxisField {
  if (field.sizePx === Infinity) return WHOLE_AXIS;
  const reach = (kernel - 1) * dilation;
  const step = field.stridePx / stride;
  let low = Infinity;
  let high = -Infinity;
  for (let phase = 0; phase < stride; phase++) {
    const from = Math.ceil((phase + padBefore - reach) / stride);
    const to = Math.floor((phase + padBefore) / stride);
    low = Math.min(low, from * field.stridePx - phase * step);
    high = Math.max(high, to * field.stridePx - phase * step);
  }
  const offsetPx = Math.floor(field.offsetPx + low);
  return { sizePx: Math.ceil(field.offsetPx + high + field.sizePx) - offsetPx, stridePx: step, offsetPx };
}

/** The field that holds both; with differing strides every position may see everything. */
export function union(a: AxisField, b: AxisField): AxisField {
  if (a.sizePx === Infinity || b.sizePx === Infinity || a.stridePx !== b.stridePx) return WHOLE_AXIS;
  const offsetPx = Math.min(a.offsetPx, b.offsetPx);
  return { offsetPx, stridePx: a.stridePx, sizePx: Math.max(a.offsetPx + a.sizePx, b.offsetPx + b.sizePx) - offsetPx };
}
