import type { Model } from '@incognita/onnx';
import { expect } from 'vitest';
import { type Case, caseProblem, type Problem } from '../conformance/problem.js';
import { jvp } from '../jvp.js';
import type { Form } from '../types.js';
import { vjp } from '../vjp.js';
import { differences } from './differences.js';
import { inner, noise } from './random.js';
import { run, type Values } from './run.js';

export type { Case };

/** Bounds of the relative error of a float32 derivative against differences in double precision and in float32. */
const tolerances = { double: 2e-5, single: 2e-3 };

/** The model of a case and its inputs. */
export function caseModel(given: Case, seed = 1): { model: Model; feeds: Problem['feeds']; of: string; wrt: readonly string[] } {
  const { model, feeds, of, wrt } = caseProblem(given, seed);
  return { model, feeds, of: of[0]!, wrt };
}

/** {@link checkProblem} of one operator. */
export function checkCase(given: Case, seed = 1): Promise<void> {
  return checkProblem(caseProblem(given, seed), seed);
}

/**
 * Holds a rule against finite differences (forward mode) and forward against reverse mode, ⟨v, Ju⟩ = ⟨Jᵀv, u⟩, in both
 * forms of the graph. Errors are relative to what was added up, Σ |gᵢ uᵢ|, so that a sum that cancels is no failure.
 */
export async function checkProblem(problem: Problem, seed = 1): Promise<void> {
  const { model, feeds, of, wrt } = problem;
  const tangents = Object.fromEntries(wrt.map((name, i) => [name, noise(feeds[name]!.dims, seed + 100 + i)]));
  const expected = problem.kinked
    ? null
    : await differences(problem.reference ?? model, feeds, tangents, of, problem.step ?? 1e-2);
  for (const form of ['cpu', 'portable'] as const) {
    const forward = await run(jvp(model, { of, wrt, form }), { ...feeds, ...prefixed('tangent:', tangents) });
    const scale = await checkDuality(problem, tangents, forward, form, seed);
    if (!expected) continue;
    const bound = problem.tolerance ?? (expected.double ? tolerances.double : tolerances.single);
    const floor = Math.max(scale, expected.double ? 1e-6 : 1e-2);
    for (const name of of) {
      const error = distance(forward[`tangent:${name}`]!.data as Float32Array, expected.values[name]!);
      const norm = Math.max(Math.sqrt(inner(expected.values[name]!, expected.values[name]!)), floor);
      expect(error / norm, `${form} JVP of ${name} against differences`).toBeLessThan(bound);
    }
  }
}

/** Returns Σ |gᵢ uᵢ| / ‖v‖. */
async function checkDuality(
  { model, feeds, of, wrt }: Problem,
  tangents: Readonly<Record<string, Values>>,
  forward: Readonly<Record<string, Values>>,
  form: Form,
  seed: number,
): Promise<number> {
  const cotangents = Object.fromEntries(of.map((name, i) => [name, noise(forward[`tangent:${name}`]!.dims, seed + 200 + i)]));
  const back = await run(vjp(model, { of, wrt, form }), { ...feeds, ...prefixed('cotangent:', cotangents) });
  let right = 0;
  let scale = 1e-6;
  let added = 0;
  for (const name of wrt) {
    const gradient = back[`grad:${name}`]!;
    const tangent = tangents[name]!.data;
    expect([...gradient.dims], `shape of grad:${name}`).toEqual([...feeds[name]!.dims]);
    right += inner(gradient.data, tangent);
    scale += Math.sqrt(inner(gradient.data, gradient.data) * inner(tangent, tangent));
    for (let i = 0; i < tangent.length; i++) added += Math.abs(Number(gradient.data[i]) * Number(tangent[i]));
  }
  const left = of.reduce((sum, name) => sum + inner(cotangents[name]!.data, forward[`tangent:${name}`]!.data), 0);
  expect(Math.abs(left - right) / scale, `${form} duality: ${left} and ${right}`).toBeLessThan(1e-5);
  const size = Math.sqrt(of.reduce((sum, name) => sum + inner(cotangents[name]!.data, cotangents[name]!.data), 0));
  return size === 0 ? 0 : added / size;
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length, 'number of elements').toBe(b.length);
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}

function prefixed(prefix: string, values: Readonly<Record<string, Values>>): Record<string, Values> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}
