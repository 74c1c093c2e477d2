import { expect, it } from 'vitest';
import { parseUnits } from './parseUnit.js';

const unit = (layer: string, channels: (number | string)[] | null, at: string | null = null) => ({ layer, channels, at });

it('reads layers, channels, ranges, places and classes', () => {
  expect(parseUnits('fire4')).toEqual({ first: unit('fire4', null), others: [] });
  expect(parseUnits('fire4:17').first).toEqual(unit('fire4', [17]));
  expect(parseUnits('layers.0.blocks-1:2-4,9@center').first).toEqual(unit('layers.0.blocks-1', [2, 3, 4, 9], 'center'));
  expect(parseUnits('blocks.0:5@3,4').first).toEqual(unit('blocks.0', [5], '3,4'));
  expect(parseUnits('class:sports car').first).toEqual(unit('class', ['sports car']));
  expect(parseUnits('class:1,7').first).toEqual(unit('class', [1, 7]));
});

it('reads units that are joined', () => {
  expect(parseUnits('fire4:17+fire4:3')).toEqual({
    first: unit('fire4', [17]),
    others: [{ operator: '+', unit: unit('fire4', [3]) }],
  });
  expect(parseUnits('fire4:17 - fire6:2').others).toEqual([{ operator: '-', unit: unit('fire6', [2]) }]);
  expect(parseUnits('fire4:17-fire6:2').others).toEqual([{ operator: '-', unit: unit('fire6', [2]) }]);
  expect(parseUnits('a:1*b:2+c:3').others.map(({ operator }) => operator)).toEqual(['*', '+']);
});

it('refuses what names no unit', () => {
  for (const text of ['', ':3', 'fire4:x', 'fire4:7-3', 'fire4:1+'])
    expect(() => parseUnits(text), text).toThrow(/names no unit/);
  expect(() => parseUnits('fire4:1,2+fire4:3')).toThrow(/each needs one channel/);
});
