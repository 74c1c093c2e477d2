import { decompositions } from '@incognita/onnx';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rules } from '../registry.js';
import { checkProblem } from '../testing/check.js';
import { Draw } from './draw.js';
import { generators } from './generators.js';

/** Problems an operator; CONFORMANCE_RUNS=200 for a long run, CONFORMANCE_SEED for another one. */
const numRuns = Number(process.env.CONFORMANCE_RUNS ?? 5);
const seed = Number(process.env.CONFORMANCE_SEED ?? 3);

describe('the derivative agrees with finite differences, forwards with backwards, of', () => {
  for (const [name, generate] of generators)
    it.concurrent(name, { timeout: 60_000 + numRuns * 2_000 }, () =>
      fc.assert(
        fc.asyncProperty(fc.nat(), (drawn) => checkProblem(generate(new Draw(drawn)), drawn)),
        { numRuns, seed, endOnFailure: true },
      ),
    );
});

describe('the conformance suite', () => {
  it('has a generator for every operator with a rule', () => {
    expect([...rules.keys()].filter((name) => !generators.has(name))).toEqual([]);
  });

  it('has a generator for every composite operator', () => {
    const names = [...decompositions.keys()].map((key) => key.replace(/^::/, ''));
    expect(names.filter((name) => !generators.has(name))).toEqual([]);
  });

  it('draws the same problem from the same seed', () => {
    const [first, second] = [generators.get('Conv')!(new Draw(5)), generators.get('Conv')!(new Draw(5))];
    expect(first).toEqual(second);
  });
});
