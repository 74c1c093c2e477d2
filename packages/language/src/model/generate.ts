import { NotADecoderError } from '../anatomy/errors.js';
import type { DecodePlan, DecodeStep, Finish } from '../generation/decode.js';
import { GrowingText } from '../generation/growingText.js';
import { joinPositions } from '../points/joinPositions.js';
import type { PointTensor } from '../points/pointTensor.js';
import type { LanguageModel } from './languageModel.js';
import type { GenerateOptions, Generation, GenerationStep, TextInput } from './options.js';
import { LOOKS_BACK } from './selfTest.js';
import { steps } from './steps.js';

/** See {@link LanguageModel.generate}. */
export async function* generate(
  model: LanguageModel,
  prompt: TextInput,
  options: GenerateOptions,
): AsyncGenerator<GenerationStep, Generation['finish']> {
  const ids = model.ids(prompt, options.special);
  const { edited, plan } = await planOf(model, ids, options);
  const text = new GrowingText(model.tokenizer, ids);
  const stream = steps<DecodeStep, Finish>((onStep, signal) => model.runner.decode(edited, plan, onStep, signal), options.signal);
  try {
    for (;;) {
      const next = await stream.next();
      if (next.done) return next.value;
      const added = text.add(next.value.id);
      const { id, logprob, top, position, taps } = next.value;
      yield { id, logprob, top, position, taps, label: model.tokenizer?.label(id) ?? String(id), text: added };
      if ((options.stop ?? []).some((stop) => text.whole.includes(stop))) return 'stop';
    }
  } finally {
    await stream.return('length');
  }
}

/** See {@link LanguageModel.complete}. */
export async function collect(model: LanguageModel, prompt: TextInput, options: GenerateOptions): Promise<Generation> {
  const promptIds = model.ids(prompt, options.special);
  const made: GenerationStep[] = [];
  const stream = generate(model, promptIds, options);
  let finish: Generation['finish'];
  for (;;) {
    const next = await stream.next();
    if (next.done) {
      finish = next.value;
      break;
    }
    made.push(next.value);
  }
  const parts: Record<string, PointTensor[]> = {};
  for (const step of made)
    for (const [point, value] of Object.entries(step.taps)) parts[point] = [...(parts[point] ?? []), value];
  const tokens =
    typeof prompt === 'string' && model.tokenizer !== null
      ? model.tokenizer.encode(prompt, { special: options.special ?? true })
      : null;
  return {
    prompt: tokens,
    promptIds,
    ids: made.map(({ id }) => id),
    text: before(made.map((step) => step.text).join(''), options.stop ?? []),
    steps: made,
    finish,
    taps: Object.fromEntries(Object.entries(parts).map(([point, values]) => [point, joinPositions(values)])),
  };
}

async function planOf(model: LanguageModel, ids: readonly number[], options: GenerateOptions) {
  const { taps = [], clamps = [], maxTokens = 64, seed = 1, ignoreEnd = false, lead = 128 } = options;
  if (!Number.isInteger(maxTokens) || maxTokens < 1)
    throw new RangeError(`maxTokens is ${maxTokens}; it must be a whole number from 1 up`);
  if (!Number.isInteger(lead) || lead < 1) throw new RangeError(`lead is ${lead}; it must be a whole number from 1 up`);
  checkSampling(options);
  const ahead = model.test?.measured.find(({ claim, holds }) => claim === LOOKS_BACK && !holds);
  if (ahead !== undefined)
    throw new NotADecoderError(
      `Attention of this model looks at later positions, too (a weight of ${ahead.error.toFixed(2)} was measured): it reads texts and cannot write on. Use \`run\`.`,
    );
  const ready = await model.clamps(clamps, ids);
  const cached = model.inputs.cache.length > 0;
  const points = [...new Set(taps)].map((name) => model.point(name));
  const { built } = model.graph({ taps: points, clamps: ready, logits: 'last', cache: cached });
  const plan: DecodePlan = {
    inputs: model.inputs,
    feeds: built.model.graph.inputs.map((v) => v.name),
    cached,
    logits: built.logits!,
    taps: built.taps,
    clamps: ready,
    ids,
    maxTokens,
    context: model.context,
    sampling: {
      temperature: options.temperature ?? 0,
      topK: options.topK ?? 0,
      topP: options.topP ?? 1,
      repetitionPenalty: options.repetitionPenalty ?? 1,
    },
    seed,
    ends: ignoreEnd ? [] : model.ends,
    lead,
  };
  return { edited: built.model, plan };
}

function checkSampling({ temperature = 0, topK = 0, topP = 1, repetitionPenalty = 1 }: GenerateOptions): void {
  if (!(temperature >= 0)) throw new RangeError(`temperature is ${temperature}; it must be 0 or more`);
  if (!Number.isInteger(topK) || topK < 0) throw new RangeError(`topK is ${topK}; it must be a whole number, 0 for all tokens`);
  if (!(topP > 0 && topP <= 1)) throw new RangeError(`topP is ${topP}; it must be above 0 and at most 1`);
  if (!(repetitionPenalty > 0)) throw new RangeError(`repetitionPenalty is ${repetitionPenalty}; it must be above 0`);
}

function before(text: string, stops: readonly string[]): string {
  const places = stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
  return places.length === 0 ? text : text.slice(0, Math.min(...places));
}
