import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256, sha256File } from './sha256.js';

test('bytes, strings and files have the hash that FIPS 180-2 gives for "abc"', async () => {
  const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(sha256('abc')).toBe(expected);
  expect(sha256(Buffer.from('abc'))).toBe(expected);
  const dir = await mkdtemp(join(tmpdir(), 'incognita-'));
  await writeFile(join(dir, 'abc'), 'abc');
  expect(await sha256File(join(dir, 'abc'))).toEqual({ sha256: expected, bytes: 3 });
  await rm(dir, { recursive: true });
});
