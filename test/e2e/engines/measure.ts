import { read } from '@incognita/onnx';
import { dtypeOf } from '../../../packages/autodiff/src/conformance/problem.ts';
import { engineTasks, type Task } from '../../../packages/autodiff/src/conformance/tasks.ts';
import { run, type Values } from '../../../packages/autodiff/src/testing/run.ts';
import type { Form } from '../../../packages/autodiff/src/types.ts';
import type { Engine, Plain } from './engine.ts';

/** A task and what Node's CPU kernels say. */
export interface Measured extends Task {
  readonly plain: Readonly<Record<string, Plain>>;
  readonly expected: Readonly<Record<string, Values>>;
}

/** How an engine runs an operator's derivatives: all nodes itself, some on the CPU, or not at all. */
export type Verdict = 'yes' | 'partly' | 'no';

const TOLERANCE = 1e-4;

/** Every derivative of the suite with the results of Node's CPU kernels. */
export async function measureOnNode(form: Form, count: number): Promise<Measured[]> {
  const measured: Measured[] = [];
  for await (const task of engineTasks(form, count, ({ model, feeds }) => run(model, feeds))) {
    const expected = await run(read(task.model), task.feeds);
    const plain = Object.entries(task.feeds).map(([name, values]) => [
      name,
      { type: dtypeOf(values), data: Array.from(values.data as Float32Array, Number), dims: values.dims },
    ]);
    measured.push({ ...task, plain: Object.fromEntries(plain), expected });
  }
  return measured;
}

/** Runs every task on an engine; tells how each operator ran, and which results differ. */
export async function compare(
  engine: Engine,
  kind: 'wasm' | 'webgpu',
  tasks: readonly Measured[],
): Promise<{ verdicts: Record<string, Verdict>; wrong: string[] }> {
  const verdicts: Record<string, Verdict> = {};
  const wrong: string[] = [];
  for (const task of tasks) {
    const exception = task.exceptions?.[kind];
    verdicts[task.operator] ??= 'no';
    if (exception && exception.tolerance === undefined) continue;
    const { outputs, whole, error } = await engine.run(task.model, task.plain);
    const label = `${task.operator} ${task.mode} (${task.form})`;
    if (!outputs) {
      wrong.push(`${label}: ${error}`);
      continue;
    }
    verdicts[task.operator] = whole && verdicts[task.operator] !== 'partly' ? 'yes' : 'partly';
    for (const [name, { data, dims }] of Object.entries(task.expected)) {
      const got = outputs[name]!;
      const off = relative(got.data, data as Float32Array);
      if (String(got.dims) !== String(dims)) wrong.push(`${label}: ${name} has shape [${got.dims}], not [${dims}]`);
      else if (!(off < (exception?.tolerance ?? TOLERANCE))) wrong.push(`${label}: ${name} is off by ${off}`);
    }
  }
  return { verdicts, wrong };
}

function relative(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (got[i]! - expected[i]!) ** 2;
    norm += expected[i]! ** 2;
  }
  return Math.sqrt(difference) / Math.max(Math.sqrt(norm), 1e-3);
}
