import { createRandom } from '@incognita/runtime';
import { describe, expect, it } from 'vitest';
import { classify, trainPerceptron } from './perceptron.js';

/** Points of a square, labelled by a line through it, none nearer to the line than a margin. */
function separable(count: number, margin: number): { inputs: Float32Array; labels: number[] } {
  const random = createRandom(5);
  const [inputs, labels]: [number[], number[]] = [[], []];
  while (labels.length < count) {
    const [x, y] = [2 * random.uniform() - 1, 2 * random.uniform() - 1];
    const side = (x + 2 * y - 0.3) / Math.sqrt(5);
    if (Math.abs(side) < margin) continue;
    inputs.push(x, y);
    labels.push(side > 0 ? 1 : 0);
  }
  return { inputs: Float32Array.from(inputs), labels };
}

describe("Rosenblatt's perceptron", () => {
  it('makes at most (R / margin)² mistakes before it separates what can be separated (Novikoff 1962)', () => {
    const margin = 0.1;
    const { inputs, labels } = separable(300, margin);
    let mistakes = 0;
    let last = -1;
    const classifier = trainPerceptron({
      inputs,
      labels,
      classes: 2,
      rounds: 1000,
      onRound: (_, count) => {
        mistakes += count;
        last = count;
      },
    });
    expect(last).toBe(0);
    expect(labels.every((label, e) => classify(classifier, inputs.subarray(2 * e, 2 * e + 2)) === label)).toBe(true);
    // With the bias as a third coordinate of one: R² ≤ 3, and with the bias the line's own unit weights have a squared norm of 1 + 0.3²/5.
    expect(mistakes).toBeLessThanOrEqual((3 * 1.018) / margin ** 2);
  });

  it('never learns exclusive or', () => {
    const inputs = Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1);
    const counts: number[] = [];
    trainPerceptron({ inputs, labels: [0, 1, 1, 0], classes: 2, rounds: 50, onRound: (_, count) => void counts.push(count) });
    expect(counts).toHaveLength(50);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });
});
