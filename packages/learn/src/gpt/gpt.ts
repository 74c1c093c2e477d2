import { float } from '@incognita/onnx';
import type { NetworkBuilder } from '../network/networkBuilder.js';
import type { Initializer } from '../network/parameter.js';
import type { KeyValueCache, TokenNetwork } from './tokenNetwork.js';

/** Sizes of a {@link gpt}. */
export interface GptOptions {
  /** How many different tokens there are. */
  readonly vocabulary: number;
  /** The most tokens that it sees at once. */
  readonly block: number;
  readonly layers: number;
  /** Of attention in every layer; must divide `width`. */
  readonly heads: number;
  /** Numbers of one token. */
  readonly width: number;
  /**
   * How a token's place is told: `learned`, a vector for each place that is added to the token's, as GPT-2 does; or `rotary`, by turning queries and keys by angles
   * that grow with the place, so that scores depend on distances (Su et al. 2021, RoFormer). Default `learned`.
   */
  readonly positions?: 'learned' | 'rotary';
  /** Standard deviation of what matrices begin with; default 0.02, GPT-2's, whose width is 768. Narrow networks learn sooner from larger ones. */
  readonly deviation?: number;
  /** Share of embeddings, attention and writes that is zeroed while training; default 0. */
  readonly dropout?: number;
  /** Whether matrices and normalizations add a bias, as GPT-2's do; default false. */
  readonly bias?: boolean;
  /** Whether the matrix that makes scores is the table of token vectors; default true. Source: Press and Wolf 2017. */
  readonly tied?: boolean;
}

/**
 * A generative pre-trained transformer: token and position vectors, blocks of causal attention and of a perceptron that each read the normalized stream
 * and add to it, and scores of the next token. Values are named as interpretability tools name them: `embeddings`, `resid_post.0`, `attn_probs.0`.
 *
 * Sources: Vaswani et al. 2017; Radford et al. 2019 (GPT-2) for normalization before each part, GELU and the initial scales; nanoGPT's model.py
 * for the defaults.
 *
 * @throws RangeError where `heads` does not divide `width`.
 * @example const network = gpt({ vocabulary: 65, block: 64, layers: 4, heads: 4, width: 128 });
 */
export function gpt(options: GptOptions): TokenNetwork {
  const { vocabulary, block, layers, heads, width, tied = true } = options;
  if (width % heads !== 0)
    throw new RangeError(`${heads} heads cannot share a width of ${width} equally; give a multiple of ${heads}.`);
  const rotary = options.positions === 'rotary';
  if (rotary && (width / heads) % 2 !== 0)
    throw new RangeError(
      `Heads of ${width / heads} numbers cannot be turned by pairs; give a width of an even multiple of ${heads}.`,
    );
  return {
    name: 'gpt',
    description: `A generative pre-trained transformer (Radford et al. 2019): ${layers} blocks, ${heads} heads, width ${width}, up to ${block} tokens.`,
    ...{ vocabulary, block, layers, heads, width },
    define(b, ids, cache) {
      const { graph } = b;
      const table = b.parameter({ name: 'token.weight', dims: [vocabulary, width], initializer: initial(options), decay: true });
      const { positions, mask } = order(b, ids, cache);
      const turn = rotary ? angles(b, positions, width / heads) : null;
      const place: AttentionPlace = { mask, turn, cache, options };
      let stream = rotary
        ? graph.op('Gather', [table, ids], {}, { output: 'embeddings' })
        : placed(b, graph.op('Gather', [table, ids], {}, { output: 'token_embeddings' }), positions, options);
      stream = b.dropout(stream, { name: 'embeddings', dims: [block, width], rate: options.dropout ?? 0 });
      for (let layer = 0; layer < layers; layer++) {
        const normed = normalized(b, stream, `attn_in.${layer}`, options);
        stream = graph.op('Add', [stream, attention(b, normed, layer, place)], {}, named('resid_mid', layer));
        const again = normalized(b, stream, `mlp_in.${layer}`, options);
        stream = graph.op('Add', [stream, perceptron(b, again, layer, options)], {}, named('resid_post', layer));
      }
      const last = normalized(b, stream, 'final_norm', options);
      const matrix = tied
        ? graph.op('Transpose', [table], { perm: [1, 0] })
        : b.parameter({ name: 'unembedding.weight', dims: [width, vocabulary], initializer: initial(options), decay: true });
      return graph.op('MatMul', [last, matrix]);
    },
  };
}

function initial({ deviation = 0.02 }: GptOptions): Initializer {
  return { kind: 'normal', deviation };
}

const named = (point: string, layer: number): { output: string } => ({ output: `${point}.${layer}` });

/** Places of the given tokens [s], and what forbids them to look ahead: 0 or a very low number [s, past + s]. */
function order({ graph }: NetworkBuilder, ids: string, cache: KeyValueCache | undefined): { positions: string; mask: string } {
  const integer = (value: number): string => graph.i64(value);
  const length = (value: string, axis: number): string => graph.op('Gather', [graph.op('Shape', [value]), integer(axis)]);
  const given = length(ids, 1);
  const past = cache ? length(cache.past[0]!.key, 2) : integer(0);
  const total = cache ? graph.op('Add', [past, given]) : given;
  const every = graph.op('Range', [integer(0), total, integer(1)]);
  const positions = cache ? graph.op('Range', [past, total, integer(1)]) : every;
  const seen = graph.op('LessOrEqual', [every, graph.op('Unsqueeze', [positions, graph.i64([1])])]);
  return { positions, mask: graph.op('Where', [seen, graph.f32(0), graph.f32(-1e9)], {}, { output: 'causal_mask' }) };
}

/** Token vectors with those of their places added. */
function placed(b: NetworkBuilder, tokens: string, positions: string, options: GptOptions): string {
  const { block, width } = options;
  const table = b.parameter({ name: 'position.weight', dims: [block, width], initializer: initial(options), decay: true });
  const vectors = b.graph.op('Gather', [table, positions], {}, { output: 'position_embeddings' });
  return b.graph.op('Add', [tokens, vectors], {}, { output: 'embeddings' });
}

/** Cosines and signed sines [s, d] by which queries and keys are turned: the angle of pair i is the place times 10000^(−2i/d). */
function angles({ graph }: NetworkBuilder, positions: string, size: number): { readonly cos: string; readonly sin: string } {
  const frequencies = Array.from({ length: size / 2 }, (_, i) => 10_000 ** ((-2 * i) / size));
  const column = graph.op('Unsqueeze', [graph.op('Cast', [positions], { to: FLOAT }), graph.i64([1])]);
  const angle = graph.op('Mul', [column, graph.f32(frequencies)]);
  const [cos, sin] = [graph.op('Cos', [angle]), graph.op('Sin', [angle])];
  return {
    cos: graph.op('Concat', [cos, cos], { axis: 1 }, { output: 'rotary_cos' }),
    sin: graph.op('Concat', [graph.op('Neg', [sin]), sin], { axis: 1 }, { output: 'rotary_sin' }),
  };
}

const FLOAT = 1;

interface AttentionPlace {
  readonly mask: string;
  readonly turn: { readonly cos: string; readonly sin: string } | null;
  readonly cache: KeyValueCache | undefined;
  readonly options: GptOptions;
}

/** softmax(q kᵀ / √d + mask) v of every head, side by side, times a matrix. */
function attention(b: NetworkBuilder, x: string, layer: number, { mask, turn, cache, options }: AttentionPlace): string {
  const { graph } = b;
  const { width, heads, block, dropout = 0 } = options;
  const all = linear(b, x, { name: `attn_qkv.${layer}`, from: width, to: 3 * width, initializer: initial(options) }, options);
  const split = graph.ops('Split', [all], 3, { axis: -1, num_outputs: 3 });
  const [q, newKey, newValue] = split.map((part, i) => {
    const cut = graph.op('Reshape', [part, graph.i64([0, 0, heads, width / heads])]);
    const turned = turn !== null && i < 2;
    const byHead = graph.op('Transpose', [cut], { perm: [0, 2, 1, 3] }, turned ? {} : named('qkv'[i]!, layer));
    if (!turned) return byHead;
    const [low, high] = graph.ops('Split', [byHead], 2, { axis: -1, num_outputs: 2 }) as [string, string];
    const across = graph.op('Mul', [graph.op('Concat', [high, low], { axis: -1 }), turn.sin]);
    return graph.op('Add', [graph.op('Mul', [byHead, turn.cos]), across], {}, named('qkv'[i]!, layer));
  }) as [string, string, string];
  const joined = (before: string | undefined, given: string): string =>
    before === undefined ? given : graph.op('Concat', [before, given], { axis: 2 });
  const past = cache?.past[layer];
  const [key, value] = [joined(past?.key, newKey), joined(past?.value, newValue)];
  cache?.keep(layer, key, value);
  const products = graph.op('MatMul', [q, graph.op('Transpose', [key], { perm: [0, 1, 3, 2] })]);
  const scaled = graph.op('Mul', [products, graph.f32(1 / Math.sqrt(width / heads))]);
  const scores = graph.op('Add', [scaled, mask], {}, named('attn_scores', layer));
  const probabilities = graph.op('Softmax', [scores], { axis: -1 }, named('attn_probs', layer));
  const kept = b.dropout(probabilities, { name: `attn_probs.${layer}`, dims: [heads, block, block], rate: dropout });
  const mixed = graph.op('MatMul', [kept, value], {}, named('z', layer));
  const beside = graph.op('Reshape', [graph.op('Transpose', [mixed], { perm: [0, 2, 1, 3] }), graph.i64([0, 0, width])]);
  const out = linear(b, beside, { name: `attn_out.${layer}`, from: width, to: width, initializer: written(options) }, options);
  return b.dropout(out, { name: `attn_out.${layer}`, dims: [block, width], rate: dropout });
}

/** GELU(x · W) · V with four times the width between. Source: Hendrycks and Gimpel 2016. */
function perceptron(b: NetworkBuilder, x: string, layer: number, options: GptOptions): string {
  const { width, block, dropout = 0 } = options;
  const hidden = linear(b, x, { name: `mlp_pre.${layer}`, from: width, to: 4 * width, initializer: initial(options) }, options);
  const active = b.graph.op('Gelu', [hidden], {}, named('mlp_act', layer));
  const out = linear(b, active, { name: `mlp_out.${layer}`, from: 4 * width, to: width, initializer: written(options) }, options);
  return b.dropout(out, { name: `mlp_out.${layer}`, dims: [block, width], rate: dropout });
}

/** Matrices that write to the stream begin smaller, the more of them there are. Source: GPT-2, section 2.3. */
function written({ layers, deviation = 0.02 }: GptOptions): Initializer {
  return { kind: 'normal', deviation: deviation / Math.sqrt(2 * layers) };
}

interface LinearLayer {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly initializer: Initializer;
}

function linear(b: NetworkBuilder, x: string, { name, from, to, initializer }: LinearLayer, { bias }: GptOptions): string {
  const weight = b.parameter({ name: `${name}.weight`, dims: [from, to], initializer, decay: true });
  if (!bias) return b.graph.op('MatMul', [x, weight], {}, { output: name });
  return b.graph.op('Add', [b.graph.op('MatMul', [x, weight]), zeros(b, `${name}.bias`, to)], {}, { output: name });
}

/** (x − mean) / √(variance + ε) · scale of each token's numbers. Source: Ba et al. 2016. */
function normalized(b: NetworkBuilder, x: string, name: string, { width, bias }: GptOptions): string {
  const ones: Initializer = { kind: 'constant', value: 1 };
  const scale = b.parameter({ name: `${name}.scale`, dims: [width], initializer: ones, decay: false });
  const inputs = bias ? [x, scale, zeros(b, `${name}.bias`, width)] : [x, scale];
  return b.graph.op('LayerNormalization', inputs, { axis: -1, epsilon: float(1e-5) }, { output: name });
}

function zeros(b: NetworkBuilder, name: string, size: number): string {
  return b.parameter({ name, dims: [size], initializer: { kind: 'constant', value: 0 }, decay: false });
}
