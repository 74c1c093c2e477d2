import { describe, expect, it } from 'vitest';
import { HOME, MIN_ZOOM } from './geometry.js';
import { cameraForKey } from './mapKeys.js';

const view = { width: 1000, height: 1000, insets: { top: 0, right: 0, bottom: 0, left: 0 } };
const from = { x: 0.5, y: 0.5, zoom: 1 };

describe('keys on the map', () => {
  it('arrows show what lies in their direction', () => {
    expect(cameraForKey('ArrowRight', from, view, 5)!.x).toBeGreaterThan(from.x);
    expect(cameraForKey('ArrowUp', from, view, 5)!.y).toBeLessThan(from.y);
  });

  it('plus and minus zoom within bounds, zero goes home', () => {
    expect(cameraForKey('+', from, view, 5)!.zoom).toBe(1.5);
    expect(cameraForKey('+', { ...from, zoom: 5 }, view, 5)!.zoom).toBe(5);
    expect(cameraForKey('-', { ...from, zoom: MIN_ZOOM }, view, 5)!.zoom).toBe(MIN_ZOOM);
    expect(cameraForKey('0', from, view, 5)).toEqual(HOME);
  });

  it('other keys are left to others', () => {
    expect(cameraForKey('a', from, view, 5)).toBeNull();
  });
});
