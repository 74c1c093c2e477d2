import { type Matrix, TINY, type TinyWeights } from './tinyWeights.js';

type Rows = number[][];
/** Changes a point while the rest runs on. */
export type NaiveEdit = (point: string, value: number[]) => void;

/**
 * The small decoder by loops, in double precision: every canonical point as a flat array, in canonical order. What `edit` changes of a
 * point, in place, everything behind it sees.
 */
export function naiveDecoder(
  weights: TinyWeights,
  ids: readonly number[],
  edit: NaiveEdit = () => undefined,
): Record<string, number[]> {
  const points: Record<string, number[]> = {};
  const { heads, kvHeads, head } = TINY;
  const put = (name: string, rows: Rows): Rows => {
    const flat = rows.flat();
    edit(name, flat);
    points[name] = flat;
    const width = rows[0]!.length;
    return rows.map((_, i) => flat.slice(i * width, (i + 1) * width));
  };
  let stream = put(
    'embeddings',
    ids.map((id) => [...row(weights.embedding, id)]),
  );
  for (const [layer, block] of weights.blocks.entries()) {
    if (layer === 0) points['resid_pre.0'] = points.embeddings!;
    else points[`resid_pre.${layer}`] = points[`resid_post.${layer - 1}`]!;
    const attentionIn = put(
      `attn_in.${layer}`,
      stream.map((x) => rms(x, block.attentionNorm)),
    );
    const q = put(
      `q.${layer}`,
      attentionIn.map((x, t) => turned(times(x, block.q), t, weights)),
    );
    const k = put(
      `k.${layer}`,
      attentionIn.map((x, t) => turned(times(x, block.k), t, weights)),
    );
    const v = put(
      `v.${layer}`,
      attentionIn.map((x) => times(x, block.v)),
    );
    const group = heads / kvHeads;
    const part = (rows: Rows, t: number, h: number): number[] => rows[t]!.slice(h * head, (h + 1) * head);
    let scores: Rows = [];
    for (let h = 0; h < heads; h++)
      for (const t of ids.keys())
        scores.push(
          ids.map((_, s) =>
            s > t ? Number.NEGATIVE_INFINITY : dot(part(q, t, h), part(k, s, Math.floor(h / group))) / Math.sqrt(head),
          ),
        );
    scores = put(`attn_scores.${layer}`, scores);
    const probs = put(`attn_probs.${layer}`, scores.map(softmax));
    const z = put(
      `z.${layer}`,
      ids.map((_, t) =>
        Array.from({ length: heads }, (_, h) => {
          const mixed = new Array<number>(head).fill(0);
          for (const s of ids.keys())
            part(v, s, Math.floor(h / group)).forEach((value, i) => {
              mixed[i]! += probs[h * ids.length + t]![s]! * value;
            });
          return mixed;
        }).flat(),
      ),
    );
    const attentionOut = put(
      `attn_out.${layer}`,
      z.map((x) => times(x, block.o)),
    );
    stream = put(
      `resid_mid.${layer}`,
      stream.map((x, t) => plus(x, attentionOut[t]!)),
    );
    const mlpIn = put(
      `mlp_in.${layer}`,
      stream.map((x) => rms(x, block.mlpNorm)),
    );
    const pre = put(
      `mlp_pre.${layer}`,
      mlpIn.map((x) => times(x, block.gate)),
    );
    const act = put(
      `mlp_act.${layer}`,
      mlpIn.map((x, t) => times(x, block.up).map((up, i) => (up * pre[t]![i]!) / (1 + Math.exp(-pre[t]![i]!)))),
    );
    const mlpOut = put(
      `mlp_out.${layer}`,
      act.map((x) => times(x, block.down)),
    );
    stream = put(
      `resid_post.${layer}`,
      stream.map((x, t) => plus(x, mlpOut[t]!)),
    );
  }
  const normed = put(
    'final_norm',
    stream.map((x) => rms(x, weights.norm)),
  );
  put(
    'logits',
    normed.map((x) => times(x, weights.unembedding)),
  );
  return points;
}

/** Greedy tokens behind a text, by loops. */
export function naiveGreedy(weights: TinyWeights, ids: readonly number[], count: number, edit?: NaiveEdit): number[] {
  const text = [...ids];
  for (let i = 0; i < count; i++) {
    const logits = naiveDecoder(weights, text, edit).logits!.slice(-TINY.vocabulary);
    text.push(logits.indexOf(Math.max(...logits)));
  }
  return text.slice(ids.length);
}

const row = ({ columns, data }: Matrix, i: number): Float32Array => data.subarray(i * columns, (i + 1) * columns);
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const plus = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x + b[i]!);

function times(x: readonly number[], { columns, data }: Matrix): number[] {
  const y = new Array<number>(columns).fill(0);
  for (const [i, value] of x.entries()) for (let j = 0; j < columns; j++) y[j]! += value * data[i * columns + j]!;
  return y;
}

function rms(x: readonly number[], gain: Float32Array): number[] {
  const mean = x.reduce((sum, v) => sum + v * v, 0) / x.length;
  return x.map((v, i) => (v / Math.sqrt(mean + TINY.epsilon)) * gain[i]!);
}

/** Each head's first half is turned against its second half. */
function turned(x: readonly number[], position: number, { cos, sin }: TinyWeights): number[] {
  const half = TINY.head / 2;
  return x.map((value, i) => {
    const j = i % TINY.head;
    const [c, s] = [cos.data[position * half + (j % half)]!, sin.data[position * half + (j % half)]!];
    return j < half ? value * c - x[i + half]! * s : value * c + x[i - half]! * s;
  });
}

function softmax(x: readonly number[]): number[] {
  const most = Math.max(...x);
  const parts = x.map((v) => Math.exp(v - most));
  const total = parts.reduce((a, b) => a + b, 0);
  return parts.map((v) => v / total);
}
