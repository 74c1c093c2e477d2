import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatUrl, parseUrl, type UrlState } from './urlState.js';

const cellNumber = fc.integer({ min: 0, max: 9999 });
const gridSize = fc.integer({ min: 1, max: 320 });
const state: fc.Arbitrary<UrlState> = fc.record({
  layer: fc.option(fc.string({ minLength: 1 })),
  camera: fc.option(
    fc.record({
      x: fc.integer({ min: 0, max: 10_000 }).map((v) => v / 10_000),
      y: fc.integer({ min: 0, max: 10_000 }).map((v) => v / 10_000),
      zoom: fc.integer({ min: 2, max: 40 }).map((v) => Math.log2(v)),
    }),
  ),
  grid: fc.oneof(fc.constant('auto' as const), gridSize),
  view: fc.constantFrom('icons', 'photographs'),
  filter: fc.option(fc.record({ kind: fc.constantFrom('class', 'label'), name: fc.string({ minLength: 1 }) })),
  sign: fc.constant('positive'),
  selected: fc.option(fc.record({ grid: gridSize, cell: cellNumber })),
  path: fc.option(fc.record({ grid: gridSize, from: cellNumber, to: cellNumber })),
  labels: fc.boolean(),
  density: fc.constantFrom(0.125, 0.5, 1, 2, 8),
});

describe('links', () => {
  it('say every state, and nothing is lost on the way back', () => {
    fc.assert(
      fc.property(state, (s) => {
        const back = parseUrl(formatUrl(s));
        expect({ ...back, camera: null }).toEqual({ ...s, camera: null });
        if (s.camera) {
          expect(back.camera!.x).toBeCloseTo(s.camera.x, 4);
          expect(back.camera!.zoom).toBeCloseTo(s.camera.zoom, 4);
        } else expect(back.camera).toBeNull();
      }),
    );
  });

  it('are short where all is as usual', () => {
    expect(formatUrl(parseUrl(''))).toBe('');
    expect(formatUrl({ ...parseUrl(''), layer: 'fire8', selected: { grid: 20, cell: 7 } })).toBe('?layer=fire8&cell=20:7');
  });

  it('carry the sign of a class filter', () => {
    const search = formatUrl({ ...parseUrl(''), filter: { kind: 'class', name: 'zebra' }, sign: 'negative' });
    expect(search).toBe('?class=zebra&sign=negative');
    expect(parseUrl(search).sign).toBe('negative');
  });

  it('that make no sense are read as the default', () => {
    expect(parseUrl('?x=a&y=1&zoom=-3&grid=2.5&cell=x&path=1-2&density=0')).toEqual(parseUrl(''));
  });
});
