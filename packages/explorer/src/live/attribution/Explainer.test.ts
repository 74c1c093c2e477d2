import { expect, it } from 'vitest';
import type { Attribution, AttributionRequest, LiveEngine } from '../data/LiveEngine.js';
import { Explainer } from './Explainer.js';

const soon = <T>(read: () => T) => expect.poll(read, { timeout: 4000, interval: 5 });
const request = (n: number, target = 'class:1'): AttributionRequest => ({
  ...{ network: 'net', layer: 'conv1', method: 'gradcam', target, steps: 64 },
  picture: { kind: 'pixels', width: n, height: 1, data: new Uint8ClampedArray(4 * n) },
});
const found = (score: number) => ({ score }) as Attribution;

function engine() {
  const asked: { request: AttributionRequest; answer: (value: Attribution | Error) => void; aborted: () => boolean }[] = [];
  const made = {
    attribute: (given: AttributionRequest, signal: AbortSignal) =>
      new Promise<Attribution>((resolve, reject) =>
        asked.push({
          request: given,
          answer: (value) => (value instanceof Error ? reject(value) : resolve(value)),
          aborted: () => signal.aborted,
        }),
      ),
  } as unknown as LiveEngine;
  return { explainer: new Explainer(made), asked };
}

it('of a camera’s pictures only the latest waits while one is explained', async () => {
  const { explainer, asked } = engine();
  const question = { question: 'top', moves: true };
  for (const n of [1, 2, 3]) explainer.ask(request(n, `class:${n}`), question);
  expect(asked).toHaveLength(1);
  asked[0]!.answer(found(1));
  await soon(() => asked.length).toBe(2);
  expect(asked[1]!.request.picture).toMatchObject({ width: 3 });
  expect(explainer.state.get().found?.score).toBe(1);
  expect(asked[1]!.aborted()).toBe(false);
});

it('another question ends the one under way, and its answer is not shown', async () => {
  const { explainer, asked } = engine();
  explainer.ask(request(1), { question: 'a', moves: false });
  explainer.ask(request(1, 'class:2'), { question: 'b', moves: false });
  expect(asked.map((one) => one.aborted())).toEqual([true, false]);
  asked[0]!.answer(found(1));
  asked[1]!.answer(found(2));
  await soon(() => explainer.state.get().found?.score).toBe(2);
});

it('what cannot be explained is said with its reason', async () => {
  const { explainer, asked } = engine();
  explainer.ask(request(1), { question: 'a', moves: false });
  asked[0]!.answer(new Error('Round has no gradient'));
  await soon(() => explainer.state.get().error).toBe('Round has no gradient');
  explainer.ask(null, { question: '', moves: false });
  expect(explainer.state.get()).toMatchObject({ found: null, error: null, busy: false });
});
