import {
  CannotDecomposeError,
  decompose,
  infer,
  type Model,
  OnnxFormatError,
  read,
  UnknownTensorError,
  upgradeOpset,
  write,
} from '@incognita/onnx';
import { Draw } from '../../conformance/draw.js';
import { generators } from '../../conformance/generators.js';
import { MissingRuleError, NoPathError } from '../../errors.js';
import { jvp } from '../../jvp.js';
import { vjp } from '../../vjp.js';
import { mutateModel } from './mutateModel.js';

/** Something that a broken model must not bring about. */
export interface Finding {
  readonly seed: number;
  readonly stage: string;
  readonly error: string;
}

/** Milliseconds of processor time, so that a busy machine finds nothing. */
const HANG_MS = 2000;
const PER_OPERATOR = 2;

/** The refusals that the packages document; a plain Error is one of theirs if they threw it. */
const documented = [OnnxFormatError, UnknownTensorError, CannotDecomposeError, MissingRuleError, NoPathError];

function isDocumented(error: unknown): boolean {
  if (documented.some((kind) => error instanceof kind)) return true;
  return error instanceof Error && error.constructor === Error && !/internal|undefined|NaN/.test(error.message);
}

/** Small models of every operator; mutations of them and of `files` are what a fuzz case is. */
export function fuzzCorpus(files: readonly Uint8Array[] = []): Uint8Array[] {
  const problems = [...generators.values()].flatMap((generate) =>
    Array.from({ length: PER_OPERATOR }, (_, i) => write(generate(new Draw(i + 1)).model)),
  );
  return [...problems, ...files];
}

function mutateBytes(bytes: Uint8Array, draw: Draw): Uint8Array {
  const mutated = bytes.slice(0, draw.chance(0.1) ? draw.integer(0, bytes.length) : bytes.length);
  if (mutated.length === 0) return mutated;
  for (let count = draw.integer(1, 6); count > 0; count--) {
    const at = draw.integer(0, Math.min(mutated.length, draw.chance(0.3) ? 200 : mutated.length) - 1);
    mutated[at] = draw.chance(0.3) ? mutated[at]! ^ (1 << draw.integer(0, 7)) : draw.integer(0, 255);
  }
  return mutated;
}

/** Draws a broken model and does everything with it that a program would; null where it is refused properly or works. */
export function fuzzCase(corpus: readonly Uint8Array[], seed: number): Finding | null {
  const draw = new Draw(seed);
  const original = draw.pick(corpus);
  const byBytes = draw.chance(0.4);
  let finding: Finding | null = null;
  const stage = <T>(name: string, work: () => T): T | null => {
    const start = process.cpuUsage();
    try {
      return work();
    } catch (error) {
      if (!isDocumented(error)) finding ??= { seed, stage: name, error: String((error as Error).stack ?? error) };
      return null;
    } finally {
      const took = process.cpuUsage(start).user / 1000;
      if (took > HANG_MS) finding ??= { seed, stage: name, error: `took ${Math.round(took)} ms` };
    }
  };
  const bytes = byBytes ? mutateBytes(original, draw) : stage('write', () => write(mutateModel(read(original), draw)));
  const model = bytes && stage('read', () => read(bytes));
  if (!model) return finding;
  stage('write again', () => write(model));
  stage('infer', () => infer(model));
  stage('decompose', () => decompose(model));
  stage('upgradeOpset', () => upgradeOpset(model, 18));
  const [of, wrt] = ends(model, draw);
  const form = draw.pick(['cpu', 'portable'] as const);
  const back = stage('vjp', () => vjp(model, { of, wrt, form }));
  if (back) stage('write the gradient', () => write(back));
  const forth = stage('jvp', () => jvp(model, { of, wrt, form }));
  if (forth) stage('write the tangent', () => write(forth));
  return finding;
}

/** Tensors to differentiate: the outputs by the inputs, or any by any. */
function ends({ graph }: Model, draw: Draw): [string[], string[]] {
  const made = graph.nodes.flatMap((node) => node.outputs).filter((name) => name !== '');
  const given = [...graph.inputs.map(({ name }) => name), ...graph.initializers.keys()];
  const outputs = graph.outputs.map(({ name }) => name);
  const of = outputs.length > 0 && draw.chance(0.7) ? outputs : [draw.pick([...made, ...given, 'y'])];
  const wrt = given.length > 0 && draw.chance(0.8) ? [draw.pick(given)] : [draw.pick([...made, ...given, 'x0'])];
  return [of, wrt];
}
