import type { LanguageModel } from '../model/languageModel.js';
import type { TextInput } from '../model/options.js';
import { between } from './between.js';
import { frozenNorm } from './frozenNorm.js';
import { rowOf } from './rows.js';

/** What is attributed. */
export interface AttributionOptions {
  /** The token whose logit is split; default: the most probable one. */
  readonly token?: number;
  /** A second token: then logit(token) − logit(against) is split. */
  readonly against?: number;
  /** Position in the text; default: the last. */
  readonly position?: number;
}

/** The share of one part of the model. */
export interface Contribution {
  /** `embeddings`, `head 2.3` (layer.head), `attention 2` (its bias, or all of it where it is no sum of heads), `mlp 2`, `bias`. */
  readonly name: string;
  readonly layer: number | null;
  readonly head: number | null;
  readonly value: number;
}

/** A logit as a sum. */
export interface Attribution {
  readonly token: number;
  readonly position: number;
  /** The model's own logit (or difference). */
  readonly logit: number;
  /** Sum of the contributions: the logit, but for rounding. */
  readonly sum: number;
  readonly contributions: readonly Contribution[];
}

/**
 * Direct logit attribution: every part w that writes to the stream gives W_U[token] · γ ⊙ (w − mean(w)) / σ(x) to a logit, with σ of the last
 * stream x held fast; attention is split into heads by W_O · z_h. What goes through later parts is theirs.
 *
 * Source: Elhage et al., A Mathematical Framework for Transformer Circuits (2021); TransformerLens `ActivationCache.py`, `logit_attrs`.
 *
 * @throws RefusedPointError where a write is hidden; Error where the parts do not add up to the logit (a capped unembedding).
 */
export async function directLogitAttribution(
  model: LanguageModel,
  text: TextInput,
  options: AttributionOptions = {},
): Promise<Attribution> {
  const { layers } = model.anatomy;
  const numbers = Array.from({ length: layers }, (_, layer) => layer);
  const served = (name: string): boolean => !('refused' in model.points.get(name)!);
  const writes = numbers.flatMap((layer) => [`attn_out.${layer}`, `mlp_out.${layer}`]).filter(served);
  const heads = numbers.map((layer) => `z.${layer}`).filter((name) => served(name) && served(name.replace('z', 'attn_out')));
  const last = `resid_post.${layers - 1}`;
  const { ids, points, logits } = await model.run(text, { taps: ['embeddings', last, ...writes, ...heads] });
  const position = options.position ?? ids.length - 1;
  const own = rowOf(logits!, position);
  const token = options.token ?? own.indexOf(Math.max(...own));
  const norm = await frozenNorm(model, rowOf(points[last]!, position));

  const parts: { name: string; layer: number | null; head: number | null; row: ArrayLike<number> }[] = [];
  parts.push({ name: 'embeddings', layer: null, head: null, row: rowOf(points.embeddings!, position) });
  for (const layer of numbers) {
    const attention = points[`attn_out.${layer}`];
    if (attention !== undefined) {
      const out = rowOf(attention, position);
      const split =
        points[`z.${layer}`] === undefined ? null : await headsOf(model, layer, rowOf(points[`z.${layer}`]!, position), out);
      for (const [head, row] of (split?.heads ?? []).entries()) parts.push({ name: `head ${layer}.${head}`, layer, head, row });
      parts.push({ name: `attention ${layer}`, layer, head: null, row: split?.rest ?? out });
    }
    const mlp = points[`mlp_out.${layer}`];
    if (mlp !== undefined) parts.push({ name: `mlp ${layer}`, layer, head: null, row: rowOf(mlp, position) });
  }
  const shares = await unembedded(
    model,
    [...parts.map(({ row }) => norm.linear(row)), norm.bias],
    (row) => row[token]! - (options.against === undefined ? 0 : row[options.against]!),
  );
  const logit = own[token]! - (options.against === undefined ? 0 : own[options.against]!);
  const { values, zero } = shares;
  const contributions: Contribution[] = [
    ...parts.map(({ name, layer, head }, i) => ({ name, layer, head, value: values[i]! - zero })),
    { name: 'bias', layer: null, head: null, value: values.at(-1)! },
  ];
  const sum = contributions.reduce((total, { value }) => total + value, 0);
  const size = Math.max(...own.map(Math.abs));
  if (!(Math.abs(sum - logit) <= 2e-2 * size))
    throw new Error(
      `The parts add up to ${sum}, the logit is ${logit}: what is behind the last stream is not linear, or a write is not seen.`,
    );
  return { token, position, logit, sum, contributions };
}

/** Each head's share of what attention adds, and the rest (a bias); null where they are no sum of heads. */
async function headsOf(model: LanguageModel, layer: number, z: Float32Array, out: Float32Array) {
  const count = model.anatomy.heads[layer];
  if (count === null || count === undefined) return null;
  const size = z.length / count;
  const data = new Float32Array((count + 1) * z.length);
  for (let h = 0; h < count; h++) data.set(z.subarray(h * size, (h + 1) * size), h * z.length + h * size);
  const dims = [count + 1, count, size];
  const value = { axes: ['position', 'head', 'dim'] as const, dims, data };
  const rows = await between(model, `z.${layer}`, `attn_out.${layer}`, new Array<number>(count + 1).fill(0), value);
  const rest = rowOf(rows, count).slice();
  const heads = Array.from({ length: count }, (_, h) => rowOf(rows, h).map((v, i) => v - rest[i]!));
  const error = Math.max(...out.map((v, i) => Math.abs(v - rest[i]! - heads.reduce((sum, head) => sum + head[i]!, 0))));
  return error <= 1e-2 * Math.max(...out.map(Math.abs), 1e-9) ? { heads, rest } : null;
}

/** A number of the logits that each row behind the normalization makes, and that of no row. */
async function unembedded(model: LanguageModel, rows: readonly Float32Array[], read: (row: Float32Array) => number) {
  const d = rows[0]!.length;
  const data = new Float32Array((rows.length + 1) * d);
  for (const [i, row] of rows.entries()) data.set(row, i * d);
  const ids = new Array<number>(rows.length + 1).fill(0);
  const logits = await between(model, 'final_norm', 'logits', ids, { axes: ['position', 'dim'], dims: [ids.length, d], data });
  return { values: rows.map((_, i) => read(rowOf(logits, i))), zero: read(rowOf(logits, rows.length)) };
}
