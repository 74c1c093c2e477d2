import type { Picture } from '../../picture/picture.js';
import { resizePicture } from '../../preprocessing/resize.js';
import { inverse3, mixPlanes } from './color.js';
import { MACO_COLOR_MATRIX } from './maco.js';
import type { PlaneSize } from './parameterization.js';
import { realDft, spectrumRow, spectrumShape } from './spectrum.js';

/**
 * The mean size of each frequency over pictures, in MACO's decorrelated colours: what {@link macoParameterization} keeps. Pictures are resized to the
 * size (both sides), so that they may have any, and fade out towards their borders (Hann's window): otherwise the jump from one border to the other,
 * which no scene holds, would draw a cross of lines through the spectrum, as in the published one.
 *
 * @returns [planes, h, floor(w / 2) + 1]
 * @throws RangeError without a picture.
 * @example const magnitude = naturalSpectrum(pictures, { widthPx: 128, heightPx: 128 });
 */
export function naturalSpectrum(pictures: readonly Picture[], { widthPx, heightPx, planes = 3 }: PlaneSize): Float32Array {
  if (pictures.length === 0) throw new RangeError('The spectrum of natural pictures needs at least one picture.');
  const shape = spectrumShape(widthPx, heightPx);
  const { columns } = shape;
  const pixels = widthPx * heightPx;
  const sum = new Float64Array(planes * heightPx * columns);
  const inverse = inverse3(MACO_COLOR_MATRIX);
  for (const picture of pictures) {
    const { data } = resizePicture(picture, widthPx, heightPx);
    const rgb = Float64Array.from({ length: 3 * pixels }, (_, i) => data[(i % pixels) * 3 + Math.floor(i / pixels)]! / 255);
    const colors = mixPlanes(inverse, rgb);
    for (let p = 0; p < planes; p++) {
      // Planes that are no colours take the spectrum of brightness.
      const from = planes === 3 ? p * pixels : 0;
      const transform = realDft(faded(colors.subarray(from, from + pixels), widthPx, heightPx), shape);
      for (let row = 0; row < heightPx; row++)
        for (let k = 0; k < columns; k++) {
          const real = transform[spectrumRow(shape, 0, row) * columns + k]!;
          const imaginary = transform[spectrumRow(shape, 1, row) * columns + k]!;
          sum[(p * heightPx + row) * columns + k]! += Math.hypot(real, imaginary);
        }
    }
  }
  return Float32Array.from(sum, (value) => value / pictures.length);
}

/** A plane less its mean, times Hann's window; the mean is laid on again, so that the frequency 0 stays what it was. */
function faded(plane: Float64Array, widthPx: number, heightPx: number): Float64Array {
  const mean = plane.reduce((sum, value) => sum + value, 0) / plane.length;
  const hann = (at: number, size: number): number => 1 - Math.cos((2 * Math.PI * (at + 0.5)) / size);
  return plane.map((value, i) => (value - mean) * hann(i % widthPx, widthPx) * hann(Math.floor(i / widthPx), heightPx) + mean);
}
