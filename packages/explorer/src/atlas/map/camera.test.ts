import { describe, expect, it } from 'vitest';
import { between, createCamera } from './camera.js';
import { project, type Viewport } from './geometry.js';

const from = { x: 0.2, y: 0.7, zoom: 0 };
const to = { x: 0.6, y: 0.3, zoom: 3 };

describe('a flight of the camera', () => {
  it('starts and ends where it should', () => {
    expect(between(from, to, 0)).toEqual(from);
    const end = between(from, to, 1);
    expect(end.x).toBeCloseTo(to.x, 12);
    expect(end.zoom).toBe(3);
  });

  it('brings the destination to the centre evenly over the screen', () => {
    const viewport: Viewport = { width: 500, height: 500, insets: { top: 0, right: 0, bottom: 0, left: 0 } };
    const xs = [0, 0.25, 0.5, 0.75, 1].map((t) => project(between(from, to, t), viewport, to.x, to.y)[0]);
    const steps = xs.slice(1).map((x, i) => x - xs[i]!);
    for (const step of steps) expect(step).toBeCloseTo(steps[0]!, 6);
  });

  it('tells watchers about a move and ends at its target', () => {
    const camera = createCamera(from);
    let told = 0;
    camera.subscribe(() => {
      told++;
    });
    camera.move(to);
    expect([told, camera.get(), camera.target()]).toEqual([1, to, to]);
  });
});
