import { describe, expect, it } from 'vitest';
import { lastStep, NO_METRICS, secondsLeft, withLines } from './metrics.js';

const training = (step: number, ms: number) =>
  JSON.stringify({
    ...{ kind: 'training', step, epoch: 1, loss: 2, accuracy: 0.5, learningRate: 0.01, gradientNorm: 1, imagesPerSecond: 100 },
    ms: { step: ms, data: 1, run: 1, update: 1 },
  });
const evaluation = '{"kind":"evaluation","step":25,"epoch":2,"top1":0.4,"top5":0.8,"best":true}';

describe('the metrics of a run', () => {
  it('are sorted by kind; what cannot be read is counted', () => {
    const metrics = withLines(NO_METRICS, [training(10, 5), evaluation, 'torn', '{"kind":"training"}']);
    expect(metrics.training.map((line) => line.step)).toEqual([10]);
    expect(metrics.evaluations[0]).toMatchObject({ top1: 0.4, best: true });
    expect(metrics.unreadable).toBe(2);
    expect(lastStep(metrics)).toBe(25);
    expect(withLines(metrics, [])).toBe(metrics);
    expect(metrics.of).toBe('pictures');
  });

  it('may be those of a text', () => {
    const line =
      '{"kind":"text","step":10,"epoch":1,"loss":3,"learningRate":0.1,"gradientNorm":1,"tokensPerSecond":900,"ms":{"step":5,"data":1,"run":1,"update":1}}';
    const metrics = withLines(NO_METRICS, [line, '{"kind":"textEvaluation","step":20,"epoch":2,"loss":2.5,"best":true}']);
    expect(metrics).toMatchObject({ of: 'tokens', training: [{ speed: 900, stepMs: 5 }], evaluations: [{ loss: 2.5 }] });
    expect(metrics.training[0]!.accuracy).toBeUndefined();
  });

  it('tell how long the rest will take, by the median step', () => {
    const metrics = withLines(NO_METRICS, [training(10, 100), training(20, 9000), training(30, 200)]);
    expect(secondsLeft(metrics, 100)).toBeCloseTo((70 * 200) / 1000);
    expect(secondsLeft(NO_METRICS, 100)).toBeNull();
  });
});
