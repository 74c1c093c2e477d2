import { type GptSettings, NANO_GPT, type TokenizerChoice } from '@incognita/learn';
import type { AskedRecord } from '../training/asked.js';

/** The options of `incognita train gpt` that its result depends on. Names and order are those of the command line. */
export interface AskedText {
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  readonly block: number;
  readonly positions: GptSettings['positions'];
  readonly deviation: number;
  readonly tokenizer: TokenizerChoice['kind'];
  readonly vocabulary: number;
  readonly dropout: number;
  readonly bias?: boolean | undefined;
  readonly untied?: boolean | undefined;
  readonly begin?: GptSettings['begin'] | undefined;
  readonly steps: number;
  readonly batch: number;
  readonly lr: number;
  readonly finalShare: number;
  readonly beta2: number;
  readonly weightDecay: number;
  readonly warmup: number;
  readonly clip: number;
  readonly ema?: number | undefined;
  readonly holdout: number;
  readonly evaluateEvery: number;
  readonly patience?: number | undefined;
  readonly keep?: 'best' | 'final' | undefined;
  readonly half?: boolean | undefined;
  readonly plain?: boolean | undefined;
  readonly shards: number;
  readonly seed: number;
}

/** What they are where nothing else is said: nanoGPT's setting for a CPU, but with rotary positions, by which the same steps get further. */
export const TEXT_DEFAULTS: AskedText = {
  ...{
    layers: NANO_GPT.layers,
    heads: NANO_GPT.heads,
    width: NANO_GPT.width,
    block: NANO_GPT.block,
    positions: 'rotary',
    deviation: NANO_GPT.deviation,
  },
  ...{ tokenizer: 'char', vocabulary: 1024, dropout: 0, steps: NANO_GPT.steps, batch: NANO_GPT.batchSize },
  ...{ lr: NANO_GPT.learningRate, finalShare: NANO_GPT.finalShare, beta2: 0.99, weightDecay: 0.1 },
  ...{ warmup: NANO_GPT.warmupSteps, clip: 1, holdout: 0.1, evaluateEvery: NANO_GPT.evaluateEvery, shards: 2, seed: 1 },
};

/** All of them, in order: an option that is missing here would be ignored. */
const ORDER: Readonly<Record<keyof AskedText, true>> = {
  ...{ layers: true, heads: true, width: true, block: true, positions: true, deviation: true, tokenizer: true, vocabulary: true },
  ...{ dropout: true, bias: true, untied: true, begin: true, steps: true, batch: true, lr: true, finalShare: true, beta2: true },
  ...{ weightDecay: true, warmup: true, clip: true, ema: true, holdout: true, evaluateEvery: true, patience: true, keep: true },
  ...{ half: true, plain: true, shards: true, seed: true },
};
const KEYS = Object.keys(ORDER) as readonly (keyof AskedText)[];

/** The options that count, with their defaults; characters have no `vocabulary` to ask for. */
export function askedTextRecord(data: string, options: Partial<AskedText>): AskedRecord {
  const all: Partial<AskedText> = { ...TEXT_DEFAULTS, ...options };
  const chosen = KEYS.filter((key) => all[key] !== undefined && (key !== 'vocabulary' || all.tokenizer === 'bpe'));
  return { network: 'gpt', data, ...Object.fromEntries(chosen.map((key) => [key, all[key]!])) };
}

/** How the text becomes tokens. */
export function tokenizerOf(asked: AskedRecord): TokenizerChoice {
  const { tokenizer, vocabulary } = asked as unknown as AskedText;
  return tokenizer === 'bpe' ? { kind: 'bpe', vocabulary } : { kind: 'char' };
}

/** The trainer's settings. */
export function gptSettingsOf(asked: AskedRecord): GptSettings {
  const given = asked as unknown as AskedText;
  const { layers, heads, width, block, positions, deviation, dropout, steps, shards, seed, finalShare, evaluateEvery } = given;
  return {
    ...{
      network: 'gpt',
      layers,
      heads,
      width,
      block,
      positions,
      deviation,
      dropout,
      bias: given.bias ?? false,
      tied: !(given.untied ?? false),
      begin: given.begin ?? 'anywhere',
    },
    ...{ steps, batchSize: given.batch, shards },
    optimizer: { kind: 'adamw', beta2: given.beta2, weightDecay: given.weightDecay },
    ...{ learningRate: given.lr, warmupSteps: given.warmup, finalShare },
    ...{ clipNorm: given.clip === 0 ? null : given.clip, averageDecay: given.ema ?? null, seed, evaluateEvery },
    ...{ patience: given.patience ?? null, keep: given.keep ?? (given.patience === undefined ? 'final' : 'best') },
  };
}
