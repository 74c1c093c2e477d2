export type Metric = 'cosine' | 'euclidean';

/**
 * Distance of row `atA` of `a` and row `atB` of `b` (offsets in numbers) in double precision: Euclidean, or 1 − cosine.
 * Under cosine a zero vector is at distance 1 from all but other zero vectors, which are at 0, as in lmcinnes/umap `distances.py`.
 */
export function distance(a: Float32Array, atA: number, b: Float32Array, atB: number, channels: number, metric: Metric): number {
  if (metric === 'euclidean') {
    let squared = 0;
    for (let c = 0; c < channels; c++) squared += (a[atA + c]! - b[atB + c]!) ** 2;
    return Math.sqrt(squared);
  }
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let c = 0; c < channels; c++) {
    const x = a[atA + c]!;
    const y = b[atB + c]!;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  if (aa === 0 || bb === 0) return aa === bb ? 0 : 1;
  return Math.max(0, 1 - dot / Math.sqrt(aa * bb));
}

/** |row|² of every row, in double precision, rounded once. */
export function squaredNorms(data: Float32Array, channels: number): Float32Array {
  return Float32Array.from({ length: data.length / channels }, (_, i) => {
    let squared = 0;
    for (let c = i * channels; c < (i + 1) * channels; c++) squared += data[c]! * data[c]!;
    return squared;
  });
}

/** A copy with every row scaled to length 1; zero rows stay zero. */
export function unitRows(data: Float32Array, channels: number): Float32Array {
  const unit = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += channels) {
    let squared = 0;
    for (let c = i; c < i + channels; c++) squared += data[c]! * data[c]!;
    const scale = squared > 0 ? 1 / Math.sqrt(squared) : 0;
    for (let c = i; c < i + channels; c++) unit[c] = data[c]! * scale;
  }
  return unit;
}

/**
 * Rows of [count, channels + 1] whose inner products are cosines: unit rows with 0 behind, and zero rows with 1 behind, so that
 * zero vectors resemble each other and nothing else.
 */
export function cosineRows(data: Float32Array, channels: number): Float32Array {
  const count = data.length / channels;
  const rows = new Float32Array(count * (channels + 1));
  for (let i = 0; i < count; i++) {
    const unit = unitRows(data.subarray(i * channels, (i + 1) * channels), channels);
    rows.set(unit, i * (channels + 1));
    if (unit.every((value) => value === 0)) rows[i * (channels + 1) + channels] = 1;
  }
  return rows;
}
