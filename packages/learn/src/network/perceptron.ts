/** A linear classifier: a row of weights and a bias a class. */
export interface LinearClassifier {
  readonly classes: number;
  readonly features: number;
  /** [classes, features + 1], the bias last in each row. */
  readonly weights: Float32Array;
}

/** Options of {@link trainPerceptron}. */
export interface PerceptronRuleOptions {
  /** [examples, features] */
  readonly inputs: Float32Array;
  readonly labels: ArrayLike<number>;
  readonly classes: number;
  /** Rounds over the examples; ends earlier where a round has no mistake. */
  readonly rounds: number;
  /** Called after each round with its mistakes. */
  readonly onRound?: (round: number, mistakes: number) => void;
}

/**
 * Rosenblatt's perceptron, for several classes: a mistake adds the example to its class's weights and takes it from those of the class that was
 * named; nothing else changes anything. It ends where the classes can be told apart by hyperplanes, and never settles where they cannot.
 *
 * Source: Rosenblatt 1958, The Perceptron; several classes as in Crammer and Singer 2003, Ultraconservative Online Algorithms (uniform case of one
 * error set).
 *
 * @example const classifier = trainPerceptron({ inputs, labels, classes: 2, rounds: 100 });
 */
export function trainPerceptron({ inputs, labels, classes, rounds, onRound }: PerceptronRuleOptions): LinearClassifier {
  const examples = labels.length;
  const features = inputs.length / Math.max(1, examples);
  if (!Number.isInteger(features))
    throw new RangeError(`${inputs.length} numbers are no whole number of features for ${examples} examples.`);
  const classifier: LinearClassifier = { classes, features, weights: new Float32Array(classes * (features + 1)) };
  for (let round = 1; round <= rounds; round++) {
    let mistakes = 0;
    for (let e = 0; e < examples; e++) {
      const example = inputs.subarray(e * features, (e + 1) * features);
      const guess = classify(classifier, example);
      const label = labels[e]!;
      if (guess === label) continue;
      mistakes++;
      addTo(classifier, label, example, 1);
      addTo(classifier, guess, example, -1);
    }
    onRound?.(round, mistakes);
    if (mistakes === 0) break;
  }
  return classifier;
}

/** Score of every class. */
export function linearScores({ classes, features, weights }: LinearClassifier, example: Float32Array): Float64Array {
  const scores = new Float64Array(classes);
  const whole = features - (features % 4);
  for (let c = 0; c < classes; c++) {
    const row = c * (features + 1);
    // Four sums that do not wait for each other.
    let [p, q, r, s] = [weights[row + features]!, 0, 0, 0];
    for (let i = 0; i < whole; i += 4) {
      p += weights[row + i]! * example[i]!;
      q += weights[row + i + 1]! * example[i + 1]!;
      r += weights[row + i + 2]! * example[i + 2]!;
      s += weights[row + i + 3]! * example[i + 3]!;
    }
    for (let i = whole; i < features; i++) p += weights[row + i]! * example[i]!;
    scores[c] = p + q + r + s;
  }
  return scores;
}

/** The class of the highest score, the first where several are equal. */
export function classify(classifier: LinearClassifier, example: Float32Array): number {
  const scores = linearScores(classifier, example);
  let best = 0;
  for (let c = 1; c < scores.length; c++) if (scores[c]! > scores[best]!) best = c;
  return best;
}

function addTo({ features, weights }: LinearClassifier, label: number, example: Float32Array, sign: number): void {
  const row = label * (features + 1);
  for (let i = 0; i < features; i++) weights[row + i] = weights[row + i]! + sign * example[i]!;
  weights[row + features] = weights[row + features]! + sign;
}
