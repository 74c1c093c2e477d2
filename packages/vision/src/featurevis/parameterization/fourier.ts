import { GraphBuilder } from '@incognita/onnx';
import { mixColors, unmixColors } from './color.js';
import { inverseDftNodes } from './inverseDftNodes.js';
import {
  checkSize,
  LOGITS,
  LUCID_NOISE,
  PARAMETERS,
  type Parameterization,
  type PlaneSize,
  pictureLogits,
} from './parameterization.js';
import { realDft, spectrumShape } from './spectrum.js';

/** The spectrum's picture is divided by this. Source: tensorflow/lucid `lucid/optvis/param/spatial.py` ("TODO: is this a magic constant"). */
const DAMPING = 4;

/** Options of {@link fourierParameterization}. */
export interface FourierOptions extends PlaneSize {
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
export function fourierParameterization({ widthPx, heightPx, planes = 3, decay = 1 }: FourierOptions): Parameterization {
  const shape = spectrumShape(widthPx, heightPx, decay);
  const half = heightPx * shape.columns;
  const size = planes * 2 * half;
  return {
    widthPx,
    heightPx,
    planes,
    size,
    noiseDeviation: LUCID_NOISE,
    logitsGraph(batch) {
      const { splits, columns } = shape;
      const side = (2 * heightPx) / splits;
      const scale = Float32Array.from(shape.scale, (value) => value / DAMPING);
      const b = new GraphBuilder({ name: 'fourier', prefix: 'fourier/' });
      const parameters = b.input(PARAMETERS, 'float32', [batch, size]);
      const spectrum = b.op('Reshape', [parameters, b.i64([batch * planes, splits, side, columns])]);
      const scaled = b.op('Mul', [spectrum, b.f32(scale, [splits, side, columns])]);
      const values = b.op('Reshape', [
        inverseDftNodes(b, scaled, shape, batch * planes),
        b.i64([batch, planes, heightPx * widthPx]),
      ]);
      const logits = b.op(
        'Reshape',
        [mixColors(b, values, planes), b.i64([batch, planes, heightPx, widthPx])],
        {},
        { output: LOGITS },
      );
      b.output(logits, 'float32', [batch, planes, heightPx, widthPx]);
      return b.model();
    },
    noise: (random, sd) => Float32Array.from({ length: size }, () => random.gaussian() * sd),
    fromPicture(picture) {
      checkSize(picture, { widthPx, heightPx });
      const colors = unmixColors(pictureLogits(picture, planes), planes);
      const out = new Float32Array(size);
      const pixels = widthPx * heightPx;
      for (let c = 0; c < planes; c++) {
        const transform = realDft(colors.subarray(c * pixels, (c + 1) * pixels), shape);
        for (let i = 0; i < 2 * half; i++) out[c * 2 * half + i] = (transform[i]! * DAMPING) / shape.scale[i]!;
      }
      return out;
    },
  };
}
