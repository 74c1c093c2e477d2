/** From values to positions along an axis, and back. */
export interface Scale {
  readonly kind: 'linear' | 'log';
  readonly domain: readonly [number, number];
  readonly toPx: (value: number) => number;
  readonly toValue: (px: number) => number;
  /** Round values to write at the axis, about `count` of them. */
  readonly ticks: (count: number) => number[];
}

/** An axis with equal steps. @example linearScale([0, 1], [0, 100]).toPx(0.5); // 50 */
export function linearScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [low, high] = widened(domain);
  const factor = (range[1] - range[0]) / (high - low);
  return {
    ...{ kind: 'linear', domain: [low, high] },
    toPx: (value) => range[0] + (value - low) * factor,
    toValue: (px) => low + (px - range[0]) / factor,
    ticks: (count) => linearTicks(low, high, count),
  };
}

/** An axis with equal factors; the domain must be positive. */
export function logScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const inner = linearScale([Math.log10(domain[0]), Math.log10(domain[1])], range);
  return {
    kind: 'log',
    domain: [10 ** inner.domain[0], 10 ** inner.domain[1]],
    toPx: (value) => inner.toPx(Math.log10(value)),
    toValue: (px) => 10 ** inner.toValue(px),
    ticks: (count) => logTicks(inner.domain[0], inner.domain[1], count),
  };
}

/** A domain widened to the ticks around it, so that the highest and the lowest line of a plot have a value. */
export function nice([low, high]: readonly [number, number], count: number): [number, number] {
  const [from, to] = widened([low, high]);
  const step = tickStep(from, to, count);
  return [Math.floor(from / step + 1e-9) * step, Math.ceil(to / step - 1e-9) * step];
}

/** Multiples of 1, 2 or 5 times a power of ten. */
function linearTicks(low: number, high: number, count: number): number[] {
  const step = tickStep(low, high, count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function tickStep(low: number, high: number, count: number): number {
  const raw = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= raw * 0.999) ?? 10);
}

/** Powers of ten, every so many where they are too many, with 2 and 5 between where they are too few. */
function logTicks(low: number, high: number, count: number): number[] {
  const decades = high - low;
  if (decades < 0.7) return linearTicks(10 ** low, 10 ** high, count);
  const every = Math.max(1, Math.ceil(decades / count));
  const factors = decades * 3 <= count + 2 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.floor(low); power <= high + 1e-9; power++) {
    if (power % every !== 0) continue;
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (Math.log10(value) >= low - 1e-9 && Math.log10(value) <= high + 1e-9) ticks.push(Number(value.toPrecision(12)));
    }
  }
  return ticks;
}

/** A domain without an extent gets some. */
function widened([low, high]: readonly [number, number]): [number, number] {
  if (high > low) return [low, high];
  const pad = Math.abs(low) > 0 ? Math.abs(low) * 0.1 : 1;
  return [low - pad, low + pad];
}
