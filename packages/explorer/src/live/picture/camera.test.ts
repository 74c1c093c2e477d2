import { expect, it } from 'vitest';
import { whyNot } from './camera.js';

it.each([
  ['NotAllowedError', /refused\. Allow it/],
  ['NotFoundError', /no camera here/],
  ['NotReadableError', /another program/],
  ['AbortError', /cannot be used: it broke/],
])('a camera that fails with %s says why, and what to do instead', (name, words) => {
  expect(whyNot({ name, message: 'it broke' })).toMatch(words);
  expect(whyNot({ name, message: 'it broke' })).toMatch(/show a picture instead/i);
});
