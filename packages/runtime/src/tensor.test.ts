import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buffersOf, compact, concatenateRows, float32, sliceRows, tensor } from './tensor.js';

describe('a tensor', () => {
  it('is refused when dims and data disagree, with both in the message', () => {
    expect(() => float32([2, 3], [1, 2, 3])).toThrow('dims [2, 3], which is 6 elements, but its data holds 3');
    expect(() => tensor('int64', [1], Float32Array.of(1))).toThrow('must be a BigInt64Array; given is Float32Array');
    expect(() => float32([-1], [])).toThrow('-1 is no length');
  });

  it('cut into rows and joined again is itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }), fc.nat(9), (rows, columns, at) => {
        const whole = float32(
          [rows, columns],
          Array.from({ length: rows * columns }, (_, i) => i),
        );
        const middle = Math.min(at, rows);
        expect(concatenateRows([sliceRows(whole, 0, middle), sliceRows(whole, middle, rows)])).toEqual(whole);
      }),
    );
  });

  it('of other columns cannot be joined', () => {
    expect(() => concatenateRows([float32([1, 2], [1, 2]), float32([1, 1], [1])])).toThrow('cannot concatenate float32[1, 1]');
  });

  it('that is a view is copied before it is sent, a whole one is not', () => {
    const whole = float32([4], [1, 2, 3, 4]);
    const view = sliceRows(whole, 1, 2);
    const sent = compact({ whole, view });
    expect(sent.whole).toBe(whole);
    expect(sent.view?.data.buffer.byteLength).toBe(4);
    expect(buffersOf({ whole, view })).toEqual([whole.data.buffer]);
  });
});
