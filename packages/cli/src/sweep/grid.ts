import { UsageError } from '../errors.js';

/** What is different from run to run of a sweep. */
export interface SweepPoint {
  /** Factor of the layers' widths. */
  readonly width: number;
  /** Share of the training pictures. */
  readonly data: number;
  readonly steps: number;
}

const AXES = ['width', 'data', 'steps'] as const;

/** Each width with each number of steps, then shares of the data; where `--sweep` is given without values. */
export function defaultGrids({ steps }: SweepPoint): string[] {
  const part = (share: number): number => Math.max(1, Math.round(steps * share));
  return [`width=0.25,0.5,1,2 steps=${[0.125, 0.25, 0.5, 1].map(part).join(',')}`, 'data=0.125,0.25,0.5'];
}

/**
 * The runs of some grids: every combination of a grid's values, with the base's where it has none; equal ones once.
 *
 * @param grids texts as in `width=0.5,1 steps=100,200`.
 * @throws UsageError for an axis that there is not, or values that make no sense.
 * @example pointsOf(['width=0.5,1', 'data=0.5'], { width: 1, data: 1, steps: 100 }) // three runs
 */
export function pointsOf(grids: readonly string[], base: SweepPoint): SweepPoint[] {
  const points = new Map<string, SweepPoint>();
  for (const grid of grids) {
    const axes = parseGrid(grid);
    for (const width of axes.width ?? [base.width])
      for (const data of axes.data ?? [base.data])
        for (const steps of axes.steps ?? [base.steps]) points.set(pointName({ width, data, steps }), { width, data, steps });
  }
  return [...points.values()];
}

/** The name of a point's run and of its folder. */
export function pointName({ width, data, steps }: SweepPoint): string {
  return `width${width}-data${data}-steps${steps}`;
}

function parseGrid(grid: string): Partial<Record<(typeof AXES)[number], number[]>> {
  const axes: Partial<Record<(typeof AXES)[number], number[]>> = {};
  for (const part of grid.trim().split(/[\s;]+/)) {
    const [name, list, ...rest] = part.split('=');
    const axis = AXES.find((known) => known === name);
    if (axis === undefined || list === undefined || rest.length > 0)
      throw new UsageError(
        `"${part}" is no part of a sweep: write ${AXES.join(', ')} with values, as in --sweep "width=0.5,1 steps=100,200"`,
      );
    axes[axis] = list.split(',').map((text) => checked(axis, text));
  }
  return axes;
}

function checked(axis: (typeof AXES)[number], text: string): number {
  const value = Number(text);
  const good =
    text !== '' && (axis === 'steps' ? Number.isInteger(value) && value >= 1 : value > 0 && (axis === 'width' || value <= 1));
  if (good) return value;
  const wanted = { width: 'a number above 0', data: 'a share of more than 0, up to 1', steps: 'a whole number of at least 1' };
  throw new UsageError(`"${text}" is no value of ${axis} in a sweep: give ${wanted[axis]}`);
}
