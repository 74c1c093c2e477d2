import { describe, expect, it } from 'vitest';
import { frontier, type MeasuredRun, scalingLaws } from './scalingLaws.js';

const run = (width: number, data: number, steps: number, loss: number): MeasuredRun => {
  const parameters = 1000 * width;
  return {
    name: `${width} ${data} ${steps}`,
    width,
    data,
    steps,
    parameters,
    examples: 600 * data,
    flops: parameters * steps,
    loss,
  };
};

describe('the laws of a sweep', () => {
  it('compares runs that differ in one thing alone', () => {
    const runs = [
      ...[1, 2, 4, 8].map((width) => run(width, 1, 100, 5 * width ** -0.2)),
      ...[1, 2, 4].map((width) => run(width, 1, 50, 9 * width ** -0.1)),
      ...[0.25, 0.5].map((data) => run(8, data, 100, 5 * 8 ** -0.2 * data ** -0.4)),
    ];
    const laws = scalingLaws(runs, { seed: 1 });
    const law = (of: string) => laws.find((one) => one.of === of)!;
    expect(law('parameters').runs).toEqual(['1 1 100', '2 1 100', '4 1 100', '8 1 100']);
    expect(law('parameters').exponent).toBeCloseTo(0.2, 10);
    expect(law('parameters').floorRange).toBeNull();
    expect(law('examples').runs).toEqual(['8 0.25 100', '8 0.5 100', '8 1 100']);
    expect(law('examples').exponent).toBeCloseTo(0.4, 10);
    expect(law('examples').band[0]!.x).toBe(150);
    expect(law('examples').band.at(-1)!.x).toBeCloseTo(600, 8);
  });

  it('takes for operations the runs that none with fewer betters', () => {
    const runs = [run(1, 1, 1, 5), run(1, 1, 2, 6), run(2, 1, 1, 4), run(1, 1, 3, 4), run(4, 1, 1, 3)];
    expect(frontier(runs).map(({ loss }) => loss)).toEqual([5, 4, 3]);
  });

  it('says nothing where fewer than three sizes were measured', () => {
    expect(scalingLaws([run(1, 1, 1, 5), run(2, 1, 1, 4)], { seed: 1 })).toEqual([]);
    expect(scalingLaws([], { seed: 1 })).toEqual([]);
  });
});
