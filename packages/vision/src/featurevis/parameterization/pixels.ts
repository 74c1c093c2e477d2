import { GraphBuilder } from '@incognita/onnx';
import { COLOR_MATRIX, INVERSE_COLOR_MATRIX, mixPlanes } from './color.js';
import { checkSize, LOGITS, PARAMETERS, type Parameterization, pictureLogits } from './parameterization.js';

/**
 * A picture as its pixels in decorrelated colours: rgb = sigmoid(M · x), parameters [3, h, w]. The plain alternative to
 * {@link fourierParameterization}; without its preconditioning, high frequencies win.
 */
export function pixelParameterization({
  widthPx,
  heightPx,
}: {
  readonly widthPx: number;
  readonly heightPx: number;
}): Parameterization {
  const size = 3 * widthPx * heightPx;
  return {
    widthPx,
    heightPx,
    size,
    linearGraph(batch) {
      const b = new GraphBuilder({ name: 'pixels', prefix: 'pixels/' });
      const parameters = b.input(PARAMETERS, 'float32', [batch, size]);
      const planes = b.op('Reshape', [parameters, b.i64([batch, 3, widthPx * heightPx])]);
      const mixed = b.op('MatMul', [b.f32(COLOR_MATRIX, [3, 3]), planes]);
      const logits = b.op('Reshape', [mixed, b.i64([batch, 3, heightPx, widthPx])], {}, { output: LOGITS });
      b.output(logits, 'float32', [batch, 3, heightPx, widthPx]);
      return b.model();
    },
    noise: (random, sd) => Float32Array.from({ length: size }, () => random.gaussian() * sd),
    fromPicture(picture) {
      checkSize(picture, { widthPx, heightPx });
      return Float32Array.from(mixPlanes(INVERSE_COLOR_MATRIX, pictureLogits(picture)));
    },
  };
}
