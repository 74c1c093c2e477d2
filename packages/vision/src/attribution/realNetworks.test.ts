import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { classOutput, findLayer, type Model } from '@incognita/onnx';
import { loadModelSource, WorkerPool } from '@incognita/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import { channel, classLogit } from '../featurevis/objective/index.js';
import { resolvePreprocessing } from '../preprocessing/resolvePreprocessing.js';
import { sharedFile } from '../testing/shared.node.js';
import { withoutBiases } from '../testing/withoutBiases.js';
import { integratedGradients, prepareAttribution, relevance } from './index.js';

const pool = new WorkerPool({ workers: 2 });
afterAll(() => pool.dispose());

const embedded = fileURLToPath(new URL('../../../learn/models/emoji-alexnet/model.onnx', import.meta.url));

/** Trained networks: their file, null where it is absent; what is explained; pixels of the picture's side. */
const NETWORKS: readonly [
  name: string,
  file: string | null,
  target: (model: Model) => ReturnType<typeof channel>,
  sidePx: number,
][] = [
  ['emoji-alexnet', existsSync(embedded) ? embedded : null, (model) => classLogit(classOutput(model)!.tensor, 17), 64],
  ['SqueezeNet 1.1', sharedFile('models/squeezenet1_1.onnx'), (model) => classLogit(classOutput(model)!.tensor, 1), 96],
  ['Inception-v3', sharedFile('models/inception_v3_trunk.onnx'), (model) => channel(findLayer(model, 'mixed_2').tensor, 5), 96],
];

describe.each(NETWORKS)('of a trained network, %s (skipped where its file is absent)', (_, file, target, sidePx) => {
  const prepare = async (edit = (model: Model) => model) => {
    const source = await loadModelSource(file!);
    const model = edit(source.model);
    const preprocessing = { ...resolvePreprocessing(model), widthPx: sidePx, heightPx: sidePx };
    return prepareAttribution({ ...source, model }, { target: target(model), preprocessing, pool });
  };
  const picture = Float32Array.from({ length: 3 * sidePx * sidePx }, (_, i) => {
    const [plane, y, x] = [Math.floor(i / sidePx ** 2), Math.floor(i / sidePx) % sidePx, i % sidePx];
    return Math.hypot(x - sidePx / 2, y - sidePx / 2) < sidePx / 3
      ? 0.9 - 0.3 * plane
      : 0.3 + 0.2 * Math.sin((x + plane * y) / 5);
  });

  test.skipIf(file === null)('integrated gradients miss the difference that the picture makes by less than 1 %', async () => {
    const { completenessError, score, baselineScore, values } = await integratedGradients(await prepare(), picture);
    expect(completenessError).toBeLessThan(0.01);
    const total = values.reduce((a, b) => a + b, 0);
    expect(Math.abs(total - (score - baselineScore))).toBeLessThan(0.011 * Math.abs(score - baselineScore));
  });

  test.skipIf(file === null)('relevance is conserved to 1e-3 once there are no biases to take of it', async () => {
    const { notConserved, values, score } = await relevance(await prepare(withoutBiases), picture, { composite: 'epsilon' });
    expect(Math.abs(score)).toBeGreaterThan(1e-3);
    expect(notConserved).toBeLessThan(1e-3);
    expect(Math.abs(values.reduce((a, b) => a + b, 0) - score)).toBeLessThan(1e-3 * Math.abs(score));
  });
});
