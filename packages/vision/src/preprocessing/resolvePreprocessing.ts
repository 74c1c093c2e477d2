import type { Model } from '@incognita/onnx';
import { type DeclaredPreprocessing, readMetadata, readSidecar } from './declared.js';
import { guessPreset } from './evidence.js';
import { type ImageInput, imageInput } from './imageInput.js';
import type { Preprocessing } from './preprocessing.js';
import { PREPROCESSING_PRESETS, type PreprocessingPreset, type PreprocessingPresetName } from './presets.js';

/** Options of {@link resolvePreprocessing}. */
export interface ResolveOptions {
  /** Values that the user gave; they win over everything. */
  readonly option?: DeclaredPreprocessing;
  /** A preset that the user named. */
  readonly preset?: PreprocessingPresetName;
  /** Both sides, where the model leaves its size open. */
  readonly sizePx?: number;
  /** A JSON file that lies beside the model, already parsed: see {@link sidecarNames}. */
  readonly sidecar?: { readonly file: string; readonly json: unknown };
}

/** Names of the files beside a model that may state its preprocessing, first wins. */
export function sidecarNames(modelFile: string): string[] {
  return [modelFile.replace(/\.onnx$/i, '') + '.incognita.json', 'preprocessor_config.json'];
}

/**
 * Decides how pictures become a model's input, and says so: the user's options, else a preset that the user named, else a
 * sidecar file, else the model's metadata, else a preset guessed from the graph, which is stated as an assumption. Sizes that the
 * model fixes are kept; the rest of a partial statement is filled from the guess.
 *
 * @throws Error when the model has no input that takes pictures, an unknown preset is named, the size contradicts the model, or
 * mean and std do not fit its channels.
 * @example console.log(resolvePreprocessing(model).statement);
 */
export function resolvePreprocessing(model: Model, options: ResolveOptions = {}): Preprocessing {
  const input = imageInput(model);
  const { declared, fallback, source, statement } = evidence(model, input, options);
  const given = { ...declared, ...options.option };
  const size = sizeOf(input, given, options.sizePx ?? null, fallback.sizePx);
  const color = given.colorOrder ?? fallback.colorOrder;
  const names = Object.keys(options.option ?? {});
  const assumedSize = size.assumed ? ` The model leaves its input size open; ${size.widthPx} pixels are assumed.` : '';
  const overrides = names.length > 0 ? ` Given by option: ${names.join(', ')}.` : '';
  return {
    widthPx: size.widthPx,
    heightPx: size.heightPx,
    resize: given.resize ?? fallback.resize,
    divisor: given.divisor ?? fallback.divisor,
    mean: perChannel(given.mean ?? fallback.mean, input),
    std: perChannel(given.std ?? fallback.std, input),
    colorOrder: input.channels === 1 ? 'gray' : color === 'gray' ? 'rgb' : color,
    layout: given.layout ?? input.layout,
    source: names.length > 0 ? 'option' : source,
    statement: statement + assumedSize + overrides,
  };
}

interface Evidence {
  readonly declared: DeclaredPreprocessing;
  readonly fallback: PreprocessingPreset;
  readonly source: string;
  readonly statement: string;
}

function evidence(model: Model, input: ImageInput, { preset, sidecar }: ResolveOptions): Evidence {
  if (preset !== undefined) {
    const values: PreprocessingPreset | undefined = PREPROCESSING_PRESETS[preset];
    if (!values)
      throw new Error(
        `There is no preprocessing preset \`${preset}\`; there are: ${Object.keys(PREPROCESSING_PRESETS).join(', ')}.`,
      );
    const statement = `Pictures are preprocessed by the preset \`${preset}\` (${values.range}), as asked.`;
    return { declared: {}, fallback: values, source: `preset:${preset}`, statement };
  }
  const guess = guessPreset(model, input.name);
  const base = { fallback: guess.preset };
  const filled = (declared: DeclaredPreprocessing): string =>
    declared.mean && declared.std
      ? ''
      : ` It does not state the value range; the preset \`${guess.name}\` (${guess.preset.range}) is assumed for it.`;
  if (sidecar) {
    let declared: DeclaredPreprocessing;
    try {
      declared = readSidecar(sidecar.json);
    } catch (error) {
      throw new Error(`${sidecar.file}: ${error instanceof Error ? error.message : String(error)}`);
    }
    const statement = `Pictures are preprocessed as ${sidecar.file} beside the model says.${filled(declared)}`;
    return { ...base, declared, source: `sidecar:${sidecar.file}`, statement };
  }
  const declared = readMetadata(model.metadata);
  if (Object.keys(declared).length > 0)
    return {
      ...base,
      declared,
      source: 'metadata',
      statement: `Pictures are preprocessed as the model's metadata says.${filled(declared)}`,
    };
  const statement =
    `ASSUMPTION: the model does not say how it sees pictures; the preset \`${guess.name}\` (${guess.preset.range}) is used because ${guess.because}. ` +
    'If results look wrong, name another preset or put a sidecar file beside the model.';
  return { ...base, declared: {}, source: `preset:${guess.name}`, statement };
}

function sizeOf(
  input: ImageInput,
  declared: DeclaredPreprocessing,
  sizePx: number | null,
  fallbackPx: number,
): { widthPx: number; heightPx: number; assumed: boolean } {
  const side = (fixed: number | null, stated: number | undefined, axis: string): number => {
    if (fixed !== null && sizePx !== null && sizePx !== fixed)
      throw new Error(
        `The model's input \`${input.name}\` has a fixed ${axis} of ${fixed} pixels; a size of ${sizePx} is not possible.`,
      );
    return fixed ?? sizePx ?? stated ?? fallbackPx;
  };
  return {
    widthPx: side(input.widthPx, declared.widthPx, 'width'),
    heightPx: side(input.heightPx, declared.heightPx, 'height'),
    assumed: sizePx === null && (input.widthPx ?? declared.widthPx ?? null) === null,
  };
}

function perChannel(values: readonly number[], { channels, name }: ImageInput): readonly number[] {
  if (values.length === channels) return values;
  if (values.length === 1) return new Array<number>(channels).fill(values[0]!);
  if (channels === 1) return [values.reduce((a, b) => a + b, 0) / values.length];
  throw new Error(
    `Mean and std must have one value or ${channels}, as the input \`${name}\` has channels, not ${values.length}: [${values.join(', ')}].`,
  );
}
