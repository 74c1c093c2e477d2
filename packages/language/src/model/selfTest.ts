import { logitsFromStream } from '../analysis/between.js';
import { emptyCache, stepFeeds } from '../generation/feeds.js';
import { buildGraph } from '../points/buildGraph.js';
import type { PointTensor } from '../points/pointTensor.js';
import { compareForms } from './compareForms.js';
import type { LanguageModel } from './languageModel.js';
import { onlyInputs } from './onlyInputs.js';
import { relative } from './relative.js';

/** One measured claim about a model. */
export interface Measured {
  readonly claim: string;
  /** Largest error, relative where the claim says so. */
  readonly error: number;
  readonly tolerance: number;
  readonly holds: boolean;
}

/** What was found about a model, measured on a few tokens. */
export interface SelfTest {
  readonly holds: boolean;
  readonly measured: readonly Measured[];
}

const TOKENS = 6;
/** The claim that makes a model one that can write on. */
export const LOOKS_BACK = 'attention looks back only';

/**
 * Measures what everything else rests on: that the writes add up to the stream, that attention rows sum to 1 and look back only, that
 * the logits come from the last stream alone, and that what is recomputed of fused operators is what they compute. Points that fail the last
 * are refused from then on.
 */
export async function selfTest(model: LanguageModel): Promise<SelfTest> {
  const { anatomy } = model;
  const { vocabulary } = anatomy.inputs;
  const count = Math.min(TOKENS, model.context ?? TOKENS);
  const ids = Array.from({ length: count }, (_, i) => (vocabulary > 16 ? 3 + ((i * 7919) % (vocabulary - 3)) : i % vocabulary));
  const tolerance = coarse(model) ? 2e-2 : 1e-4;
  const measured: Measured[] = [];
  const claim = (text: string, error: number): void => {
    measured.push({ claim: text, error, tolerance, holds: error <= tolerance });
  };
  const served = (name: string): boolean => !('refused' in model.points.get(name)!);
  const each = (point: string): string[] => Array.from({ length: anatomy.layers }, (_, i) => `${point}.${i}`).filter(served);
  const writes = [...each('attn_out'), ...each('mlp_out')];
  const last = `resid_post.${anatomy.layers - 1}`;
  const patterns = each('attn_probs');
  const { points, logits } = await model.run(ids, { taps: ['embeddings', last, 'logits', ...writes, ...patterns] });
  if (writes.length === anatomy.writes.length) {
    const parts = ['embeddings', ...writes].map((name) => points[name]!);
    claim('embeddings and writes add up to the last stream (relative)', relative(sum(parts), points[last]!.data));
  }
  if (patterns.length > 0) {
    claim('attention rows sum to 1', Math.max(...patterns.map((name) => rowError(points[name]!))));
    claim(LOOKS_BACK, Math.max(...patterns.map((name) => aheadOf(points[name]!))));
  }
  claim(
    'the logits come from the last stream alone (relative)',
    relative(await fromStream(model, ids, points[last]!), logits!.data),
  );
  if (model.prepared.fast !== model.prepared.plain) {
    const error = await compareForms(model, ids, tolerance);
    claim('what fused operators hide is recomputed as they compute it (relative)', error);
  }
  claim('the last position alone gives its logits (relative)', await lastAlone(model, ids, logits!));
  return { holds: measured.every((one) => one.holds), measured };
}

/** Half precision and quantised weights compute less exactly. */
function coarse({ prepared }: LanguageModel): boolean {
  const { nodes, initializers } = prepared.fast.graph;
  const quantised = nodes.some(({ op }) => /NBits|Integer|Quantize|Bnb4/.test(op));
  return quantised || [...initializers.values()].some(({ dtype }) => dtype === 'float16' || dtype === 'bfloat16');
}

async function fromStream(model: LanguageModel, ids: readonly number[], stream: PointTensor): Promise<Float32Array> {
  return (await logitsFromStream(model, ids, stream)).data;
}

async function lastAlone(model: LanguageModel, ids: readonly number[], logits: PointTensor): Promise<number> {
  const built = buildGraph(model.prepared, model.anatomy, { taps: [], clamps: [], logits: 'last', cache: false });
  const session = await model.runner.open(built.model);
  const feeds = stepFeeds(model.inputs, ids, 0, emptyCache(model.inputs));
  const result = (await session.run(onlyInputs(feeds, built.model)))[built.logits!]!;
  await session.dispose();
  const width = logits.dims[1]!;
  return relative((result.data as Float32Array).subarray(-width), logits.data.subarray(-width));
}

function sum(parts: readonly PointTensor[]): Float32Array {
  const total = new Float32Array(parts[0]!.data.length);
  for (const { data } of parts) for (const [i, value] of data.entries()) total[i]! += value;
  return total;
}

function rowError({ dims, data }: PointTensor): number {
  const keys = dims[2]!;
  let error = 0;
  for (let row = 0; row < data.length; row += keys) {
    let total = 0;
    for (let k = 0; k < keys; k++) total += data[row + k]!;
    error = Math.max(error, Math.abs(total - 1));
  }
  return error;
}

/** The largest weight on a key behind its query. */
function aheadOf({ dims, data }: PointTensor): number {
  const [heads, queries, keys] = dims as [number, number, number];
  let most = 0;
  for (let h = 0; h < heads; h++)
    for (let q = 0; q < queries; q++)
      for (let k = q + 1; k < keys; k++) most = Math.max(most, Math.abs(data[(h * queries + q) * keys + k]!));
  return most;
}
