import { GraphBuilder } from '@incognita/onnx';
import { COLOR_MATRIX, INVERSE_COLOR_MATRIX, mixPlanes } from './color.js';
import { checkSize, LOGITS, PARAMETERS, type Parameterization, pictureLogits } from './parameterization.js';
import { inverseDftMatrices, realDft, spectrumShape } from './spectrum.js';

/** The spectrum's picture is divided by this. Source: tensorflow/lucid `lucid/optvis/param/spatial.py` ("TODO: is this a magic constant"). */
const DAMPING = 4;

/** Options of {@link fourierParameterization}. */
export interface FourierOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Exponent by which higher frequencies are damped; default 1. */
  readonly decay?: number;
}

/**
 * A picture as its Fourier spectrum in decorrelated colours, the parameterization of feature visualization:
 * rgb = sigmoid(M · irfft2(scale · s) / 4). Parameters of a picture: for each colour the spectrum's real and imaginary
 * parts, [2 h, floor(w / 2) + 1], in the order of {@link spectrumRow}.
 *
 * Source: Olah, Mordvintsev and Schubert, "Feature visualization", Distill 2017; tensorflow/lucid `lucid/optvis/param/{images,spatial,color}.py`.
 *
 * @example const parameterization = fourierParameterization({ widthPx: 96, heightPx: 96 });
 */
export function fourierParameterization({ widthPx, heightPx, decay = 1 }: FourierOptions): Parameterization {
  const shape = spectrumShape(widthPx, heightPx, decay);
  const half = heightPx * shape.columns;
  const size = 3 * 2 * half;
  return {
    widthPx,
    heightPx,
    size,
    linearGraph(batch) {
      const matrices = inverseDftMatrices(shape);
      const { splits, columns } = shape;
      const side = (2 * heightPx) / splits;
      const scale = Float32Array.from(shape.scale, (value) => value / DAMPING);
      const b = new GraphBuilder({ name: 'fourier', prefix: 'fourier/' });
      const parameters = b.input(PARAMETERS, 'float32', [batch, size]);
      const spectrum = b.op('Reshape', [parameters, b.i64([batch * 3, splits, side, columns])]);
      const scaled = b.op('Mul', [spectrum, b.f32(scale, [splits, side, columns])]);
      const rows = b.op('MatMul', [b.f32(matrices.rows, [splits, side, side]), scaled]);
      const flat = b.op('Reshape', [splits === 2 ? butterfly(b, rows) : rows, b.i64([batch * 3 * heightPx, 2 * columns])]);
      const planes = b.op('MatMul', [flat, b.f32(matrices.columns, [2 * columns, widthPx])]);
      const colors = b.op('Reshape', [planes, b.i64([batch, 3, heightPx * widthPx])]);
      const mixed = b.op('MatMul', [b.f32(COLOR_MATRIX, [3, 3]), colors]);
      const logits = b.op('Reshape', [mixed, b.i64([batch, 3, heightPx, widthPx])], {}, { output: LOGITS });
      b.output(logits, 'float32', [batch, 3, heightPx, widthPx]);
      return b.model();
    },
    noise: (random, sd) => Float32Array.from({ length: size }, () => random.gaussian() * sd),
    fromPicture(picture) {
      checkSize(picture, { widthPx, heightPx });
      const colors = mixPlanes(INVERSE_COLOR_MATRIX, pictureLogits(picture));
      const out = new Float32Array(size);
      const pixels = widthPx * heightPx;
      for (let c = 0; c < 3; c++) {
        const transform = realDft(colors.subarray(c * pixels, (c + 1) * pixels), shape);
        for (let i = 0; i < 2 * half; i++) out[c * 2 * half + i] = (transform[i]! * DAMPING) / shape.scale[i]!;
      }
      return out;
    },
  };
}

/** From the splits of even and odd frequencies [n, 2, …] their sum over their difference, [n, 2, …]: the two halves of the picture. */
function butterfly(b: GraphBuilder, value: string): string {
  const even = b.op('Slice', [value, b.i64([0]), b.i64([1]), b.i64([1])]);
  const odd = b.op('Slice', [value, b.i64([1]), b.i64([2]), b.i64([1])]);
  return b.op('Concat', [b.op('Add', [even, odd]), b.op('Sub', [even, odd])], { axis: 1 });
}
