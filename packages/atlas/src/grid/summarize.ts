import type { GridCells } from './assign.js';

export interface CellInputs {
  readonly cells: GridCells;
  /** [points, channels] */
  readonly activations: Float32Array;
  readonly channels: number;
  /** The label of each point's picture; null where a picture has none. */
  readonly labelOf: (point: number) => string | null;
}

/** What is known of every cell of a grid; entry r belongs to the r-th occupied cell. */
export interface CellSummary {
  /** Mean activation of the members, [cells, channels]. */
  readonly direction: Float32Array;
  /** Length of the mean of the members' unit vectors, 0…1 (mean resultant length; Mardia and Jupp 2000, section 2.3). */
  readonly coherence: Float64Array;
  /** Mean squared distance of the members to their mean, as a share of the whole layer's. */
  readonly variance: Float64Array;
  /** Most common label, ties to the first in alphabetical order; null without labels. */
  readonly label: (string | null)[];
  /** Share of the members with that label. */
  readonly purity: (number | null)[];
  /** Members by falling cosine to the mean, in the order of `cells.member`'s slots. */
  readonly ranked: Int32Array;
  /** Cosine of each ranked member to the mean. */
  readonly cosine: Float64Array;
}

/** Mean direction, spread and labels of every cell. */
export function summarizeCells({ cells, activations, channels, labelOf }: CellInputs): CellSummary {
  const count = cells.cell.length;
  const total = layerVariance(activations, channels);
  const direction = new Float32Array(count * channels);
  const coherence = new Float64Array(count);
  const variance = new Float64Array(count);
  const label: (string | null)[] = [];
  const purity: (number | null)[] = [];
  const ranked = new Int32Array(cells.member.length);
  const cosine = new Float64Array(cells.member.length);
  for (let r = 0; r < count; r++) {
    const from = cells.start[r]!;
    const members = cells.member.subarray(from, cells.start[r + 1]!);
    const { mean, resultant, spread } = momentsOf(members, activations, channels);
    direction.set(mean, r * channels);
    coherence[r] = resultant;
    variance[r] = total > 0 ? spread / total : 0;
    const majority = majorityLabel(members, labelOf);
    label.push(majority.label);
    purity.push(majority.purity);
    const cosines = Float64Array.from(members, (point) => cosineTo(mean, activations, point * channels));
    const order = Array.from(members.keys()).sort((a, b) => cosines[b]! - cosines[a]! || members[a]! - members[b]!);
    for (const [place, m] of order.entries()) {
      ranked[from + place] = members[m]!;
      cosine[from + place] = cosines[m]!;
    }
  }
  return { direction, coherence, variance, label, purity, ranked, cosine };
}

function momentsOf(members: Int32Array, activations: Float32Array, channels: number) {
  const mean = new Float64Array(channels);
  const unit = new Float64Array(channels);
  let squares = 0;
  for (const point of members) {
    const at = point * channels;
    let norm = 0;
    for (let c = 0; c < channels; c++) norm += activations[at + c]! ** 2;
    squares += norm;
    const scale = norm > 0 ? 1 / Math.sqrt(norm) : 0;
    for (let c = 0; c < channels; c++) {
      const value = activations[at + c]!;
      mean[c] = mean[c]! + value;
      unit[c] = unit[c]! + value * scale;
    }
  }
  let meanSquared = 0;
  let resultant = 0;
  for (let c = 0; c < channels; c++) {
    mean[c] = mean[c]! / members.length;
    meanSquared += mean[c]! ** 2;
    resultant += (unit[c]! / members.length) ** 2;
  }
  return { mean, resultant: Math.min(1, Math.sqrt(resultant)), spread: Math.max(0, squares / members.length - meanSquared) };
}

/** Mean squared distance of all activations to their mean. */
function layerVariance(activations: Float32Array, channels: number): number {
  const count = activations.length / channels;
  const mean = new Float64Array(channels);
  let squares = 0;
  for (let at = 0; at < activations.length; at += channels) {
    for (let c = 0; c < channels; c++) {
      const value = activations[at + c]!;
      mean[c] = mean[c]! + value;
      squares += value * value;
    }
  }
  let meanSquared = 0;
  for (const sum of mean) meanSquared += (sum / count) ** 2;
  return squares / count - meanSquared;
}

function cosineTo(mean: Float64Array, activations: Float32Array, at: number): number {
  let dot = 0;
  let a = 0;
  let b = 0;
  for (let c = 0; c < mean.length; c++) {
    const value = activations[at + c]!;
    dot += mean[c]! * value;
    a += mean[c]! ** 2;
    b += value * value;
  }
  return a > 0 && b > 0 ? dot / Math.sqrt(a * b) : 0;
}

function majorityLabel(
  members: Int32Array,
  labelOf: (point: number) => string | null,
): { label: string | null; purity: number | null } {
  const votes = new Map<string, number>();
  for (const point of members) {
    const label = labelOf(point);
    if (label !== null) votes.set(label, (votes.get(label) ?? 0) + 1);
  }
  let best: string | null = null;
  for (const [label, count] of votes) {
    const most = best === null ? 0 : votes.get(best)!;
    if (best === null || count > most || (count === most && label < best)) best = label;
  }
  return { label: best, purity: best === null ? null : votes.get(best)! / members.length };
}
