import { GraphBuilder } from '@incognita/onnx';
import { mixColors, unmixColors } from './color.js';
import {
  checkSize,
  LOGITS,
  LUCID_NOISE,
  PARAMETERS,
  type Parameterization,
  type PlaneSize,
  pictureLogits,
} from './parameterization.js';

/**
 * A picture as its pixels in decorrelated colours: rgb = sigmoid(M · x), parameters [planes, h, w]. The plain alternative to
 * {@link fourierParameterization}; without its preconditioning, high frequencies win.
 */
export function pixelParameterization({ widthPx, heightPx, planes = 3 }: PlaneSize): Parameterization {
  const size = planes * widthPx * heightPx;
  return {
    widthPx,
    heightPx,
    planes,
    size,
    noiseDeviation: LUCID_NOISE,
    logitsGraph(batch) {
      const b = new GraphBuilder({ name: 'pixels', prefix: 'pixels/' });
      const parameters = b.input(PARAMETERS, 'float32', [batch, size]);
      const values = b.op('Reshape', [parameters, b.i64([batch, planes, widthPx * heightPx])]);
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
      return Float32Array.from(unmixColors(pictureLogits(picture, planes), planes));
    },
  };
}
