import { describe, expect, it } from 'vitest';
import { parseManifest } from './manifest.js';

describe('a manifest', () => {
  it('of a newer version is told from a broken one', () => {
    expect(parseManifest('{"format":"incognita-workspace","version":99}')).toEqual({ kind: 'newer', version: 99 });
  });

  it('that is not JSON says so', () => {
    expect(parseManifest('<!doctype html>')).toMatchObject({ kind: 'invalid', detail: expect.stringContaining('not JSON') });
  });

  it('that lacks something names it', () => {
    expect(parseManifest('{"format":"incognita-workspace","version":1}')).toMatchObject({
      kind: 'invalid',
      detail: expect.stringContaining('generator'),
    });
  });
});
