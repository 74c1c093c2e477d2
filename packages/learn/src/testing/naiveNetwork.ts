/** Parameters of {@link naiveStep} and their gradients, in double precision. */
export interface NaiveParameters {
  /** [channels, 2, 3, 3] */
  readonly kernel: Float64Array;
  readonly scale: Float64Array;
  readonly shift: Float64Array;
  /** [channels · side², classes] */
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** One step's examples: pictures [n, 2, side, side], factors of the hidden values [n, channels · side²], labels. */
export interface NaiveBatch {
  readonly input: ArrayLike<number>;
  readonly mask: ArrayLike<number>;
  readonly labels: readonly number[];
  readonly side: number;
  readonly smoothing: number;
}

const [INPUTS, KERNEL, EPSILON] = [2, 3, 1e-5];

/**
 * Loss, gradients and batch statistics of a small network, by loops: convolution 3 × 3 with zeros around, batch normalization, rectifier, dropout, a dense
 * layer, cross-entropy with label smoothing. What the graphs and their derivatives are held against.
 */
export function naiveStep(p: NaiveParameters, { input, mask, labels, side, smoothing }: NaiveBatch) {
  const [n, channels, classes] = [labels.length, p.scale.length, p.bias.length];
  const pixels = side * side;
  const hidden = channels * pixels;
  /** Calls back for every product of a convolution: places of picture, kernel and output. */
  const eachProduct = (visit: (picture: number, kernel: number, output: number) => void): void => {
    for (let e = 0; e < n; e++)
      for (let c = 0; c < channels; c++)
        for (let y = 0; y < side; y++)
          for (let x = 0; x < side; x++)
            for (let i = 0; i < INPUTS; i++)
              for (let dy = 0; dy < KERNEL; dy++)
                for (let dx = 0; dx < KERNEL; dx++) {
                  const [py, px] = [y + dy - 1, x + dx - 1];
                  if (py < 0 || px < 0 || py >= side || px >= side) continue;
                  visit(
                    ((e * INPUTS + i) * side + py) * side + px,
                    ((c * INPUTS + i) * KERNEL + dy) * KERNEL + dx,
                    (e * channels + c) * pixels + y * side + x,
                  );
                }
  };
  const convolved = new Float64Array(n * hidden);
  eachProduct((picture, kernel, output) => {
    convolved[output]! += input[picture]! * p.kernel[kernel]!;
  });
  const channelOf = (i: number): number => Math.floor(i / pixels) % channels;
  const perChannel = (values: Float64Array): Float64Array => {
    const sums = new Float64Array(channels);
    for (const [i, value] of values.entries()) sums[channelOf(i)]! += value;
    return sums.map((sum) => sum / (n * pixels));
  };
  const mean = perChannel(convolved);
  const centred = convolved.map((value, i) => value - mean[channelOf(i)]!);
  const variance = perChannel(centred.map((value) => value ** 2));
  const unit = centred.map((value, i) => value / Math.sqrt(variance[channelOf(i)]! + EPSILON));
  const normalized = unit.map((value, i) => value * p.scale[channelOf(i)]! + p.shift[channelOf(i)]!);
  const kept = normalized.map((value, i) => Math.max(0, value) * mask[i]!);

  const gradient = {
    kernel: new Float64Array(p.kernel.length),
    scale: new Float64Array(channels),
    shift: new Float64Array(channels),
    weight: new Float64Array(p.weight.length),
    bias: new Float64Array(classes),
  };
  let loss = 0;
  const back = new Float64Array(n * hidden);
  for (let e = 0; e < n; e++) {
    const scores = Float64Array.from(p.bias);
    for (let h = 0; h < hidden; h++)
      for (let c = 0; c < classes; c++) scores[c]! += kept[e * hidden + h]! * p.weight[h * classes + c]!;
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    for (let c = 0; c < classes; c++) {
      const target = (labels[e] === c ? 1 - smoothing : 0) + smoothing / classes;
      const logProbability = scores[c]! - Math.log(total);
      loss -= (target * logProbability) / n;
      const d = (Math.exp(logProbability) - target) / n;
      gradient.bias[c]! += d;
      for (let h = 0; h < hidden; h++) {
        gradient.weight[h * classes + c]! += kept[e * hidden + h]! * d;
        back[e * hidden + h]! += p.weight[h * classes + c]! * d;
      }
    }
  }
  const atNormalized = back.map((d, i) => (normalized[i]! > 0 ? d * mask[i]! : 0));
  for (const [i, d] of atNormalized.entries()) {
    gradient.shift[channelOf(i)]! += d;
    gradient.scale[channelOf(i)]! += d * unit[i]!;
  }
  const atUnit = atNormalized.map((d, i) => d * p.scale[channelOf(i)]!);
  const [meanOfUnit, meanOfProduct] = [perChannel(atUnit), perChannel(atUnit.map((d, i) => d * unit[i]!))];
  const atConvolved = atUnit.map((d, i) => {
    const c = channelOf(i);
    return (d - meanOfUnit[c]! - unit[i]! * meanOfProduct[c]!) / Math.sqrt(variance[c]! + EPSILON);
  });
  eachProduct((picture, kernel, output) => {
    gradient.kernel[kernel]! += input[picture]! * atConvolved[output]!;
  });
  return { loss, gradient, mean, variance };
}
