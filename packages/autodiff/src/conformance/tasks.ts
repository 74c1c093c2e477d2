import { write } from '@incognita/onnx';
import { jvp } from '../jvp.js';
import { noise, sizeOf } from '../testing/random.js';
import type { Values } from '../testing/values.js';
import type { Form } from '../types.js';
import { vjp } from '../vjp.js';
import { Draw } from './draw.js';
import { generators } from './generators.js';
import type { Problem } from './problem.js';

/** A derivative graph to run on an engine and to compare with another engine's results. */
export interface Task {
  readonly operator: string;
  readonly mode: 'vjp' | 'jvp';
  readonly form: Form;
  readonly model: Uint8Array;
  readonly feeds: Readonly<Record<string, Values>>;
  readonly exceptions: Problem['exceptions'];
}

const isEmpty = ({ feeds }: Problem): boolean => Object.values(feeds).some(({ dims }) => sizeOf(dims) === 0);
const isRefused = ({ exceptions = {} }: Problem): boolean => Object.values(exceptions).some((e) => e.tolerance === undefined);

/** Axes, sizes and the like that come with the run: other engines look them up on the CPU. */
const runInputs = ({ feeds }: Problem): number =>
  Object.values(feeds).filter(({ data }) => !(data instanceof Float32Array)).length;

/** The first problems of an operator in which no tensor is empty, those first that every engine runs by itself. */
function problemsOf(operator: string, count: number): Problem[] {
  const drawn = Array.from({ length: 20 + 2 * count }, (_, i) => generators.get(operator)!(new Draw(i + 1)));
  const full = drawn.filter((problem) => !isEmpty(problem));
  return full.toSorted((a, b) => Number(isRefused(a)) - Number(isRefused(b)) || runInputs(a) - runInputs(b)).slice(0, count);
}

/**
 * The same derivatives of every operator for every engine, written for fixed sizes, so that no shape arithmetic is left.
 * `count` problems an operator; `forward` runs a problem's model, to know the shapes of its outputs.
 */
export async function* engineTasks(
  form: Form,
  count: number,
  forward: (problem: Problem) => Promise<Readonly<Record<string, Values>>>,
): AsyncGenerator<Task> {
  for (const operator of generators.keys())
    for (const problem of problemsOf(operator, count)) {
      const { model, feeds, of, wrt, exceptions } = problem;
      const shapes = Object.fromEntries(Object.entries(feeds).map(([name, { dims }]) => [name, dims]));
      const outputs = await forward(problem);
      const directions = (prefix: string, names: readonly string[], like: Readonly<Record<string, Values>>) =>
        Object.fromEntries(names.map((name, i) => [`${prefix}:${name}`, noise(like[name]!.dims, 300 + i)]));
      const given = { cotangent: directions('cotangent', of, outputs), tangent: directions('tangent', wrt, feeds) };
      const task = (mode: Task['mode'], gradient: ReturnType<typeof vjp>, more: Readonly<Record<string, Values>>): Task => {
        const needed = new Set(gradient.graph.inputs.map((input) => input.name));
        const all = Object.entries({ ...feeds, ...more }).filter(([name]) => needed.has(name));
        return { operator, mode, form, model: write(gradient), feeds: Object.fromEntries(all), exceptions };
      };
      yield task('vjp', vjp(model, { of, wrt, form, shapes }), given.cotangent);
      yield task('jvp', jvp(model, { of, wrt, form, shapes }), given.tangent);
    }
}
