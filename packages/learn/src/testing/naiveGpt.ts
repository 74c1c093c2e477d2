import type { TokenNetwork } from '../gpt/tokenNetwork.js';

/** Float64 loops for what a GPT computes of one sequence: scores [s][vocabulary] and attention probabilities [layer][head][s][s]. */
export function naiveGpt(
  { layers, heads, width }: TokenNetwork,
  parameters: ReadonlyMap<string, { readonly dims: readonly number[]; readonly data: ArrayLike<number> }>,
  ids: readonly number[],
): { readonly logits: number[][]; readonly attention: number[][][][] } {
  const row = (name: string, i: number): number[] => {
    const { dims, data } = parameters.get(name)!;
    return Array.from({ length: dims.at(-1)! }, (_, j) => data[i * dims.at(-1)! + j]!);
  };
  const add = (x: readonly number[], y: readonly number[]): number[] => x.map((value, i) => value + y[i]!);
  const dot = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  const linear = (name: string, x: readonly number[]): number[] => {
    let y = new Array<number>(parameters.get(`${name}.weight`)!.dims[1]!).fill(0);
    for (const [i, value] of x.entries())
      y = add(
        y,
        row(`${name}.weight`, i).map((w) => w * value),
      );
    return parameters.has(`${name}.bias`) ? add(y, row(`${name}.bias`, 0)) : y;
  };
  const normalized = (name: string, x: readonly number[]): number[] => {
    const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
    const deviation = Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length + 1e-5);
    const scaled = row(`${name}.scale`, 0).map((scale, i) => (scale * (x[i]! - mean)) / deviation);
    return parameters.has(`${name}.bias`) ? add(scaled, row(`${name}.bias`, 0)) : scaled;
  };
  const gelu = (x: number): number => 0.5 * x * (1 + erf(x / Math.SQRT2));
  const each = width / heads;
  const attention: number[][][][] = [];
  const rotary = !parameters.has('position.weight');
  let stream = ids.map((id, place) =>
    rotary ? row('token.weight', id) : add(row('token.weight', id), row('position.weight', place)),
  );
  /** Pairs (i, i + d/2) as complex numbers, times e^(i · place · 10000^(−2i/d)). */
  const turned = (x: readonly number[], place: number): number[] => {
    if (!rotary) return [...x];
    const half = each / 2;
    return x.map((value, i) => {
      const angle = place * 10_000 ** (-(i % half) / half);
      return value * Math.cos(angle) + (i < half ? -x[i + half]! : x[i - half]!) * Math.sin(angle);
    });
  };
  for (let layer = 0; layer < layers; layer++) {
    const qkv = stream.map((x) => linear(`attn_qkv.${layer}`, normalized(`attn_in.${layer}`, x)));
    const part = (place: number, which: number, head: number): number[] =>
      qkv[place]!.slice(which * width + head * each, which * width + (head + 1) * each);
    attention.push(
      Array.from({ length: heads }, (_, head) =>
        ids.map((_, to) => {
          const weights = ids.map((_, from) =>
            from > to ? 0 : Math.exp(dot(turned(part(to, 0, head), to), turned(part(from, 1, head), from)) / Math.sqrt(each)),
          );
          const sum = weights.reduce((a, b) => a + b, 0);
          return weights.map((weight) => weight / sum);
        }),
      ),
    );
    const z = ids.map((_, to) =>
      Array.from({ length: heads }, (_, head) =>
        ids.reduce(
          (mixed, _, from) =>
            add(
              mixed,
              part(from, 2, head).map((v) => v * attention[layer]![head]![to]![from]!),
            ),
          new Array<number>(each).fill(0),
        ),
      ).flat(),
    );
    stream = stream.map((x, place) => add(x, linear(`attn_out.${layer}`, z[place]!)));
    stream = stream.map((x) =>
      add(x, linear(`mlp_out.${layer}`, linear(`mlp_pre.${layer}`, normalized(`mlp_in.${layer}`, x)).map(gelu))),
    );
  }
  const last = stream.map((x) => normalized('final_norm', x));
  const tied = !parameters.has('unembedding.weight');
  const logits = last.map((x) =>
    tied
      ? Array.from({ length: parameters.get('token.weight')!.dims[0]! }, (_, id) => dot(x, row('token.weight', id)))
      : linear('unembedding', x),
  );
  return { logits, attention };
}

/** By its power series: good to 1e-12 where |x| < 4. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let k = 1; k < 80; k++) {
    term *= (-x * x) / k;
    sum += term / (2 * k + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
