import type { Finish } from '../generation/decode.js';
import type { Chosen, Sampling } from '../generation/sample.js';
import type { PointClamp } from '../points/clamp.js';
import type { PointTensor } from '../points/pointTensor.js';
import type { PointSlice } from '../points/slices.js';
import type { Token } from '../tokens/textTokenizer.js';

/** A text, or the ids of its tokens. */
export type TextInput = string | readonly number[];

/** Options of {@link LanguageModel.run}. */
export interface RunTextOptions {
  /** Points to read, by name. */
  readonly taps?: readonly string[];
  /** Parts of points to read, by names of your choice: only they leave the engine. */
  readonly slices?: Readonly<Record<string, PointSlice>>;
  readonly clamps?: readonly PointClamp[];
  /** Whether the tokenizer puts its begin-of-text token; default: as it says. Ids are taken as they are. */
  readonly special?: boolean;
  /** Whether to compute logits; default true. */
  readonly logits?: boolean;
}

/** What a run over a text gave. */
export interface TextRun {
  readonly ids: readonly number[];
  /** [position, vocabulary]; null where not asked for. */
  readonly logits: PointTensor | null;
  /** The tapped points, as they are after clamps. */
  readonly points: Readonly<Record<string, PointTensor>>;
  /** The slices, by their names; axes of which one place was named have the length 1. */
  readonly slices: Readonly<Record<string, PointTensor>>;
}

/** Options of {@link LanguageModel.generate}. */
export interface GenerateOptions extends Sampling {
  /** Default 64. */
  readonly maxTokens?: number;
  /** Seed of the draws; default 1. */
  readonly seed?: number;
  /** Texts that end the generation; they are not part of the result. */
  readonly stop?: readonly string[];
  /** Whether to go on behind end-of-text tokens; default false. */
  readonly ignoreEnd?: boolean;
  readonly taps?: readonly string[];
  readonly clamps?: readonly PointClamp[];
  readonly special?: boolean;
  /** How many tokens the model may be ahead of who reads them; default 128. */
  readonly lead?: number;
  readonly signal?: AbortSignal;
}

/** One generated token. */
export interface GenerationStep extends Chosen {
  readonly position: number;
  /** The token for people, with white space visible. */
  readonly label: string;
  /** What it adds to the text; '' while a character is not complete. */
  readonly text: string;
  readonly taps: Readonly<Record<string, PointTensor>>;
}

/** A finished generation. */
export interface Generation {
  readonly prompt: readonly Token[] | null;
  readonly promptIds: readonly number[];
  readonly ids: readonly number[];
  /** The generated text, without the prompt. */
  readonly text: string;
  readonly steps: readonly GenerationStep[];
  readonly finish: Finish | 'stop';
  /** The tapped points over prompt and generated tokens but the last, which was not run. */
  readonly taps: Readonly<Record<string, PointTensor>>;
}
