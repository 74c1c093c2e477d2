import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeLayout } from './normalize.js';

describe('normalizeLayout', () => {
  it('puts every point on the unit square or counts it as outside', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), { minLength: 4 }),
        (values) => {
          const layout = Float32Array.from(values.slice(0, values.length - (values.length % 2)));
          const { places, outside } = normalizeLayout(layout);
          let gone = 0;
          for (let i = 0; i < places.length; i += 2) {
            const x = places[i]!;
            const y = places[i + 1]!;
            if (Number.isNaN(x) && Number.isNaN(y)) gone++;
            else expect(x >= 0 && x <= 1 && y >= 0 && y <= 1).toBe(true);
          }
          expect(gone).toBe(outside);
        },
      ),
      { seed: 1 },
    );
  });

  it('leaves far outliers off the map instead of piling them on the border', () => {
    const layout = new Float32Array(2 * 1000);
    for (let i = 0; i < 1000; i++) layout.set([i % 100, Math.floor(i / 100)], 2 * i);
    layout.set([1e5, 3], 0);
    const ours = normalizeLayout(layout);
    expect(ours.outside).toBe(1);
    expect(ours.places[0]).toBeNaN();
    expect(normalizeLayout(layout, { legacy: true }).places[0]).toBe(1);
  });

  it("reproduces Lucid's margins when asked: 0.1 of the range below, 0.11 above", () => {
    const layout = new Float32Array(2 * 101);
    for (let i = 0; i <= 100; i++) layout.set([i, 100 - i], 2 * i);
    const { places, outside } = normalizeLayout(layout, { legacy: true });
    // Percentiles 1 and 99; 1 − 9.8 = −8.8; 99 + 0.1·107.8 = 109.78.
    const lucid = (x: number) => (Math.min(109.78, Math.max(-8.8, x)) + 8.8) / (109.78 + 8.8);
    for (let i = 0; i <= 100; i++) expect(places[2 * i]).toBeCloseTo(lucid(i), 5);
    expect(outside).toBe(0);
  });
});
