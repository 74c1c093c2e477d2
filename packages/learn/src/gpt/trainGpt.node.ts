import type { WorkerPool } from '@incognita/runtime';
import { nextToken } from '../loss/nextToken.js';
import type { TextBatchOptions } from '../text/textBatches.task.js';
import type { TextData } from '../text/textData.js';
import { textTokenizer } from '../text/textTokenizer.js';
import { type CourseCheckpoint, type CourseReport, type CourseWeights, trainCourse } from '../training/course.node.js';
import { evaluateText } from './evaluateText.node.js';
import { exportTokenNetwork, namedTokenValues } from './exportGpt.js';
import { gpt } from './gpt.js';
import type { GptSettings } from './gptSettings.js';
import type { TokenNetwork } from './tokenNetwork.js';

/** What happens while a GPT is trained. Losses are in nats a token. */
export type TextEvent =
  | ({ readonly kind: 'text'; readonly epoch: number; readonly tokensPerSecond: number } & Omit<CourseReport, 'metrics'>)
  | {
      readonly kind: 'textEvaluation';
      readonly step: number;
      readonly epoch: number;
      readonly loss: number;
      readonly best: boolean;
    };

/** Options of {@link trainGpt}. */
export interface TrainGptOptions {
  readonly settings: GptSettings;
  readonly data: TextData;
  readonly pool: WorkerPool;
  /** Goes on from here, with the best weights until then where `keep` is `best`. */
  readonly resume?: { readonly checkpoint: CourseCheckpoint; readonly best: CourseWeights | null };
  /** Ends training after the step in progress; the checkpoint of that step is still given out. */
  readonly signal?: AbortSignal;
  /** Default 250. */
  readonly checkpointEvery?: number;
  /** Each is awaited before training goes on. */
  readonly onEvent?: (event: TextEvent) => void | Promise<void>;
  readonly onCheckpoint?: (checkpoint: CourseCheckpoint) => void | Promise<void>;
  /** Called before the checkpoint that speaks of it. */
  readonly onBest?: (weights: CourseWeights, step: number) => void | Promise<void>;
}

/** A GPT that has been trained. */
export interface TrainedGpt {
  readonly network: TokenNetwork;
  readonly weights: CourseWeights;
  /** Step of the weights, and steps that were taken. */
  readonly step: number;
  readonly steps: number;
}

/** The network that settings speak of, for so many different tokens. */
export function gptOf(settings: GptSettings, vocabulary: number): TokenNetwork {
  const { layers, heads, width, block, positions, deviation, dropout, bias, tied } = settings;
  return gpt({ vocabulary, block, layers, heads, width, positions, deviation, dropout, bias, tied });
}

/**
 * Trains a GPT on a text, to the same bytes for the same settings and data: on any number of workers, stopped and resumed or not.
 *
 * @throws RangeError where the text is shorter than a block, or examples are to begin at texts and there is one only; TrainingDivergedError; the signal's reason.
 * @example
 * const data = textData([play], { name: 'play', tokenizer: { kind: 'char' }, holdOut: 0.1 });
 * const { network, weights } = await trainGpt({ settings: { ...NANO_GPT, seed: 1 }, data, pool, onEvent: console.log });
 * const bytes = write(exportTokenNetwork(network, namedTokenValues(network, weights.values), { cache: true }));
 */
export async function trainGpt({ settings, data, pool, onEvent, ...rest }: TrainGptOptions): Promise<TrainedGpt> {
  const { block, batchSize, steps, shards, seed, optimizer, learningRate } = settings;
  const tokenizer = textTokenizer(data.tokenizer);
  const network = gptOf(settings, tokenizer.vocabulary);
  const endOfText = settings.begin === 'texts' ? tokenizer.endOfText : null;
  if (settings.begin === 'texts' && endOfText === null)
    throw new RangeError(`"${data.name}" is a single text: examples can begin anywhere, but not at texts.`);
  const batches: TextBatchOptions = { tokens: data.training, block, seed, endOfText };
  const tokensPerStep = batchSize * block;
  const epochOf = (step: number): number => (step * tokensPerStep) / data.training.length;
  const trained = await trainCourse({
    ...{ evaluateEvery: settings.evaluateEvery, patience: settings.patience, keep: settings.keep },
    score: { of: 'loss', better: 'smaller' },
    train: {
      problem: nextToken(network),
      batches: {
        loader: { module: new URL('../../dist/text/textBatches.task.js', import.meta.url).href, export: 'textBatches' },
        options: batches,
        examplesPerEpoch: data.training.length / block,
      },
      ...{ batchSize, steps, shards, seed, optimizer, learningRate, pool },
      schedule: { kind: 'cosine', warmupSteps: settings.warmupSteps, final: settings.finalShare },
      ...(settings.clipNorm === null ? {} : { clipNorm: settings.clipNorm }),
      ...(settings.averageDecay === null ? {} : { averageDecay: settings.averageDecay }),
      ...(rest.signal && { signal: rest.signal }),
    },
    ...(rest.resume && { resume: rest.resume }),
    ...(rest.checkpointEvery === undefined ? {} : { checkpointEvery: rest.checkpointEvery }),
    evaluate: async ({ values }) => {
      if (data.validation === null) return null;
      const model = exportTokenNetwork(network, namedTokenValues(network, values));
      const { loss } = await evaluateText(model, data.validation, { pool, block, endOfText });
      return { loss };
    },
    onReport: ({ metrics: _, ...report }) =>
      onEvent?.({
        ...{ kind: 'text', epoch: epochOf(report.step), tokensPerSecond: (1000 * tokensPerStep) / report.ms.step },
        ...report,
      }),
    onEvaluation: (evaluation) => onEvent?.({ kind: 'textEvaluation', epoch: epochOf(evaluation.step), ...evaluation }),
    ...{ onCheckpoint: rest.onCheckpoint, onBest: rest.onBest },
  });
  return { network, ...trained };
}
