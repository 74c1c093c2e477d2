import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Camera,
  clampCamera,
  fitPx,
  HOME,
  panBy,
  project,
  unproject,
  type Viewport,
  visiblePart,
  zoomAt,
} from './geometry.js';

const viewport: Viewport = { width: 1200, height: 800, insets: { top: 60, right: 0, bottom: 40, left: 240 } };
const camera = fc.record({
  x: fc.double({ min: 0, max: 1, noNaN: true }),
  y: fc.double({ min: 0, max: 1, noNaN: true }),
  zoom: fc.double({ min: -0.5, max: 6, noNaN: true }),
}) satisfies fc.Arbitrary<Camera>;
const pixel = fc.tuple(fc.integer({ min: 0, max: 1200 }), fc.integer({ min: 0, max: 800 }));

describe('the map’s geometry', () => {
  it('unproject undoes project', () => {
    fc.assert(
      fc.property(camera, pixel, (c, [px, py]) => {
        const [x, y] = unproject(c, viewport, px, py);
        const [qx, qy] = project(c, viewport, x, y);
        expect(qx).toBeCloseTo(px, 6);
        expect(qy).toBeCloseTo(py, 6);
      }),
    );
  });

  it('zooming keeps the place under the pointer where it is', () => {
    fc.assert(
      fc.property(camera, pixel, fc.double({ min: -3, max: 3, noNaN: true }), (c, at, steps) => {
        const before = unproject(c, viewport, ...at);
        const after = unproject(zoomAt(c, viewport, at, steps, 6), viewport, ...at);
        expect(after[0]).toBeCloseTo(before[0], 9);
        expect(after[1]).toBeCloseTo(before[1], 9);
      }),
    );
  });

  it('dragging moves the place under the pointer with it', () => {
    fc.assert(
      fc.property(camera, pixel, pixel, (c, from, to) => {
        const place = unproject(c, viewport, ...from);
        const [px, py] = project(panBy(c, viewport, to[0] - from[0], to[1] - from[1]), viewport, ...place);
        expect(px).toBeCloseTo(to[0], 6);
        expect(py).toBeCloseTo(to[1], 6);
      }),
    );
  });

  it('fits the whole map between the insets at home', () => {
    const part = visiblePart(HOME, viewport);
    expect(part.left).toBeLessThan(0);
    expect(part.top).toBeLessThanOrEqual(0);
    expect(part.right).toBeGreaterThan(1);
    expect(part.bottom).toBeGreaterThanOrEqual(1);
    expect(fitPx(viewport)).toBeLessThan(700);
  });

  it('keeps the camera over the map', () => {
    expect(clampCamera({ x: 3, y: -1, zoom: 99 }, 5)).toEqual({ x: 1, y: 0, zoom: 5 });
  });
});
