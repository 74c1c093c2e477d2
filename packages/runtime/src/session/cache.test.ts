import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SessionCache } from './cache.js';

class Thing {
  readonly key: string;
  readonly log: string[];
  constructor(key: string, log: string[]) {
    this.key = key;
    this.log = log;
  }
  async dispose(): Promise<void> {
    this.log.push(this.key);
  }
}

function cacheWithLog(memoryBytes: number, count?: number) {
  const gone: string[] = [];
  const opened: string[] = [];
  const cache = new SessionCache<Thing>(count === undefined ? { memoryBytes } : { memoryBytes, count });
  const acquire = (key: string, sizeBytes: number) =>
    cache.acquire(key, async () => {
      opened.push(key);
      return { value: new Thing(key, gone), sizeBytes };
    });
  return { cache, gone, opened, acquire };
}

describe('the session cache', () => {
  it('disposes of the least recently used first, when the budget is exceeded', async () => {
    const { cache, gone, acquire } = cacheWithLog(100);
    for (const key of ['a', 'b', 'c']) {
      await acquire(key, 40);
      await cache.release(key);
    }
    expect(gone).toEqual(['a']);
    await acquire('b', 40);
    await cache.release('b');
    await acquire('d', 40);
    await cache.release('d');
    expect(gone).toEqual(['a', 'c']);
    expect(cache.keys()).toEqual(['b', 'd']);
  });

  it('opens a key once, however many ask at the same time', async () => {
    const { opened, acquire } = cacheWithLog(100);
    const [one, two] = await Promise.all([acquire('a', 1), acquire('a', 1), acquire('b', 1)]);
    expect(one).toBe(two);
    expect(opened).toEqual(['a', 'b']);
  });

  it('keeps what is in use beyond the budget and lets it go afterwards', async () => {
    const { cache, gone, acquire } = cacheWithLog(10);
    await acquire('a', 40);
    await acquire('b', 40);
    expect(gone).toEqual([]);
    await cache.release('b');
    expect(gone).toEqual(['b']);
    await cache.release('a');
    expect(gone).toEqual(['b', 'a']);
    expect(cache.sizeBytes).toBe(0);
  });

  it('forgets an opening that failed', async () => {
    const { cache, acquire } = cacheWithLog(10);
    await expect(cache.acquire('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect((await acquire('a', 1)).key).toBe('a');
  });

  it('stays within bytes and count whenever nothing is in use, whatever the order', async () => {
    const uses = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), size: fc.integer({ min: 1, max: 50 }) }));
    await fc.assert(
      fc.asyncProperty(uses, async (list) => {
        const { cache, acquire } = cacheWithLog(100, 3);
        for (const { key, size } of list) {
          await acquire(key, size);
          cache.grow(key, size + 5);
          await cache.release(key);
          expect(cache.sizeBytes).toBeLessThanOrEqual(100);
          expect(cache.keys().length).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
});
