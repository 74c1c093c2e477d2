import { describe, expect, it } from 'vitest';
import { ASKED_DEFAULTS, askedRecord, commandOf, differences, settingsOf } from './asked.js';

describe('what is asked of a training run', () => {
  it('becomes settings: epochs count the pictures, the rest follows from the steps', () => {
    const asked = askedRecord('lenet5', 'birds', { ...ASKED_DEFAULTS, epochs: 3, batch: 16 });
    expect(settingsOf(asked, 100)).toMatchObject({ steps: 19, evaluateEvery: 7, warmupSteps: 1, keep: 'final', clipNorm: 5 });
    expect(settingsOf(askedRecord('mlp', 'birds', { steps: 7, patience: 2, clip: 0 }), 100)).toMatchObject({
      ...{ steps: 7, keep: 'best', clipNorm: null, learningRate: 0.001, seed: 1 },
    });
  });

  it('is said again as a command that asks for the same, without what is so anyway', () => {
    const asked = askedRecord('lenet5', 'my birds', { ...ASKED_DEFAULTS, steps: 9, labelSmoothing: 0, flip: true });
    expect(commandOf(asked)).toBe("incognita train lenet5 'my birds' --steps 9 --label-smoothing 0 --flip --out run");
  });

  it('is compared option by option; a run that diverged may get another learning rate, and nothing else', () => {
    const asked = askedRecord('mlp', 'birds', {});
    expect(differences(asked, askedRecord('mlp', 'birds', { epochs: 20 })).names).toEqual([]);
    expect(differences(asked, askedRecord('mlp', 'birds', { lr: 0.1, warmup: 9 }))).toEqual({
      names: ['lr', 'warmup'],
      cures: true,
    });
    expect(differences(asked, askedRecord('mlp', 'birds', { steps: 5 }))).toEqual({ names: ['epochs', 'steps'], cures: false });
    expect(differences(asked, askedRecord('linear', 'cats', { lr: 1 })).names).toEqual(['network', 'data', 'lr']);
  });
});
