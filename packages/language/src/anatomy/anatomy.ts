import type { Model } from '@incognita/onnx';
import { attends, attentionParts } from './attention.js';
import type { Axis, Placed } from './axes.js';
import { type Block, blocksOf, writesOf } from './blocks.js';
import { NotADecoderError } from './errors.js';
import { Flow } from './flow.js';
import { type InputRoles, inputRoles } from './inputs.js';
import { type LinearUnit, nearestUnits } from './linear.js';
import { mlpParts } from './mlp.js';
import { normUnit } from './norm.js';
import { findSpine } from './spine.js';

/** A point that can be read and written. */
export interface Point extends Placed {
  readonly name: string;
  /** How many heads it has (keys and values may have fewer than queries); null for points without an axis of heads, or where it is not known. */
  readonly heads: number | null;
  /** Length of its last axis where that is fixed. */
  readonly width: number | null;
}

/** A point that this model does not have, or hides. */
export interface RefusedPoint {
  readonly name: string;
  readonly refused: string;
}

/** A decoder as it was found: its points, its inputs, and the sizes of its parts. */
export interface Anatomy {
  readonly layers: number;
  /** Width of the residual stream. */
  readonly width: number;
  readonly vocabulary: number;
  /** Heads of queries in each layer; null where the layer has no attention or its heads are not seen. */
  readonly heads: readonly (number | null)[];
  /** Layers whose attention and MLP write at once, with no stream between. */
  readonly parallel: readonly boolean[];
  readonly inputs: InputRoles;
  /** Every canonical point, in the order of the story. */
  readonly points: ReadonlyMap<string, Point | RefusedPoint>;
  /** Everything that is added to the stream, in order; their sum and the embeddings are the last stream. */
  readonly writes: readonly string[];
  /** What the unembedding multiplies, and whether its rows are independent of each other (they are not behind a dynamic quantisation). */
  readonly unembedding: { readonly input: string; readonly rowwise: boolean };
}

/** Points of one block, without their layer. */
export const BLOCK_POINTS = [
  'resid_pre',
  'attn_in',
  'q',
  'k',
  'v',
  'attn_scores',
  'attn_probs',
  'z',
  'attn_out',
  'resid_mid',
  'mlp_in',
  'mlp_pre',
  'mlp_act',
  'mlp_out',
  'resid_post',
] as const;

const SEQUENCE: readonly Axis[] = ['batch', 'position', 'dim'];

/**
 * Finds the parts of a decoder by structure alone: no name of a tensor, a node or a model is looked at.
 *
 * @param model one graph in plain operators, as `prepareDecoder` gives it.
 * @throws NotADecoderError saying what is missing.
 */
export function findAnatomy(model: Model): Anatomy {
  const flow = new Flow(model);
  const { logits, unembedding } = findLogits(flow);
  const normed = flow.asSequence(unembedding.input);
  const norm = normUnit(flow, normed);
  const last = norm?.input ?? normed;
  const width = flow.width(last);
  if (width === null)
    throw new NotADecoderError('The width of the residual stream is not known: state the shapes of weights and inputs.');
  const spine = findSpine(flow, last, width);
  if (spine.steps.length === 0)
    throw new NotADecoderError('Nothing is added to a residual stream before the logits: this is no transformer decoder.');
  const steps = spine.steps.map((step) => writesOf(flow, step));
  const blocks = blocksOf(steps);
  if (!blocks.some((block) => block.attention !== null)) throw new NotADecoderError(withoutAttention(flow, spine.embeddings));
  const inputs = inputRoles(flow, spine.embeddings);
  const points = new Map<string, Point | RefusedPoint>();
  const put = (name: string, found: Placed | string): void => {
    points.set(name, typeof found === 'string' ? { name, refused: found } : { name, ...found, ...sizes(flow, found) });
  };
  put('embeddings', stream(spine.embeddings));
  for (const [layer, block] of blocks.entries()) putBlock(flow, block, (name, found) => put(`${name}.${layer}`, found));
  put('final_norm', norm === null ? 'there is no normalization between the last block and the logits' : stream(normed));
  put('logits', stream(logits));
  return {
    layers: blocks.length,
    width,
    vocabulary: flow.width(logits) ?? inputs.vocabulary,
    heads: blocks.map((_, layer) => headsOf(points.get(`z.${layer}`)!)),
    parallel: blocks.map((block) => block.attention !== null && block.mlp !== null && block.between === null),
    inputs,
    points,
    writes: steps.flatMap(({ branches }) => branches.map(({ write }) => write)),
    unembedding: rows(flow, unembedding),
  };
}

function stream(tensor: string): Placed {
  return { tensor, axes: SEQUENCE };
}

function rows(flow: Flow, { node, input }: LinearUnit): Anatomy['unembedding'] {
  const [read] = node.inputs as [string];
  return { input: read, rowwise: flow.rank(read) === 3 && flow.back(read) === flow.back(input) };
}

/** The output that is a product with constant weights, wider than any other of its kind. */
function findLogits(flow: Flow): { logits: string; unembedding: LinearUnit } {
  const nodes = new Set(flow.model.graph.nodes);
  const found = flow.model.graph.outputs
    .filter(({ name, type }) => /float/.test(type?.dtype ?? '') && (flow.rank(name) ?? 3) === 3)
    .flatMap(({ name }) => {
      const units = nearestUnits(flow, name, nodes);
      return units.length === 1 ? [{ logits: name, unembedding: units[0]! }] : [];
    })
    .sort((a, b) => (flow.width(b.logits) ?? 0) - (flow.width(a.logits) ?? 0));
  if (found[0] === undefined)
    throw new NotADecoderError(
      `No output of three axes (batch, position, vocabulary) is a product with constant weights; outputs are ${flow.model.graph.outputs.map((v) => v.name).join(', ')}.`,
    );
  return found[0];
}

/** Why none of what is added to the stream is attention. */
function withoutAttention(flow: Flow, begin: string): string {
  if (!attends(flow, flow.model.graph.nodes))
    return 'Nothing attends to other positions by a softmax or a fused attention: linear attention, state-space models and recurrent networks are not served.';
  return normUnit(flow, begin) === null
    ? 'No branch of the residual stream attends to other positions: this is no transformer decoder.'
    : 'The stream itself is normalized after each addition (post-norm, as in the first transformers, BERT and GPT-1), so that no stream is the sum of what was written: not served.';
}

function putBlock(flow: Flow, block: Block, put: (name: (typeof BLOCK_POINTS)[number], found: Placed | string) => void): void {
  const { attention, mlp, odd } = block;
  const noAttention = 'this block has no attention';
  const noMlp = 'this block has no MLP';
  const mid =
    attention === null
      ? noAttention
      : mlp === null
        ? noMlp
        : 'attention and MLP of this block read the same stream and write at once';
  const inner = attention === null ? null : attentionParts(flow, attention.nodes);
  const dense = mlp === null ? null : mlpParts(flow, mlp.nodes, mlp.write);
  put('resid_pre', stream(block.before));
  for (const name of ['attn_in', 'q', 'k', 'v', 'attn_scores', 'attn_probs', 'z'] as const)
    put(name, odd ?? inner?.[name] ?? noAttention);
  put('attn_out', odd ?? (attention === null ? noAttention : stream(attention.write)));
  put('resid_mid', block.between === null ? mid : stream(block.between));
  for (const name of ['mlp_in', 'mlp_pre', 'mlp_act'] as const) put(name, odd ?? dense?.[name] ?? noMlp);
  put('mlp_out', odd ?? (mlp === null ? noMlp : stream(mlp.write)));
  put('resid_post', stream(block.after));
}

function headsOf(z: Point | RefusedPoint): number | null {
  return 'refused' in z ? null : z.heads;
}

function sizes(flow: Flow, { tensor, axes }: Placed): { heads: number | null; width: number | null } {
  const heads = flow.shape(tensor)?.[axes.indexOf('head')];
  return { heads: typeof heads === 'number' ? heads : null, width: flow.width(tensor) };
}
