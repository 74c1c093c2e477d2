import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, extname, join } from 'node:path';
import { classOutput } from '@incognita/onnx';
import { float32, loadModelSource, openModel, WorkerPool } from '@incognita/runtime';
import {
  type Attribution,
  activationTimesGradient,
  type Expression,
  encodePng,
  findClassNames,
  gradCam,
  guidedGradient,
  heatPicture,
  inputDims,
  integratedGradients,
  layerBefore,
  type Picture,
  pictureValues,
  prepareAttribution,
  preprocess,
  relevance,
  saliency,
  smoothGrad,
} from '@incognita/vision';
import { UsageError } from '../errors.js';
import { printJson, writeOutput } from '../output.js';
import { choosePreprocessing } from '../preprocessing.js';
import { resolveTensor } from '../resolveTensor.js';
import { resolveUnits } from '../see/units.js';
import { namedModel } from '../sources/namedModel.js';
import { onePicture } from '../sources/onePicture.js';

/** Names of the methods, in the order in which they are made. */
export const ATTRIBUTION_METHODS = ['saliency', 'smoothgrad', 'integrated', 'gradcam', 'guided', 'lrp', 'jvp'] as const;
type MethodName = (typeof ATTRIBUTION_METHODS)[number];

/** Options of `incognita attribute`. */
export interface AttributeCommandOptions {
  readonly of?: string;
  readonly method?: readonly string[];
  readonly layer?: string;
  readonly preprocessing?: string;
  readonly size?: number;
  readonly labels?: string;
  readonly maxMegapixels?: number;
  readonly seed: number;
  readonly workers?: number;
  readonly out?: string;
  readonly json?: boolean;
}

/** What a method found. */
interface Found {
  readonly map: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly score: number;
  /** What there is to check, in words and as a number. */
  readonly check: { readonly name: string; readonly value: number } | null;
}

/** `incognita attribute`: where in a picture a class or a channel comes from. */
export async function attributeCommand(modelText: string, picturePath: string, options: AttributeCommandOptions): Promise<void> {
  const { path: modelPath } = namedModel(modelText);
  const methods = methodsOf(options);
  const source = await loadModelSource(modelPath);
  const { model } = source;
  const preprocessing = await choosePreprocessing(model, modelPath, options);
  const { seen, input } = preprocess(await onePicture(picturePath, options), preprocessing);
  const of = options.of ?? (await strongestClass(modelPath, preprocessing, input));
  const context = { model, modelPath, size: preprocessing, objective: 'channel', labels: options.labels } as const;
  const [unit, ...more] = await resolveUnits([of], context);
  if (unit === undefined || more.length > 0) throw new UsageError(`--of ${of}: name one unit, as class:goldfish or fire8:17`);
  const layer = options.layer === undefined ? null : resolveTensor(model, options.layer);
  process.stderr.write(`input      ${preprocessing.statement}\n`);
  const pool = new WorkerPool({ workers: options.workers ?? availableParallelism() });
  const out = options.out ?? `${basename(picturePath, extname(picturePath))}.attribution`;
  await mkdir(out, { recursive: true });
  try {
    const attribution = prepareAttribution(source, { target: withoutTerms(unit.expression), preprocessing, pool });
    const values = pictureValues(seen, preprocessing);
    const results: { method: MethodName; file: string; score: number; check: Found['check'] }[] = [];
    await writeOutput(join(out, 'seen.png'), await encodePng(seen));
    for (const method of methods) {
      const found = await run(method, { attribution, values, layer: layer ?? lastMap(model, unit.tensor), seed: options.seed });
      const file = join(out, `${method}.png`);
      await writeOutput(file, await encodePng(heatPicture(seen as Picture, found.map, found)));
      results.push({ method, file, score: found.score, check: found.check });
    }
    const named = of.startsWith('class:') ? await className(of, modelPath, model, options) : unit.name;
    if (options.json) printJson({ of: unit.name, name: named, seed: options.seed, methods: results });
    else {
      process.stdout.write(`${named}: ${results[0]!.score.toPrecision(5)}\n`);
      for (const { file, check } of results)
        process.stdout.write(`${file}${check === null ? '' : ` (${check.name} ${(100 * check.value).toPrecision(2)} %)`}\n`);
    }
  } finally {
    await pool.dispose();
  }
}

function methodsOf({ method }: AttributeCommandOptions): readonly MethodName[] {
  for (const name of method ?? [])
    if (!(ATTRIBUTION_METHODS as readonly string[]).includes(name))
      throw new UsageError(`--method: there is no method ${name}; there are ${ATTRIBUTION_METHODS.join(', ')}`);
  return (method as MethodName[] | undefined) ?? ATTRIBUTION_METHODS;
}

interface RunOptions {
  readonly attribution: Attribution;
  readonly values: Float32Array;
  readonly layer: string;
  readonly seed: number;
}

async function run(method: MethodName, { attribution, values, layer, seed }: RunOptions): Promise<Found> {
  const size = { rows: attribution.heightPx, columns: attribution.widthPx, check: null };
  switch (method) {
    case 'saliency':
      return { ...(await saliency(attribution, values)), ...size };
    case 'smoothgrad':
      return { ...(await smoothGrad(attribution, values, { seed })), ...size };
    case 'guided':
      return { ...(await guidedGradient(attribution, values)), ...size };
    case 'integrated': {
      const found = await integratedGradients(attribution, values);
      return { ...found, ...size, check: { name: 'completeness error', value: found.completenessError } };
    }
    case 'lrp': {
      const found = await relevance(attribution, values);
      return { ...found, ...size, check: { name: 'taken by biases', value: found.notConserved } };
    }
    case 'gradcam':
      return { ...(await gradCam(attribution, values, layer)), check: null };
    case 'jvp':
      return { ...(await activationTimesGradient(attribution, values, layer)), check: null };
  }
}

/** A unit is explained without what was joined to it. */
function withoutTerms(expression: Expression): Expression {
  if (expression.kind !== 'unit') throw new UsageError('--of: one channel or class is explained, without others joined to it');
  return expression;
}

/** The last layer with positions before a unit, which is where Grad-CAM looks. */
function lastMap(model: Parameters<typeof layerBefore>[0], tensor: string): string {
  return layerBefore(model, tensor, 1);
}

async function strongestClass(
  modelPath: string,
  preprocessing: Parameters<typeof inputDims>[0],
  input: Float32Array,
): Promise<string> {
  const opened = await openModel(modelPath, { workers: 1 });
  const scores = classOutput(opened.model);
  if (scores === null) throw new UsageError('the model has no class scores: name a channel with --of LAYER:CHANNEL');
  const [name] = opened.model.graph.inputs.map((value) => value.name);
  const fixed = opened.model.graph.inputs[0]!.type?.shape?.[0];
  const batch = typeof fixed === 'number' ? fixed : 1;
  const data = new Float32Array(batch * input.length);
  data.set(input);
  const out = await opened.run({ [name!]: float32(inputDims(preprocessing, batch), data) }, { tap: [scores.tensor] });
  await opened.dispose();
  const logits = (out[scores.tensor]!.data as Float32Array).subarray(0, scores.classes);
  return `class:${logits.indexOf(Math.max(...logits))}`;
}

async function className(
  of: string,
  modelPath: string,
  model: Parameters<typeof layerBefore>[0],
  { labels }: AttributeCommandOptions,
): Promise<string> {
  const index = Number(of.slice('class:'.length));
  const { classes } = classOutput(model)!;
  const { names } = await findClassNames(modelPath, classes, { file: labels, metadata: model.metadata });
  return Number.isInteger(index) ? names[index]! : of.slice('class:'.length);
}
