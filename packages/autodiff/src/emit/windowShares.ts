import type { Emitter } from './emitter.js';
import { dimsOf, spaceOf, squeeze, typeNumber } from './shapes.js';
import type { Window } from './window.js';

/** What of a pooling window counts. */
export interface Counting {
  readonly window: Window;
  /** Names of the pool's input and output. */
  readonly x: string;
  readonly y: string;
  /** Whether padding counts (what ceil_mode adds beyond it never does). */
  readonly withPads: boolean;
}

/** Most windows whose shares are written down; those of more are computed when the graph runs. */
const MOST_SHARES = 2 ** 20;

/** One over the number of elements that each window of an average counts, of shape [1, 1, …windows]. */
export function windowShares(e: Emitter, counting: Counting): string {
  const { window, x, y } = counting;
  const [sizes, counts] = [spaceOf(e, x), spaceOf(e, y)];
  if (!sizes || !counts || counts.reduce((a, b) => a * b, 1) > MOST_SHARES) return sharesAtRun(e, counting);
  const perAxis = window.kernel.map((_, axis) =>
    Array.from({ length: counts[axis]! }, (_, at) => elementsOf(counting, axis, at, sizes[axis]!)),
  );
  const totals = perAxis.reduce<number[]>((all, list) => all.flatMap((head) => list.map((value) => head * value)), [1]);
  return e.constant(
    e.dtype(x),
    totals.map((total) => 1 / total),
    [1, 1, ...counts],
  );
}

/** How many elements the `at`-th window counts along an axis of the given size. */
function elementsOf({ window, withPads }: Counting, axis: number, at: number, size: number): number {
  const start = at * window.strides[axis]! - window.begin[axis]!;
  const limit = size + (withPads ? window.end[axis]! : 0);
  const first = withPads ? -window.begin[axis]! : 0;
  // Of the window's places start + j d, 0 ≤ j < kernel, those from `first` to before `limit`.
  const [kernel, dilation] = [window.kernel[axis]!, window.dilations[axis]!];
  const from = Math.max(0, Math.ceil((first - start) / dilation));
  const to = Math.min(kernel, Math.ceil((limit - start) / dilation));
  return Math.max(0, to - from);
}

/** The same where only the run knows the sizes: of a window's places j, those from ⌈(first − start)/d⌉ to ⌊(limit − 1 − start)/d⌋. */
function sharesAtRun(e: Emitter, { window, x, y, withPads }: Counting): string {
  const int = (value: number): string => e.constant('int64', [value], []);
  const scalarDim = (of: string, axis: number): string => squeeze(e, dimsOf(e, of, [axis]), [0]);
  const counts = window.kernel.map((kernel, axis) => {
    const [begin, stride, dilation] = [window.begin[axis]!, window.strides[axis]!, window.dilations[axis]!];
    const windows = e.op('Range', [int(0), scalarDim(y, axis + 2), int(1)]);
    const start = e.op('Sub', [e.op('Mul', [windows, int(stride)]), int(begin)]);
    const last = e.op('Add', [scalarDim(x, axis + 2), int((withPads ? window.end[axis]! : 0) - 1)]);
    const before = e.op('Max', [e.op('Sub', [int(withPads ? -begin : 0), start]), int(0)]);
    const from = e.op('Div', [e.op('Add', [before, int(dilation - 1)]), int(dilation)]);
    const to = e.op('Min', [e.op('Div', [e.op('Sub', [last, start]), int(dilation)]), int(kernel - 1)]);
    const count = e.op('Add', [e.op('Sub', [to, from]), int(1)]);
    const shape = window.kernel.map((_, i) => (i === axis ? -1 : 1));
    return e.op('Reshape', [e.op('Cast', [count], { to: typeNumber(e.dtype(x)) }), e.ints([1, 1, ...shape])]);
  });
  return e.op('Reciprocal', [counts.reduce((a, b) => e.op('Mul', [a, b]))]);
}
