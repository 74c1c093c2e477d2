/** Sizes and constants of the Fourier parameterization of a picture. */
export interface SpectrumShape {
  readonly heightPx: number;
  readonly widthPx: number;
  /** Frequencies along the width: floor(width / 2) + 1. */
  readonly columns: number;
  /** 2 where the height is even, else 1: see {@link spectrumRow}. */
  readonly splits: 1 | 2;
  /** [2 · height, columns]: what every stored coefficient is multiplied by. */
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
  const shape = {
    heightPx,
    widthPx,
    columns,
    splits: heightPx % 2 === 0 ? 2 : 1,
    scale: new Float64Array(2 * heightPx * columns),
  } as const;
  for (let row = 0; row < heightPx; row++)
    for (let column = 0; column < columns; column++) {
      const frequency = Math.hypot(Math.min(row, heightPx - row) / heightPx, column / widthPx);
      const factor = Math.sqrt(widthPx * heightPx) / Math.max(frequency, lowest) ** decay;
      for (const part of [0, 1] as const) shape.scale[spectrumRow(shape, part, row) * columns + column] = factor;
    }
  return shape;
}

/**
 * Where the real (`part` 0) or imaginary (1) coefficients of vertical frequency `row` lie among the 2 h rows of a stored spectrum. Even frequencies
 * come first where the height is even, for the first step of a fast Fourier transform splits them from the odd ones.
 */
export function spectrumRow({ heightPx, splits }: SpectrumShape, part: 0 | 1, row: number): number {
  const length = heightPx / splits;
  return (row % splits) * 2 * length + part * length + Math.floor(row / splits);
}

/**
 * The matrices of the inverse real DFT in two dimensions. `rows` [splits, 2h / splits, 2h / splits] takes each split of a stored spectrum
 * [splits, 2h / splits, columns] to the first h / splits rows of its picture, real and imaginary parts alternating; with two splits the upper half of
 * the picture is their sum and the lower half their difference. Read as [h, 2 · columns], that times `columns` [2 · columns, w] is the picture.
 */
export function inverseDftMatrices(shape: SpectrumShape): { rows: Float32Array; columns: Float32Array } {
  const { heightPx: h, widthPx: w, columns, splits } = shape;
  const length = h / splits;
  const side = 2 * length;
  const rows = new Float32Array(splits * side * side);
  for (let y = 0; y < length; y++)
    for (let k = 0; k < h; k++) {
      const angle = (2 * Math.PI * ((y * k) % h)) / h;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const split = k % splits;
      const [re, im] = [spectrumRow(shape, 0, k) - split * side, spectrumRow(shape, 1, k) - split * side];
      const real = (split * side + 2 * y) * side;
      rows[real + re] = cos;
      rows[real + im] = -sin;
      rows[real + side + re] = sin;
      rows[real + side + im] = cos;
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
 * The forward real DFT of one plane [h, w] as a stored spectrum [2h, columns]. Direct sums, one axis after the other.
 */
export function realDft(plane: ArrayLike<number>, shape: SpectrumShape): Float64Array {
  const { heightPx: h, widthPx: w, columns } = shape;
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
  for (let row = 0; row < h; row++) {
    const real = spectrumRow(shape, 0, row) * columns;
    const imaginary = spectrumRow(shape, 1, row) * columns;
    for (let y = 0, at = 0; y < h; y++, at = (at + row) % h)
      for (let k = 0; k < columns; k++) {
        const [a, b] = [re[y * columns + k]!, im[y * columns + k]!];
        out[real + k]! += a * cosH[at]! + b * sinH[at]!;
        out[imaginary + k]! += b * cosH[at]! - a * sinH[at]!;
      }
  }
  return out;
}

function circle(size: number): [Float64Array, Float64Array] {
  const angles = Float64Array.from({ length: size }, (_, i) => (2 * Math.PI * i) / size);
  return [angles.map(Math.cos), angles.map(Math.sin)];
}
