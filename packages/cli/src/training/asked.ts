import type { AugmentationName, ClassifierSettings, OptimizerOptions } from '@incognita/learn';
import type { TrainingRun } from '@incognita/workspace';
import { UsageError } from '../errors.js';

/** The options of `incognita train` that its result depends on. Names and order are those of the command line. */
export interface Asked {
  readonly epochs?: number | undefined;
  readonly steps?: number | undefined;
  readonly batch: number;
  readonly lr: number;
  readonly optimizer: OptimizerOptions['kind'];
  readonly weightDecay: number;
  readonly warmup?: number | undefined;
  readonly labelSmoothing: number;
  readonly clip: number;
  readonly ema?: number | undefined;
  readonly width: number;
  readonly augment: AugmentationName;
  readonly flip?: boolean | undefined;
  readonly holdout: number;
  readonly share?: number | undefined;
  readonly maxMegapixels: number;
  readonly evaluateEvery?: number | undefined;
  readonly patience?: number | undefined;
  readonly keep?: 'best' | 'final' | undefined;
  readonly half?: boolean | undefined;
  readonly shards: number;
  readonly seed: number;
}

/** What they are where nothing else is said. */
export const ASKED_DEFAULTS: Asked & { readonly epochs: number } = {
  epochs: 20,
  batch: 64,
  lr: 0.001,
  optimizer: 'adamw',
  weightDecay: 0.02,
  labelSmoothing: 0.1,
  clip: 5,
  width: 1,
  augment: 'light',
  holdout: 0.1,
  maxMegapixels: 50,
  shards: 2,
  seed: 1,
};

const KEYS = [
  ...[
    'epochs',
    'steps',
    'batch',
    'lr',
    'optimizer',
    'weightDecay',
    'warmup',
    'labelSmoothing',
    'clip',
    'ema',
    'width',
    'augment',
  ],
  ...['flip', 'holdout', 'share', 'maxMegapixels', 'evaluateEvery', 'patience', 'keep', 'half', 'shards', 'seed'],
] as readonly (keyof Asked)[];

/** May be changed when a run has diverged, and only then. */
const CURES: readonly string[] = ['lr', 'warmup', 'clip'];

/** Plain JSON by option, with the network and the data. */
export type AskedRecord = TrainingRun['asked'];

/** The options that count, with their defaults; `--steps` takes the place of `--epochs`. */
export function askedRecord(network: string, data: string, options: Partial<Asked>): AskedRecord {
  const { epochs, ...defaults } = ASKED_DEFAULTS;
  const all: Partial<Asked> = { ...defaults, ...(options.steps === undefined ? { epochs } : {}), ...options };
  const chosen = KEYS.filter((key) => all[key] !== undefined).map((key) => [key, all[key]!]);
  return { network, data, ...Object.fromEntries(chosen) };
}

/** @throws UsageError where a batch cannot be cut into the parts that were asked for. */
export function checkShards({ batch, shards }: AskedRecord): void {
  if (Number(batch) % Number(shards) !== 0)
    throw new UsageError(`a batch of ${batch} cannot be cut into ${shards} equal parts: change --batch or --shards`);
}

/** The trainer's settings for `examples` pictures. */
export function settingsOf(asked: AskedRecord, examples: number): ClassifierSettings {
  const { network, ...rest } = asked as unknown as Asked & { readonly network: string };
  const perEpoch = Math.max(1, Math.ceil(examples / rest.batch));
  const steps = rest.steps ?? Math.max(1, Math.ceil((rest.epochs! * examples) / rest.batch));
  const decay = rest.weightDecay;
  return {
    ...{ network, width: rest.width, steps, batchSize: rest.batch, shards: rest.shards },
    optimizer:
      rest.optimizer === 'sgd'
        ? { kind: 'sgd', momentum: 0.9, weightDecay: decay }
        : { kind: rest.optimizer, weightDecay: decay },
    learningRate: rest.lr,
    warmupSteps: rest.warmup ?? Math.min(500, Math.ceil(steps / 20)),
    labelSmoothing: rest.labelSmoothing,
    clipNorm: rest.clip === 0 ? null : rest.clip,
    averageDecay: rest.ema ?? null,
    augmentation: rest.augment,
    flip: rest.flip ?? false,
    seed: rest.seed,
    evaluateEvery: rest.evaluateEvery ?? perEpoch,
    patience: rest.patience ?? null,
    keep: rest.keep ?? (rest.patience === undefined ? 'final' : 'best'),
  };
}

/** Options in which two askings differ, and whether a run that has diverged may go on with the new ones. */
export function differences(
  before: AskedRecord,
  now: AskedRecord,
): { readonly names: readonly string[]; readonly cures: boolean } {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((key) => before[key] !== now[key]);
  return { names, cures: names.every((name) => CURES.includes(name)) };
}

/** Only these options, null where one was not given. */
export function only(asked: AskedRecord, names: readonly string[]): AskedRecord {
  return Object.fromEntries(names.map((name) => [name, asked[name] ?? null]));
}

/** An option as the command line spells it. */
export function flagOf(key: string): string {
  return key === 'network'
    ? '<net>'
    : key === 'data'
      ? '<data>'
      : `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The command that asks for this, without what is so anyway. */
export function commandOf(asked: AskedRecord, defaults: Readonly<Record<string, unknown>> = { ...ASKED_DEFAULTS }): string {
  const quote = (text: string): string => (/^[\w.:/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
  const keys = Object.keys(asked).filter((key) => key !== 'network' && key !== 'data');
  const flags = keys
    .filter((key) => asked[key] !== undefined && asked[key] !== defaults[key])
    .map((key) => (asked[key] === true ? flagOf(key) : `${flagOf(key)} ${asked[key]}`));
  return ['incognita train', quote(String(asked.network)), quote(String(asked.data)), ...flags, '--out run'].join(' ');
}
