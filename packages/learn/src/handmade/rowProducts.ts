/**
 * Products of points [n, dims] with rows [rows, dims], [n, rows]. Four rows at a time: their sums do not wait for each other.
 */
export function rowProducts(points: Float32Array, rows: Float64Array, dims: number): Float64Array {
  const [n, count] = [points.length / dims, rows.length / dims];
  const out = new Float64Array(n * count);
  const blocked = count - (count % 4);
  for (let p = 0; p < n; p++) {
    const at = p * dims;
    for (let r = 0; r < blocked; r += 4) {
      const [a, b, c, d] = [r * dims, (r + 1) * dims, (r + 2) * dims, (r + 3) * dims];
      let [w, x, y, z] = [0, 0, 0, 0];
      for (let i = 0; i < dims; i++) {
        const value = points[at + i]!;
        w += value * rows[a + i]!;
        x += value * rows[b + i]!;
        y += value * rows[c + i]!;
        z += value * rows[d + i]!;
      }
      out[p * count + r] = w;
      out[p * count + r + 1] = x;
      out[p * count + r + 2] = y;
      out[p * count + r + 3] = z;
    }
    for (let r = blocked; r < count; r++) {
      let sum = 0;
      for (let i = 0; i < dims; i++) sum += points[at + i]! * rows[r * dims + i]!;
      out[p * count + r] = sum;
    }
  }
  return out;
}

/** Squared length of each row. */
export function squaredLengths(rows: Float32Array | Float64Array, dims: number): Float64Array {
  const out = new Float64Array(rows.length / dims);
  for (let i = 0; i < rows.length; i++) out[Math.floor(i / dims)]! += rows[i]! ** 2;
  return out;
}
