import { TextTokenizer, TokenizerError } from '../tokens/textTokenizer.js';

/** The files beside a model that say how it is used. */
export const SETTING_FILES = ['config.json', 'generation_config.json', 'tokenizer_config.json', 'tokenizer.json'] as const;

/** Their content; what is absent is undefined. */
export type SettingFiles = Readonly<Record<(typeof SETTING_FILES)[number], unknown>>;

/** ONNX files of a folder that are decoders by their name, the likeliest first. */
export const USUAL_FILES = [
  'model.onnx',
  'decoder_model_merged.onnx',
  'decoder_with_past_model.onnx',
  'decoder_model.onnx',
  'model_quantized.onnx',
];

/** What the files beside a model say. */
export interface Settings {
  readonly tokenizer: TextTokenizer | null;
  /** Longest text, where something says so. */
  readonly context: number | null;
  /** Ids that end a text. */
  readonly ends: readonly number[];
}

/**
 * Reads what lies beside a model as Hugging Face repositories have it.
 *
 * @param label names the model in messages.
 * @param own a tokenizer to take instead of the file; `none` works by ids alone.
 * @throws TokenizerError where there is no tokenizer, or none that can be used.
 */
export function readSettings(files: SettingFiles, label: string, own?: TextTokenizer | 'none'): Settings {
  const [config, generation, about] = [
    record(files['config.json']),
    record(files['generation_config.json']),
    record(files['tokenizer_config.json']),
  ];
  const tokenizer = own === 'none' ? null : (own ?? openTokenizer(files, label));
  const limits = [config.max_position_embeddings, config.n_positions, config.n_ctx, about.model_max_length].filter(
    (limit): limit is number => typeof limit === 'number' && limit > 0 && limit < 1e9,
  );
  const context = limits.length === 0 ? null : Math.min(...limits);
  return { tokenizer, context, ends: endsOf(config, generation, about, tokenizer) };
}

function openTokenizer(files: SettingFiles, label: string): TextTokenizer {
  if (files['tokenizer.json'] === undefined)
    throw new TokenizerError(
      `There is no tokenizer.json beside ${label}: put the one of the model there, or open it with { tokenizer: 'none' } and work by ids.`,
    );
  return new TextTokenizer(files['tokenizer.json'], files['tokenizer_config.json'] ?? {});
}

type Json = Record<string, unknown>;

function endsOf(config: Json, generation: Json, about: Json, tokenizer: TextTokenizer | null): number[] {
  const ids = [generation.eos_token_id, config.eos_token_id].find((one) => one !== undefined && one !== null);
  const list = (Array.isArray(ids) ? ids : [ids]).filter((id): id is number => typeof id === 'number');
  const named = about.eos_token;
  const text = typeof named === 'string' ? named : (named as { content?: string } | undefined)?.content;
  const id = text === undefined ? undefined : tokenizer?.idOf(text);
  return [...new Set([...list, ...(id === undefined ? [] : [id])])];
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
