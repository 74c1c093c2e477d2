/** Sizes and constants of the Fourier parameterization of a picture. */
export interface SpectrumShape {
  readonly heightPx: number;
  readonly widthPx: number;
  /** Frequencies along the width: floor(width / 2) + 1. */
  readonly columns: number;
  /** [height, columns]: what every coefficient is multiplied by. */
  readonly scale: Float64Array;
}

/**
 * Coefficients are scaled by 1 / max(frequency, 1 / max(w, h))^decay · sqrt(w h), so that all frequencies of a natural picture have
 * about equal weight. Source: tensorflow/lucid `lucid/optvis/param/spatial.py` (`fft_image`). Odd widths use floor(w / 2) + 1
 * columns and the true inverse; Lucid computes one column more and crops.
 */
export function spectrumShape(widthPx: number, heightPx: number, decay = 1): SpectrumShape {
  const columns = Math.floor(widthPx / 2) + 1;
  const lowest = 1 / Math.max(widthPx, heightPx);
  const scale = new Float64Array(heightPx * columns);
  for (let row = 0; row < heightPx; row++)
    for (let column = 0; column < columns; column++) {
      const frequency = Math.hypot(Math.min(row, heightPx - row) / heightPx, column / widthPx);
      scale[row * columns + column] = Math.sqrt(widthPx * heightPx) / Math.max(frequency, lowest) ** decay;
    }
  return { heightPx, widthPx, columns, scale };
}

/**
 * The matrices of the inverse real DFT in two dimensions. `rows` [2h, 2h] takes stacked real and imaginary parts [2h, columns] to rows whose
 * real and imaginary parts alternate, so that the product, read as [h, 2 · columns], is ready for `columns` [2 · columns, w].
 */
export function inverseDftMatrices({ heightPx: h, widthPx: w, columns }: SpectrumShape): {
  rows: Float32Array;
  columns: Float32Array;
} {
  const rows = new Float32Array(4 * h * h);
  for (let y = 0; y < h; y++)
    for (let k = 0; k < h; k++) {
      const angle = (2 * Math.PI * ((y * k) % h)) / h;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      rows[2 * y * 2 * h + k] = cos;
      rows[2 * y * 2 * h + h + k] = -sin;
      rows[(2 * y + 1) * 2 * h + k] = sin;
      rows[(2 * y + 1) * 2 * h + h + k] = cos;
    }
  const across = new Float32Array(2 * columns * w);
  for (let k = 0; k < columns; k++)
    for (let x = 0; x < w; x++) {
      const angle = (2 * Math.PI * ((x * k) % w)) / w;
      const weight = multiplicity(k, w) / (w * h);
      across[k * w + x] = weight * Math.cos(angle);
      across[(columns + k) * w + x] = -weight * Math.sin(angle);
    }
  return { rows, columns: across };
}

/** How often a column of the half spectrum stands in the full one. */
function multiplicity(column: number, widthPx: number): number {
  return column === 0 || 2 * column === widthPx ? 1 : 2;
}

/**
 * The forward real DFT of one plane [h, w]: real parts [h, columns], then imaginary parts. Direct sums, one axis after the other.
 */
export function realDft(plane: ArrayLike<number>, { heightPx: h, widthPx: w, columns }: SpectrumShape): Float64Array {
  const [cosW, sinW] = circle(w);
  const [cosH, sinH] = circle(h);
  const re = new Float64Array(h * columns);
  const im = new Float64Array(h * columns);
  for (let y = 0; y < h; y++)
    for (let k = 0; k < columns; k++) {
      let [sumRe, sumIm] = [0, 0];
      for (let x = 0, at = 0; x < w; x++, at = (at + k) % w) {
        sumRe += plane[y * w + x]! * cosW[at]!;
        sumIm -= plane[y * w + x]! * sinW[at]!;
      }
      re[y * columns + k] = sumRe;
      im[y * columns + k] = sumIm;
    }
  const out = new Float64Array(2 * h * columns);
  for (let row = 0; row < h; row++)
    for (let y = 0, at = 0; y < h; y++, at = (at + row) % h)
      for (let k = 0; k < columns; k++) {
        const [a, b] = [re[y * columns + k]!, im[y * columns + k]!];
        out[row * columns + k]! += a * cosH[at]! + b * sinH[at]!;
        out[(h + row) * columns + k]! += b * cosH[at]! - a * sinH[at]!;
      }
  return out;
}

function circle(size: number): [Float64Array, Float64Array] {
  const angles = Float64Array.from({ length: size }, (_, i) => (2 * Math.PI * i) / size);
  return [angles.map(Math.cos), angles.map(Math.sin)];
}
