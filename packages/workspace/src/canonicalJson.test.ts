import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonicalJson.js';

test('the text does not depend on the order of keys', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'ü' }], a: true })).toBe('{"a":true,"b":[1,{"c":"ü","d":null}]}');
  expect(canonicalJson({ a: 1, B: 2, é: 3, '10': 4, '9': 5 })).toBe('{"10":4,"9":5,"B":2,"a":1,"é":3}');
});

test('any JSON value survives the text, and shuffled keys give the same text', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('absent members are left out, as JSON.stringify does', () => {
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
});

test('what JSON would change silently is refused, and the place is named', () => {
  expect(() => canonicalJson({ a: [1, { b: Number.NaN }] })).toThrow('$.a[1].b is NaN');
  expect(() => canonicalJson({ a: new Float32Array(2) })).toThrow('$.a is a Float32Array');
  expect(() => canonicalJson([undefined])).toThrow('$[0] is an undefined');
  expect(() => canonicalJson({ f: 10n })).toThrow('$.f is a bigint');
});
