import { GraphBuilder } from '@incognita/onnx';
import { mixColors } from './color.js';
import { inverseDftNodes } from './inverseDftNodes.js';
import { LOGITS, PARAMETERS, type Parameterization, type PlaneSize } from './parameterization.js';
import { spectrumShape } from './spectrum.js';

/**
 * Decorrelated colours t become RGB by M t. Source: serre-lab/Horama `horama/common.py` (`recorrelate_colors`; its rows are our columns).
 * Row-major 3 × 3.
 */
export const MACO_COLOR_MATRIX: readonly number[] = [0.5628, 0.1948, 0.0433, 0.5845, 0, -0.1082, 0.5845, -0.1948, 0.0649];

/** Of Horama's `standardize`. */
const EPSILON = 1e-4;

/** Options of {@link macoParameterization}. */
export interface MacoOptions extends PlaneSize {
  /** Mean size of each frequency in natural pictures, [planes, h, floor(w / 2) + 1]: see {@link naturalSpectrum}. */
  readonly magnitude: Float32Array;
}

/**
 * MACO: a picture keeps the spectrum of natural ones, and only its phases are free. With φ̂ the phases less their mean over their
 * deviation: rgb = sigmoid(M · standardize(irfft2(r · e^(i φ̂)))). Parameters of a picture: [planes, h, floor(w / 2) + 1] phases, those of even
 * vertical frequencies first where the height is even.
 *
 * Source: Fel et al., "Unlocking feature visualization for deep networks with magnitude constrained optimization", NeurIPS 2023;
 * serre-lab/Horama `horama/maco_fv.py` (`maco_preconditioner`).
 *
 * @throws RangeError where the magnitude has another size.
 */
export function macoParameterization({ widthPx, heightPx, planes = 3, magnitude }: MacoOptions): Parameterization {
  const shape = spectrumShape(widthPx, heightPx);
  const { columns, splits } = shape;
  const size = planes * heightPx * columns;
  if (magnitude.length !== size)
    throw new RangeError(
      `A spectrum of ${planes}×${heightPx}×${columns} values is needed for pictures of ${widthPx}×${heightPx} pixels, but it has ${magnitude.length}.`,
    );
  const length = heightPx / splits;
  // Phases and sizes lie in the order of a stored spectrum without its division into real and imaginary parts.
  const ordered = new Float32Array(size);
  for (let p = 0; p < planes; p++)
    for (let row = 0; row < heightPx; row++) {
      const at = (p * heightPx + (row % splits) * length + Math.floor(row / splits)) * columns;
      const from = (p * heightPx + row) * columns;
      ordered.set(magnitude.subarray(from, from + columns), at);
    }
  return {
    widthPx,
    heightPx,
    planes,
    size,
    noiseDeviation: 1,
    logitsGraph(batch) {
      const b = new GraphBuilder({ name: 'maco', prefix: 'maco/' });
      const parameters = b.input(PARAMETERS, 'float32', [batch, size]);
      const phases = b.op('Reshape', [standardize(b, parameters), b.i64([batch, planes * splits, 1, length * columns])]);
      const r = b.f32(ordered, [planes * splits, 1, length * columns]);
      const parts = b.op('Concat', [b.op('Mul', [r, b.op('Cos', [phases])]), b.op('Mul', [r, b.op('Sin', [phases])])], {
        axis: 2,
      });
      const spectrum = b.op('Reshape', [parts, b.i64([batch * planes, splits, 2 * length, columns])]);
      const picture = inverseDftNodes(b, spectrum, shape, batch * planes);
      const flat = standardize(b, b.op('Reshape', [picture, b.i64([batch, planes * heightPx * widthPx])]));
      const values = b.op('Reshape', [flat, b.i64([batch, planes, heightPx * widthPx])]);
      const colors = mixColors(b, values, planes, MACO_COLOR_MATRIX);
      const logits = b.op('Reshape', [colors, b.i64([batch, planes, heightPx, widthPx])], {}, { output: LOGITS });
      b.output(logits, 'float32', [batch, planes, heightPx, widthPx]);
      return b.model();
    },
    noise: (random, sd) => Float32Array.from({ length: size }, () => random.gaussian() * sd),
    fromPicture() {
      throw new Error(
        'MACO fixes the spectrum and the spread of phases, which a given picture does not have. Start from a picture with the Fourier parameterization.',
      );
    },
  };
}

/** Each row of [batch, n] less its mean, over its deviation. */
function standardize(b: GraphBuilder, value: string): string {
  const centred = b.op('Sub', [value, b.op('ReduceMean', [value, b.i64([1])], { keepdims: 1 })]);
  const variance = b.op('ReduceMean', [b.op('Mul', [centred, centred]), b.i64([1])], { keepdims: 1 });
  return b.op('Div', [centred, b.op('Add', [b.op('Sqrt', [variance]), b.f32(EPSILON)])]);
}
