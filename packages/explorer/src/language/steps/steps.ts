import type { DecoderCard, LanguageRead } from '@incognita/workspace/schema';
import { headOf } from '../data/headOf.js';

/** One step on the way from a text to its next token. */
export interface Step {
  readonly id:
    | 'embed'
    | 'norm'
    | 'qkv'
    | 'scores'
    | 'softmax'
    | 'mix'
    | 'out'
    | 'add1'
    | 'mlp'
    | 'add2'
    | 'unembed'
    | 'choose'
    | 'append';
  readonly name: string;
  /** On the residual stream, or on a branch beside it. */
  readonly lane: 'stream' | 'branch' | 'join';
  /** Points that it shows, without their layer. */
  readonly points: readonly string[];
}

/** All steps, in the order of the story. */
export const STEPS: readonly Step[] = [
  { id: 'embed', name: 'Embedding', lane: 'stream', points: ['embeddings'] },
  { id: 'norm', name: 'Normalize', lane: 'branch', points: ['resid_pre', 'attn_in'] },
  { id: 'qkv', name: 'Query, key, value', lane: 'branch', points: ['q', 'k', 'v'] },
  { id: 'scores', name: 'Scores and mask', lane: 'branch', points: ['attn_scores'] },
  { id: 'softmax', name: 'Softmax', lane: 'branch', points: ['attn_scores', 'attn_probs'] },
  { id: 'mix', name: 'Mix of values', lane: 'branch', points: ['attn_probs', 'z'] },
  { id: 'out', name: 'Output of all heads', lane: 'branch', points: ['z', 'attn_out'] },
  { id: 'add1', name: 'Add to the stream', lane: 'join', points: ['resid_pre', 'attn_out', 'resid_mid'] },
  { id: 'mlp', name: 'MLP', lane: 'branch', points: ['mlp_in', 'mlp_pre', 'mlp_act', 'mlp_out'] },
  {
    id: 'add2',
    name: 'Add to the stream',
    lane: 'join',
    points: ['resid_pre', 'resid_mid', 'attn_out', 'mlp_out', 'resid_post'],
  },
  { id: 'unembed', name: 'Unembedding', lane: 'stream', points: ['final_norm'] },
  { id: 'choose', name: 'Choose a token', lane: 'stream', points: [] },
  { id: 'append', name: 'Append it', lane: 'stream', points: [] },
];

/** The name of a step's point in a block. */
export function pointIn(name: string, layer: number): string {
  return name === 'embeddings' || name === 'final_norm' ? name : `${name}.${layer}`;
}

/** What a step reads of the model at a position, by the names of the points; points that are refused are left out. */
export function readsOf(
  step: Step,
  card: DecoderCard,
  { layer, head, position }: { readonly layer: number; readonly head: number; readonly position: number },
): Record<string, LanguageRead> {
  const reads: Record<string, LanguageRead> = {};
  for (const name of step.points) {
    const point = pointIn(name, layer);
    const about = card.points[point];
    if (about === undefined || 'refused' in about) continue;
    const own = headOf(card, point, head);
    const allHeads = step.id === 'out' && name === 'z';
    reads[name] = { point, position, ...(own === undefined || allHeads ? {} : { head: own }) };
  }
  return reads;
}
