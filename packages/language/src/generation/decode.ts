import { createRandom, type Feeds, type Tensor } from '@incognita/runtime';
import type { Axis } from '../anatomy/axes.js';
import { clampFeeds, type ReadyClamp } from '../points/clamp.js';
import { fromGraph, type PointTensor, positionsOf } from '../points/pointTensor.js';
import { type CacheState, type DecoderInputs, emptyCache, nextCache, stepFeeds } from './feeds.js';
import { type Chosen, chooseToken, type Sampling } from './sample.js';

/** All that a generation needs, as plain data. */
export interface DecodePlan {
  readonly inputs: DecoderInputs;
  /** The inputs that the graph has: an edit may have cut one away. */
  readonly feeds: readonly string[];
  /** Whether the graph goes on from a cache; else the whole text is run for each token. */
  readonly cached: boolean;
  /** Name of the output that holds the logits. */
  readonly logits: string;
  readonly taps: readonly { readonly point: string; readonly axes: readonly Axis[]; readonly output: string }[];
  readonly clamps: readonly ReadyClamp[];
  readonly ids: readonly number[];
  readonly maxTokens: number;
  /** Longest text that fits, or null. */
  readonly context: number | null;
  readonly sampling: Sampling;
  readonly seed: number;
  /** Ids that end the text. */
  readonly ends: readonly number[];
  /** How many steps the loop may be ahead of who reads them. */
  readonly lead: number;
}

/** One step of a generation: a token, and what was read on the way to it. */
export interface DecodeStep extends Chosen {
  /** Position of the token in the text. */
  readonly position: number;
  /**
   * The points at the positions that this step ran for the first time: at the first step those of the whole prompt, later that of the
   * token before. Attention patterns are rows of queries, over all keys so far.
   */
  readonly taps: Readonly<Record<string, PointTensor>>;
}

/** Why a generation stopped. */
export type Finish = 'end' | 'length' | 'context';

/** What a graph is run by. */
export interface StepSession {
  run(feeds: Feeds): Promise<Record<string, Tensor>>;
}

/**
 * The loop of a decoder: logits of the last position, a token chosen, appended, and round again; with the cache of keys and values where
 * the graph has one.
 *
 * @param emit gets each step as soon as it is made; a step that ends the text is given out, too. Where it gives a promise, the loop waits for it: see
 *   `paced`.
 */
export async function decode(
  session: StepSession,
  plan: DecodePlan,
  emit: (step: DecodeStep) => void | Promise<void>,
): Promise<Finish> {
  const random = createRandom(plan.seed);
  const text = [...plan.ids];
  let cache: CacheState = emptyCache(plan.inputs);
  let offset = 0;
  for (let count = 0; count < plan.maxTokens; count++) {
    if (plan.context !== null && text.length > plan.context) return 'context';
    const fresh = text.slice(offset);
    const feeds: Feeds = { ...stepFeeds(plan.inputs, fresh, offset, cache), ...clampFeeds(plan.clamps, offset, fresh.length) };
    const outputs = await session.run(Object.fromEntries(plan.feeds.map((name) => [name, feeds[name]!])));
    const taps = tapped(plan, outputs, fresh.length, count === 0 ? fresh.length : plan.cached ? fresh.length : 1);
    const chosen = chooseToken(lastRow(outputs[plan.logits]!), text, plan.sampling, random);
    if (plan.cached) {
      cache = nextCache(plan.inputs, outputs);
      offset = text.length;
    }
    const { id, logprob, top } = chosen;
    const wait = emit({ id, logprob, top, position: text.length, taps });
    text.push(id);
    if (plan.ends.includes(id)) return 'end';
    if (wait !== undefined) await wait;
  }
  return 'length';
}

function lastRow({ dims, data }: Tensor): Float32Array {
  const width = dims.at(-1)!;
  return (data as Float32Array).subarray(data.length - width);
}

function tapped(
  plan: DecodePlan,
  outputs: Readonly<Record<string, Tensor>>,
  run: number,
  wanted: number,
): Record<string, PointTensor> {
  return Object.fromEntries(
    plan.taps.map(({ point, axes, output }) => {
      const value = fromGraph(outputs[output]!, axes);
      return [point, wanted === run ? value : positionsOf(value, run - wanted, run)];
    }),
  );
}
