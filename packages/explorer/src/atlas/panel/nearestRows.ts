import type { Matrix } from '../../data/matrix.js';

export interface Nearest {
  readonly row: number;
  readonly cosine: number;
}

/** The rows with the largest cosine to one row, which is left out. */
export function nearestRows({ data, rows, columns }: Matrix, row: number, count: number): Nearest[] {
  const own = data.subarray(row * columns, (row + 1) * columns);
  const ownLength = Math.hypot(...own);
  const found: Nearest[] = [];
  for (let other = 0; other < rows; other++) {
    if (other === row) continue;
    let dot = 0;
    let square = 0;
    for (let k = 0; k < columns; k++) {
      const value = data[other * columns + k]!;
      dot += own[k]! * value;
      square += value * value;
    }
    const length = ownLength * Math.sqrt(square);
    found.push({ row: other, cosine: length === 0 ? 0 : dot / length });
  }
  return found.sort((a, b) => b.cosine - a.cosine || a.row - b.row).slice(0, count);
}
