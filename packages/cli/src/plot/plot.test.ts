import { describe, expect, it } from 'vitest';
import { logPanel } from './logPanel.js';
import { logScale, shortNumber } from './logScale.js';
import { svg } from './svg.js';

describe('a logarithmic axis', () => {
  it('puts equal ratios at equal distances, all values inside, the smallest first', () => {
    const { at } = logScale([1, 10, 1000], 0, 100);
    expect(at(100) - at(10)).toBeCloseTo(at(10) - at(1), 10);
    expect(at(1)).toBeGreaterThan(0);
    expect(at(1000)).toBeLessThan(100);
    expect(logScale([3], 0, 100).at(3)).toBeCloseTo(50, 10);
  });

  it('writes few values, and only such as are on it', () => {
    expect(logScale([2, 3e5], 0, 1).ticks).toEqual([10, 100, 1000, 10_000, 100_000]);
    expect(logScale([1.2, 30], 0, 1).ticks).toEqual([2, 5, 10, 20]);
    expect(logScale([4.2, 5.1], 0, 1).ticks).toEqual([4.5, 5]);
    expect(logScale([1e2, 1e26], 0, 1).ticks.length).toBeLessThan(10);
  });

  it('says sizes briefly', () => {
    expect([0.5, 20, 1500, 2.5e6, 1e12, 3.14e23].map(shortNumber)).toEqual(['0.5', '20', '1.5k', '2.5M', '10¹²', '3.14·10²³']);
  });
});

it('a picture draws lines and areas through the places of its values, and escapes what it says', () => {
  const panel = logPanel({
    ...{ title: 'a < b', xLabel: 'x', yLabel: 'y', x: [1, 100], y: [1, 100], left: 0, top: 0, width: 100, height: 100 },
  });
  expect(panel.line([[10, 10]], 'law')).toBe('<polyline class="law" points="50,50"/>');
  expect(panel.area([{ x: 10, low: 10, high: 10 }], 'band')).toBe('<polygon class="band" points="50,50 50,50"/>');
  const picture = svg({ width: 10, height: 10, title: '"q" & a' }, panel.frame);
  expect(picture).toContain('a &lt; b');
  expect(picture).toContain('aria-label="&quot;q&quot; &amp; a"');
});
