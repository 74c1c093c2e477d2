import {
  BAG_OF_WORDS,
  type ClassifierData,
  evaluateLinear,
  FISHER_VECTORS,
  handmadeEncoder,
  handmadeFeatures,
  learntNumbers,
  perceptronOf,
  pixelFeatures,
  trainLinearSvm,
} from '@incognita/learn';
import type { WorkerPool } from '@incognita/runtime';
import type { LineageSystem } from '@incognita/workspace';

type Result = NonNullable<LineageSystem['result']>;

/** What systems that are not trained by gradients need. */
export interface HandmadeTraining {
  readonly data: ClassifierData;
  readonly epochs: number;
  readonly seed: number;
  readonly pool: WorkerPool;
  readonly signal: AbortSignal;
  readonly show: (share: number, detail: string) => void;
}

const PIXELS_SIDE = 18;

/** Rosenblatt's perceptron on small pictures, as they are: a round over them is an epoch. */
export async function trainPerceptronSystem({ data, epochs, pool, signal, show }: HandmadeTraining): Promise<Result> {
  const classes = data.classNames.length;
  const begun = performance.now();
  const features = pixelFeatures(data.training, { sidePx: PIXELS_SIDE });
  let rounds = 0;
  const classifier = await perceptronOf(features, {
    ...{ labels: data.training.labels, classes, rounds: Math.max(1, Math.ceil(epochs)), pool, signal },
    onRound: (round) => {
      rounds = round;
      show(round / epochs, `round ${round}`);
    },
  });
  const seconds = (performance.now() - begun) / 1000;
  const heldOut = data.validation && pixelFeatures(data.validation, { sidePx: PIXELS_SIDE });
  return {
    parameters: classifier.weights.length,
    shown: rounds * features.count,
    flops: 2 * rounds * features.count * classes * features.dims,
    seconds,
    accuracy: heldOut && (await shares(evaluateLinear(classifier, heldOut, { pool, labels: data.validation!.labels }))),
  };
}

/** Hand-made features with a linear support vector machine a class; solved to its optimum, so that epochs do not count. */
export async function trainHandmadeSystem(name: string, { data, seed, pool, signal, show }: HandmadeTraining): Promise<Result> {
  const recipe = name === 'bag-of-words' ? BAG_OF_WORDS : FISHER_VECTORS;
  const { labels } = data.training;
  const classes = data.classNames.length;
  const begun = performance.now();
  show(0, 'vocabularies');
  const encoder = await handmadeEncoder(data.training, recipe, { seed, pool, signal });
  const features = await handmadeFeatures(data.training, encoder, {
    ...{ pool, signal },
    onProgress: (done, all) => show((0.5 * done) / all, `features of ${done} pictures`),
  });
  show(0.5, 'products of all pictures');
  const classifier = await trainLinearSvm(features, {
    ...{ labels, classes, pool, signal },
    onProgress: (done, all) => show(0.5 + (0.5 * done) / all, `${done} support vector machines`),
  });
  const seconds = (performance.now() - begun) / 1000;
  const { validation } = data;
  const heldOut = validation && (await handmadeFeatures(validation, encoder, { pool, signal }));
  return {
    parameters: learntNumbers(encoder) + classifier.weights.length,
    shown: labels.length,
    // Products of all pairs of pictures, each pair once.
    flops: labels.length * (labels.length + 1) * features.dims,
    seconds,
    accuracy: heldOut && (await shares(evaluateLinear(classifier, heldOut, { pool, labels: validation!.labels }))),
  };
}

async function shares(
  measured: Promise<{ readonly pictures: number; readonly top1: number; readonly top5: number }>,
): Promise<Result['accuracy']> {
  const { pictures, top1, top5 } = await measured;
  return { pictures, top1, top5 };
}
