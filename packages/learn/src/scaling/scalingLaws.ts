import { fitPowerLaw, type PowerLawFit } from './powerLaw.js';

/** A finished run of a sweep, as far as laws are concerned. */
export interface MeasuredRun {
  readonly name: string;
  /** Factor of the layers' widths, share of the data, steps: what was varied. */
  readonly width: number;
  readonly data: number;
  readonly steps: number;
  readonly parameters: number;
  /** Different examples learnt from. */
  readonly examples: number;
  /** Floating-point operations of the training. */
  readonly flops: number;
  readonly loss: number;
}

/** A law of a sweep: what x is, and which runs it is fitted to. */
export interface SweepLaw extends PowerLawFit {
  readonly of: 'parameters' | 'examples' | 'flops';
  readonly runs: readonly string[];
}

const FREE_FLOOR = 6;
const BAND_POINTS = 25;

/**
 * Loss against parameters (runs that differ in width alone), against examples (that differ in their data alone) and against operations (the runs that
 * none with fewer operations betters), each where at least three sizes were measured. Six or more measurements also give a floor.
 *
 * Source: Kaplan et al. 2020, Scaling Laws for Neural Language Models (arXiv 2001.08361), sections 1.2 and 3.
 *
 * @example scalingLaws(runs, { seed: 1 }).find((law) => law.of === 'parameters')?.exponent
 */
export function scalingLaws(runs: readonly MeasuredRun[], { seed }: { readonly seed: number }): SweepLaw[] {
  const chosen = {
    parameters: largestGroup(runs, 'parameters', ({ data, steps }) => `${data} ${steps}`),
    examples: largestGroup(runs, 'examples', ({ width, steps }) => `${width} ${steps}`),
    flops: frontier(runs),
  };
  return (Object.keys(chosen) as SweepLaw['of'][]).flatMap((of) => {
    const group = [...chosen[of]].sort((a, b) => a[of] - b[of]);
    const x = group.map((run) => run[of]);
    const sizes = new Set(x).size;
    if (sizes < 3) return [];
    const fit = fitPowerLaw(
      x,
      group.map(({ loss }) => loss),
      { seed, floor: sizes >= FREE_FLOOR ? 'free' : 'zero', at: spread(x[0]!, x.at(-1)!) },
    );
    return [{ of, runs: group.map(({ name }) => name), ...fit }];
  });
}

/** The runs that no run with as few operations, or fewer, betters: loss falls from each to the next. */
export function frontier(runs: readonly MeasuredRun[]): MeasuredRun[] {
  const ordered = [...runs].sort((a, b) => a.flops - b.flops || a.loss - b.loss);
  let lowest = Number.POSITIVE_INFINITY;
  return ordered.filter(({ loss }) => {
    const better = loss < lowest;
    lowest = Math.min(lowest, loss);
    return better;
  });
}

/** Of the groups with equal keys that with the most different sizes, and of several such the one that was trained the most. */
function largestGroup(
  runs: readonly MeasuredRun[],
  of: 'parameters' | 'examples',
  keyOf: (run: MeasuredRun) => string,
): readonly MeasuredRun[] {
  const groups = new Map<string, MeasuredRun[]>();
  for (const run of runs) groups.set(keyOf(run), [...(groups.get(keyOf(run)) ?? []), run]);
  const sizes = (group: readonly MeasuredRun[]): number => new Set(group.map((run) => run[of])).size;
  const effort = (group: readonly MeasuredRun[]): number => Math.max(...group.map(({ flops }) => flops));
  return [...groups.values()].sort((a, b) => sizes(b) - sizes(a) || effort(b) - effort(a))[0] ?? [];
}

/** Points from one size to another, evenly in logarithms. */
function spread(from: number, to: number): number[] {
  return Array.from({ length: BAND_POINTS }, (_, i) => from * (to / from) ** (i / (BAND_POINTS - 1)));
}
