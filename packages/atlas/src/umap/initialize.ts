import { principalComponents } from '../linalg/principalComponents.js';
import type { Moments } from '../linalg/secondMoment.js';
import { randomFor } from '../random.js';

/** Half the side of the square in which a layout starts (lmcinnes/umap starts in ±10 too). */
const EXTENT = 10;

/**
 * A first layout from the two longest principal axes, scaled so that the largest coordinate is ±10, with noise of 1e-4 so that
 * equal points can part. `data` is [count, channels]; returns [count, 2].
 */
export function principalLayout(data: Float32Array, moments: Moments, options: { seed: number }): Float32Array {
  const d = moments.mean.length;
  const count = moments.count;
  const axes = principalComponents(moments, 2, options);
  const layout = new Float32Array(2 * count);
  let largest = 0;
  for (let k = 0; k < 2; k++) {
    let centre = 0;
    for (let c = 0; c < d; c++) centre += axes[k * d + c]! * moments.mean[c]!;
    for (let i = 0; i < count; i++) {
      let sum = -centre;
      for (let c = 0, row = i * d; c < d; c++) sum += axes[k * d + c]! * data[row + c]!;
      layout[2 * i + k] = sum;
      largest = Math.max(largest, Math.abs(sum));
    }
  }
  const scale = largest > 0 ? EXTENT / largest : 0;
  const random = randomFor(options.seed, 'layout noise', count);
  for (let i = 0; i < 2 * count; i++) layout[i] = layout[i]! * scale + 1e-4 * random.gaussian();
  return layout;
}
