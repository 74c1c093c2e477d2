import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFor } from '../random.js';
import { clusteredPoints } from '../testing.js';
import { assignCells } from './assign.js';
import { chooseExemplars } from './exemplars.js';
import { summarizeCells } from './summarize.js';

const coordinate = fc.oneof(fc.constantFrom(0, 0.25, 0.5, 1, Number.NaN), fc.float({ min: 0, max: 1, noNaN: true }));

describe('assignCells', () => {
  it('puts every point on the map into exactly one cell at every resolution, as the naive loop does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (points, size) => {
          const { cell, start, member } = assignCells(Float32Array.from(points.flat()), { size, minMembers: 1 });
          const found = new Map<number, number>();
          for (let r = 0; r < cell.length; r++) for (let m = start[r]!; m < start[r + 1]!; m++) found.set(member[m]!, cell[r]!);
          expect(found.size).toBe(member.length);
          for (const [i, [x, y]] of points.entries()) {
            const inside: number[] = [];
            for (let gy = 0; gy < size; gy++) {
              for (let gx = 0; gx < size; gx++) {
                const fits = (v: number, g: number) =>
                  Math.fround(v) * size >= g && (Math.fround(v) * size < g + 1 || g === size - 1);
                if (fits(x, gx) && fits(y, gy)) inside.push(gy * size + gx);
              }
            }
            expect(inside.length).toBe(Number.isNaN(x) || Number.isNaN(y) ? 0 : 1);
            expect(found.get(i)).toBe(inside[0]);
          }
        },
      ),
      { seed: 3 },
    );
  });

  it('drops cells with too few members', () => {
    const { cell } = assignCells(Float32Array.of(0.1, 0.1, 0.2, 0.2, 0.9, 0.9), { size: 2, minMembers: 2 });
    expect(Array.from(cell)).toEqual([0]);
  });
});

describe('summarizeCells', () => {
  const channels = 5;
  const activations = clusteredPoints(80, channels, 3, 2);
  const random = randomFor(4);
  const places = Float32Array.from({ length: 160 }, () => random.uniform());
  const cells = assignCells(places, { size: 3, minMembers: 3 });
  const labelOf = (point: number) => (point % 7 === 0 ? null : `label ${point % 3}`);
  const summary = summarizeCells({ cells, activations, channels, labelOf });
  const row = (i: number) => Array.from(activations.subarray(i * channels, (i + 1) * channels));
  const norm = (v: number[]) => Math.hypot(...v);

  it('gives the mean, the resultant length and the share of variance of the naive formulas', () => {
    const everything = Array.from({ length: 80 }, (_, i) => row(i));
    const meanOf = (rows: number[][]) => rows[0]!.map((_, c) => rows.reduce((sum, r) => sum + r[c]!, 0) / rows.length);
    const spread = (rows: number[][]) => {
      const mean = meanOf(rows);
      return rows.reduce((sum, r) => sum + norm(r.map((x, c) => x - mean[c]!)) ** 2, 0) / rows.length;
    };
    for (let r = 0; r < cells.cell.length; r++) {
      const rows = Array.from(cells.member.subarray(cells.start[r]!, cells.start[r + 1]!), row);
      const mean = meanOf(rows);
      for (let c = 0; c < channels; c++) expect(summary.direction[r * channels + c]).toBeCloseTo(mean[c]!, 5);
      expect(summary.coherence[r]).toBeCloseTo(norm(meanOf(rows.map((v) => v.map((x) => x / norm(v))))), 8);
      expect(summary.variance[r]).toBeCloseTo(spread(rows) / spread(everything), 6);
    }
  });

  it('counts the most common label among all members and ranks members by cosine', () => {
    for (let r = 0; r < cells.cell.length; r++) {
      const from = cells.start[r]!;
      const to = cells.start[r + 1]!;
      const labels = Array.from(cells.member.subarray(from, to), labelOf).filter((l) => l !== null);
      const counts = labels.map((l) => labels.filter((other) => other === l).length);
      expect(summary.purity[r]).toBeCloseTo(Math.max(...counts) / (to - from), 12);
      expect(labels.filter((l) => l === summary.label[r]).length).toBe(Math.max(...counts));
      for (let m = from + 1; m < to; m++) expect(summary.cosine[m]).toBeLessThanOrEqual(summary.cosine[m - 1]!);
      expect(new Set(summary.ranked.subarray(from, to))).toEqual(new Set(cells.member.subarray(from, to)));
    }
  });

  it('has no label and no purity without labels', () => {
    const bare = summarizeCells({ cells, activations, channels, labelOf: () => null });
    expect(bare.label[0]).toBeNull();
    expect(bare.purity[0]).toBeNull();
  });
});

describe('chooseExemplars', () => {
  it('takes the best, at most two of a picture while others are there', () => {
    const picture = [0, 0, 0, 1, 1, 1, 2];
    const chosen = chooseExemplars(Int32Array.from(picture.keys()), (point) => picture[point]!, 5);
    expect(chosen).toEqual([0, 1, 3, 4, 6]);
  });

  it('fills up with further members of the same picture rather than showing fewer', () => {
    expect(chooseExemplars(Int32Array.of(5, 6, 7, 8), () => 1, 3)).toEqual([0, 1, 2]);
  });
});
