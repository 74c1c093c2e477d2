import { type SessionSource, type TaskContext, type Tensor, tensor } from '@incognita/runtime';
import type { DropoutMask, NormalNoise } from '../network/parameter.js';
import { type OptimizerOptions, type UpdateStep, updateParameters } from '../optimizer/optimizer.js';
import type { BatchSource, MakeBatch } from './batchSource.js';
import type { Slot } from './problem.js';
import { randomInputs } from './randomInputs.js';
import type { SharedState } from './shared.js';

/** Arguments of {@link gradientOfShard}. */
export interface ShardArgs {
  /** Identifies the run, for what a worker keeps between steps. */
  readonly run: string;
  readonly session: SessionSource;
  readonly batches: BatchSource;
  readonly slots: readonly Slot[];
  readonly masks: readonly DropoutMask[];
  readonly noise: readonly NormalNoise[];
  /** Scalars and statistics to give back. */
  readonly keep: readonly string[];
  readonly state: SharedState;
  readonly seed: number;
  readonly step: number;
  readonly shard: number;
  readonly examples: number;
}

/** What a shard of a batch gave. */
export interface ShardResult {
  readonly kept: Readonly<Record<string, Float32Array>>;
  readonly dataMs: number;
  readonly runMs: number;
}

/** What a worker keeps of a run: its batches, and tensors of its own, as ONNX Runtime does not read shared memory. */
interface Kept {
  readonly run: string;
  readonly makeBatch: MakeBatch;
  readonly parameters: Readonly<Record<string, Tensor>>;
}

let kept: Kept | null = null;

async function keptOf({ run, batches, slots }: ShardArgs): Promise<Kept> {
  if (kept?.run === run) return kept;
  const { module, export: name } = batches.loader;
  const loader = ((await import(module)) as Record<string, (options: unknown) => MakeBatch | Promise<MakeBatch>>)[name];
  if (!loader) throw new Error(`The module ${module} has no export "${name}" that loads batches.`);
  const parameters = Object.fromEntries(
    slots.map(({ name: key, dims, size }) => [key, tensor('float32', dims, new Float32Array(size))]),
  );
  kept = { run, makeBatch: await loader(batches.options), parameters };
  return kept;
}

/** The gradient of one shard of a step's batch, written to the shard's place in shared memory. */
export async function gradientOfShard(args: ShardArgs, context: TaskContext): Promise<ShardResult> {
  const { slots, state, step, shard, examples } = args;
  const { makeBatch, parameters } = await keptOf(args);
  const session = await context.openSession(args.session);
  const began = performance.now();
  const batch = await makeBatch({ step, from: shard * examples, examples });
  const drawn = randomInputs({ ...args, first: shard * examples });
  for (const { name, offset, size } of slots)
    (parameters[name]!.data as Float32Array).set(state.values.subarray(offset, offset + size));
  const made = performance.now();
  const results = await session.run({ ...parameters, ...drawn, ...batch });
  const ran = performance.now();
  const base = shard * state.values.length;
  for (const { name, offset } of slots) state.gradients.set(results[`grad:${name}`]!.data as Float32Array, base + offset);
  const given = Object.fromEntries(args.keep.map((name) => [name, results[name]!.data as Float32Array]));
  return { kept: given, dataMs: made - began, runMs: ran - made };
}

/** Arguments of {@link meanGradient} and {@link update}: a range of the flat parameters. */
export interface RangeArgs {
  readonly state: SharedState;
  readonly shards: number;
  readonly from: number;
  readonly to: number;
}

/** Makes the first gradient the mean of all shards' within a range; returns the sum of its squares. */
export function meanGradient({ state, shards, from, to }: RangeArgs): number {
  const { gradients, values } = state;
  let squares = 0;
  for (let i = from; i < to; i++) {
    let sum = 0;
    for (let shard = 0; shard < shards; shard++) sum += gradients[shard * values.length + i]!;
    const mean = sum / shards;
    gradients[i] = mean;
    squares += mean * mean;
  }
  return squares;
}

/** Updates the parameters of a range. */
export function update({ state, optimizer, step }: { state: SharedState; optimizer: OptimizerOptions; step: UpdateStep }): void {
  const { values, gradients, first, second, decays } = state;
  updateParameters(optimizer, { values, gradient: gradients, first, second, decays }, step);
}
