import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { RuleSetOptions } from '@incognita/autodiff';
import { loadModelSource, type ModelSource, WorkerPool } from '@incognita/runtime';
import {
  beforeActivation,
  describeObjective,
  diversity,
  type Expression,
  encodePng,
  encodeWebp,
  type Method,
  type Preprocessing,
  prepareVisualization,
  type RawPicture,
  scaled,
  sum,
  type TransformPresetName,
  totalVariation,
  type VisualizationOptions,
  visualize,
} from '@incognita/vision';
import { abortOnInterrupt } from '../interrupt.js';
import { printJson, writeOutput } from '../output.js';
import { choosePreprocessing } from '../preprocessing.js';
import { Progress } from '../progress.js';
import { parseRules } from '../rules.js';
import { chooseMethod, type MethodOptions } from '../see/method.js';
import { contactSheet, wrap } from '../see/sheet.js';
import { type ObjectiveName, resolveUnits, type SeeUnit } from '../see/units.js';
import { namedModel } from '../sources/namedModel.js';

/** Options of `incognita see`. */
export interface SeeCommandOptions extends MethodOptions {
  readonly objective: ObjectiveName;
  readonly steps?: number;
  readonly diversity?: number;
  readonly negative?: boolean;
  readonly size?: number;
  readonly transforms?: TransformPresetName;
  readonly rules?: readonly string[];
  readonly smooth?: number;
  readonly transparent?: boolean;
  readonly preprocessing?: string;
  readonly labels?: string;
  readonly seed: number;
  readonly workers?: number;
  readonly format: 'png' | 'webp';
  readonly out?: string;
  readonly json?: boolean;
}

/** A finished row of pictures. */
interface Row {
  readonly unit: string;
  readonly objective: string;
  readonly files: readonly string[];
  readonly pictures: readonly Uint8Array[];
  readonly scores: readonly number[];
  readonly cosines: readonly (number | null)[];
  readonly seconds: number;
  readonly history: readonly { readonly step: number; readonly seconds: number; readonly scores: readonly number[] }[];
}

/** `incognita see`: pictures that excite units of a network, and a contact sheet. */
export async function seeCommand(modelText: string, names: readonly string[], options: SeeCommandOptions): Promise<void> {
  const { path: modelPath, name } = namedModel(modelText);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const source = await loadModelSource(modelPath);
  const preprocessing = await choosePreprocessing(source.model, modelPath, options);
  const { objective, labels } = options;
  const units = await resolveUnits(names, { model: source.model, modelPath, size: preprocessing, objective, labels });
  say(`input      ${preprocessing.statement}`);
  const out = options.out ?? `${name}.see`;
  const method = await chooseMethod(source.model, options);
  await mkdir(out, { recursive: true });
  const progress = new Progress(process.stderr);
  const interrupt = abortOnInterrupt(() => progress.note('Stopping. Pictures that are finished are kept.'));
  const pool = new WorkerPool({ workers: options.workers ?? availableParallelism() });
  const rows: Row[] = [];
  let size = { widthPx: 0, heightPx: 0 };
  try {
    // As many units at a time as there are workers: each is a batch of its own.
    const queue = [...units.entries()];
    const shares = units.map(() => 0);
    const countOf = (all: readonly number[]): string => `${all.filter((share) => share === 1).length} / ${units.length}`;
    const lane = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [index, unit] = next;
        const made = await makeRow(unit, {
          source,
          preprocessing,
          method,
          options,
          out,
          pool,
          signal: interrupt.signal,
          onStep: (share) => {
            shares[index] = share;
            const done = Math.floor(PER_UNIT * shares.reduce((a, b) => a + b, 0));
            progress.report({ label: 'pictures', done, total: PER_UNIT * units.length, counts: countOf(shares) });
          },
        });
        rows[index] = made.row;
        size = made.size;
      }
    };
    await Promise.all(Array.from({ length: pool.size }, lane));
    const pictures = rows.every((row) => row.pictures.length === 1)
      ? wrap(rows.map((row) => row.pictures[0]!))
      : rows.map((row) => row.pictures);
    const sheet = join(out, `sheet.${options.format}`);
    await writeOutput(sheet, await encode(contactSheet(pictures, size), options.format));
    progress.finish();
    if (options.json) printJson({ out, sheet, seed: options.seed, units: rows.map(({ pictures: _pictures, ...row }) => row) });
    else {
      for (const { unit, scores, cosines, seconds } of rows)
        process.stdout.write(
          `${unit}: ${scores.map((score) => score.toPrecision(4)).join(', ')}${cosines[0] === null ? '' : ` (cosine ${cosines.map((c) => c!.toFixed(2)).join(', ')})`} in ${seconds.toFixed(1)} s\n`,
        );
      process.stdout.write(`${sheet}\n`);
    }
  } finally {
    progress.finish();
    interrupt.release();
    await pool.dispose();
  }
}

/** Parts of a unit that progress counts. */
const PER_UNIT = 100;

interface RowContext {
  readonly source: ModelSource;
  readonly method: (tensor: string) => Method;
  readonly preprocessing: Preprocessing;
  readonly options: SeeCommandOptions;
  readonly out: string;
  readonly pool: WorkerPool;
  readonly signal: AbortSignal;
  /** Told how much of the row is done, 0 … 1. */
  readonly onStep: (share: number) => void;
}

async function makeRow(unit: SeeUnit, context: RowContext): Promise<{ row: Row; size: { widthPx: number; heightPx: number } }> {
  const { preprocessing, options, pool, signal, out } = context;
  const start = performance.now();
  const { source, expression, tensor } = options.negative ? negate(context.source, unit) : { ...unit, source: context.source };
  const smoothed = options.smooth ? sum(expression, scaled(-options.smooth, totalVariation())) : expression;
  const count = options.diversity ?? 1;
  const settings: Omit<VisualizationOptions, 'objective'> = {
    preprocessing,
    method: context.method(tensor),
    batch: count,
    ...(options.size === undefined ? {} : { sizePx: options.size }),
    ...(options.steps === undefined ? {} : { steps: options.steps }),
    ...(options.transforms === undefined ? {} : { transforms: options.transforms }),
    ...(options.rules === undefined ? {} : { rules: options.rules.map(parseRules) as RuleSetOptions[] }),
  };
  let objective = smoothed;
  if (count > 1) {
    // How much difference is worth is measured by what one picture alone reaches.
    const alone = prepareVisualization(source, { ...settings, batch: 1, objective: smoothed, steps: 64 });
    const { scores } = await visualize(pool, alone, { seeds: [options.seed], signal });
    objective = sum(smoothed, diversity(tensor, Math.abs(scores[0]!)));
  }
  const visualization = prepareVisualization(source, { ...settings, objective });
  const history: { step: number; seconds: number; scores: readonly number[] }[] = [];
  const seconds = (): number => Math.round(performance.now() - start) / 1000;
  const result = await visualize(pool, visualization, {
    seeds: Array.from({ length: count }, (_, i) => options.seed + i),
    importance: options.transparent ?? false,
    signal,
    onProgress: ({ step, steps, scores }) => {
      history.push({ step, seconds: seconds(), scores });
      context.onStep(step / steps);
    },
  });
  const { widthPx, heightPx } = result;
  const bytes = widthPx * heightPx * 3;
  const pictures = Array.from({ length: count }, (_, i) => result.pictures.slice(i * bytes, (i + 1) * bytes));
  const files: string[] = [];
  for (const [i, data] of pictures.entries()) {
    const file = join(
      out,
      `${fileName(unit.name)}${options.negative ? '-negative' : ''}${count > 1 ? `-${i + 1}` : ''}.${options.format}`,
    );
    const mask = result.importance?.subarray(i * widthPx * heightPx, (i + 1) * widthPx * heightPx);
    await writeOutput(
      file,
      await encode(mask ? transparent(data, mask, result) : { width: widthPx, height: heightPx, data }, options.format),
    );
    files.push(file);
  }
  const row = {
    unit: unit.name,
    objective: describeObjective(objective),
    files,
    pictures,
    scores: [...result.scores],
    cosines: [...result.cosines].map((cosine) => (Number.isNaN(cosine) ? null : cosine)),
    seconds: seconds(),
    history,
  };
  return { row, size: { widthPx, heightPx } };
}

/** What silences a unit: minus its objective, at the layer before its rectifier. */
function negate(source: ModelSource, unit: SeeUnit): { source: ModelSource; expression: Expression; tensor: string } {
  const before = beforeActivation(source.model, unit.tensor);
  const moved = (node: Expression): Expression => {
    if (node.kind === 'sum' || node.kind === 'product') return { ...node, of: node.of.map(moved) };
    if (node.kind === 'scaled') return { ...node, of: moved(node.of) };
    return 'layer' in node && node.layer === unit.tensor ? { ...node, layer: before.tensor } : node;
  };
  return { source: { ...source, model: before.model }, expression: scaled(-1, moved(unit.expression)), tensor: before.tensor };
}

/** The picture with what mattered little made transparent; the mask is cut at its 80th percentile, as Horama's plot. */
function transparent(
  rgb: Uint8Array,
  mask: Float32Array,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
): RawPicture {
  const cut = Float32Array.from(mask).sort()[Math.floor(0.8 * mask.length)]!;
  const data = new Uint8Array(widthPx * heightPx * 4);
  for (let i = 0; i < mask.length; i++) {
    data.set(rgb.subarray(i * 3, i * 3 + 3), i * 4);
    data[i * 4 + 3] = Math.round(255 * Math.min(1, cut > 0 ? mask[i]! / cut : 1));
  }
  return { width: widthPx, height: heightPx, channels: 4, data };
}

function encode(picture: RawPicture, format: 'png' | 'webp'): Promise<Uint8Array> {
  return format === 'png' ? encodePng(picture) : encodeWebp(picture, { quality: 90 });
}

function fileName(unit: string): string {
  return unit.replaceAll(/[^A-Za-z0-9._+-]+/g, '-');
}
