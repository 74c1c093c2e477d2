import { describe, expect, it } from 'vitest';
import { mapLimited } from './mapLimited.js';

const pause = () => new Promise((resolve) => setTimeout(resolve, 1));

describe('mapLimited', () => {
  it('keeps the order and never has more in flight than allowed', async () => {
    let flying = 0;
    let most = 0;
    const doubled = await mapLimited([1, 2, 3, 4, 5], 2, async (n) => {
      most = Math.max(most, ++flying);
      await pause();
      flying--;
      return 2 * n;
    });
    expect(doubled).toEqual([2, 4, 6, 8, 10]);
    expect(most).toBe(2);
  });

  it('starts nothing more after a failure and throws it when the rest has ended', async () => {
    const started: number[] = [];
    let ended = 0;
    const run = mapLimited([0, 1, 2, 3], 2, async (n) => {
      started.push(n);
      await pause();
      if (n === 0) throw new Error('no');
      await pause();
      ended++;
    });
    await expect(run).rejects.toThrow('no');
    expect(started).toEqual([0, 1]);
    expect(ended).toBe(1);
  });
});
