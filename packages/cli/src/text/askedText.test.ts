import { expect, it } from 'vitest';
import { askedTextRecord, gptSettingsOf } from './askedText.js';

it('every option of train gpt reaches the settings that it speaks of', () => {
  const asked = askedTextRecord('plays', { deviation: 0.1, begin: 'texts', untied: true, finalShare: 0.02, ema: 0.9, clip: 0 });
  expect(asked).toMatchObject({ network: 'gpt', data: 'plays', deviation: 0.1, begin: 'texts', untied: true });
  expect(gptSettingsOf(asked)).toMatchObject({
    ...{ deviation: 0.1, begin: 'texts', tied: false, finalShare: 0.02, averageDecay: 0.9, clipNorm: null, positions: 'rotary' },
  });
  expect(gptSettingsOf(askedTextRecord('plays', {}))).toMatchObject({
    deviation: 0.02,
    begin: 'anywhere',
    tied: true,
    bias: false,
  });
});
