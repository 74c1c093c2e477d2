import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type BestChannel,
  bestChannel,
  channelAreas,
  networkNamed,
  pictureReader,
  type RankedResponses,
  randomSets,
  rankResponses,
  readFiles,
  untrained,
} from '@incognita/learn';
import { findLayer, imageInput, type Layer } from '@incognita/onnx';
import { loadModelSource, type ModelSource, WorkerPool } from '@incognita/runtime';
import { type Preprocessing, receptiveField } from '@incognita/vision';
import { trainingRunSchema } from '@incognita/workspace';
import { UsageError } from '../errors.js';
import { abortOnInterrupt } from '../interrupt.js';
import { printJson, table, writeOutput } from '../output.js';
import { choosePreprocessing } from '../preprocessing.js';
import { Progress } from '../progress.js';
import { type LabelledFiles, labelledFiles } from '../selectivity/labelledFiles.js';
import { patchSheet } from '../selectivity/patchSheet.js';
import { namedModel } from '../sources/namedModel.js';
import { picturesName } from '../sources/namedPictures.js';

/** Options of `incognita selectivity`. */
export interface SelectivityCommandOptions {
  readonly layer: string;
  readonly concept: readonly string[];
  readonly top: number;
  readonly draws: number;
  readonly sheet?: string;
  readonly preprocessing?: string;
  readonly size?: number;
  readonly maxMegapixels: number;
  readonly seed: number;
  readonly workers?: number;
  readonly json?: boolean;
}

/** Pictures of one channel in a sheet. */
const SHEET_COLUMNS = 12;
const SHEET_TILE_PX = 80;

/** `incognita selectivity`: the channels of a layer that tell a set of classes from all others, beside what chance and structure alone give. */
export async function selectivityCommand(model: string, data: string, options: SelectivityCommandOptions): Promise<void> {
  const named = namedModel(model);
  const source = await loadModelSource(named.path, { weights: 'map' });
  const layer = findLayer(source.model, options.layer);
  const preprocessing = await choosePreprocessing(source.model, named.path, options);
  const progress = new Progress(process.stderr);
  const { signal, release } = abortOnInterrupt(() => {});
  const pool = new WorkerPool({ workers: options.workers ?? availableParallelism() });
  try {
    const files = await labelledFiles(data, options.seed, { pool, progress, signal });
    const sets = options.concept.map((name) => ({ name, classes: files.setOf(name) }));
    const respond = async (of: ModelSource, label: string): Promise<Responded> => {
      const { tensor } = findLayer(of.model, layer.name);
      const reader = pictureReader(of, tensor, { preprocessing, maxMegapixels: options.maxMegapixels });
      const onProgress = (done: number, total: number): void => progress.report({ label, done, total });
      const read = await readFiles(reader, files.paths, { pool, read: 'maxima', signal, onProgress });
      const channels = read.rows.length / files.paths.length;
      const rank = (part: readonly number[]): RankedResponses =>
        rankResponses(
          { rows: read.rows, channels },
          part.filter((i) => read.reasons[i] === null),
        );
      return {
        rows: read.rows,
        positions: read.positions!,
        channels,
        choosing: rank(files.choosing),
        measuring: rank(files.measuring),
      };
    };
    const trained = await respond(source, 'pictures');
    const control = await controlOf(named.path);
    const chance = control && (await respond(await loadModelSource(control), 'untrained network'));
    progress.finish();
    const result = compare({ files, sets, trained, chance, options });
    const facts = {
      model: named.name,
      data: picturesName(data),
      layer: layer.name,
      channels: trained.channels,
      split: files.split,
      ...result,
    };
    if (options.json) printJson(facts);
    else process.stdout.write(`${print(facts)}\n`);
    if (options.sheet !== undefined) {
      const places = result.best.flatMap(({ channel }) => placesOf(channel, trained, files, layer, source, preprocessing));
      const field = receptiveField(source.model, imageInput(source.model).name, layer.tensor);
      await writeOutput(
        options.sheet,
        await patchSheet(places, { preprocessing, field, columns: SHEET_COLUMNS, tilePx: SHEET_TILE_PX }),
      );
    }
  } finally {
    progress.finish();
    release();
    await pool.dispose();
  }
}

interface Responded {
  readonly rows: Float32Array;
  readonly positions: Int32Array;
  readonly channels: number;
  readonly choosing: RankedResponses;
  readonly measuring: RankedResponses;
}

/** The network of the run beside the model with the values that its training began with; null where there is no run. */
async function controlOf(path: string): Promise<ReturnType<typeof untrained> | null> {
  const text = await readFile(join(dirname(path), 'run.json'), 'utf8').catch(() => null);
  const run = text === null ? null : trainingRunSchema.safeParse(JSON.parse(text));
  if (!run?.success) return null;
  const { settings, data } = run.data;
  const network = networkNamed(String(settings.network)).make({ classes: data.classes, width: Number(settings.width) });
  return untrained(network, { seed: Number(settings.seed) });
}

interface NamedSet {
  readonly name: string;
  readonly classes: ReadonlySet<string>;
}

interface Comparison {
  readonly files: LabelledFiles;
  readonly sets: readonly NamedSet[];
  readonly trained: Responded;
  readonly chance: Responded | null;
  readonly options: SelectivityCommandOptions;
}

function compare({ files, sets, trained, chance, options }: Comparison) {
  const [first] = sets as [NamedSet];
  const { labels } = files;
  const isIn = (picture: number): boolean => first.classes.has(labels[picture]!);
  const count = (part: readonly number[]): number => part.filter(isIn).length;
  for (const part of [trained.choosing.pictures, trained.measuring.pictures])
    if (count(part) === 0 || count(part) === part.length)
      throw new UsageError(`"${first.name}" must be some of the classes: it has ${count(part)} of the ${part.length} pictures.`);
  const chosen = channelAreas(trained.choosing, isIn);
  const measured = channelAreas(trained.measuring, isIn);
  const order = Array.from(chosen, (_, c) => c).sort((a, b) => chosen[b]! - chosen[a]! || a - b);
  // Each further set against everything that is not of the first.
  const others = sets.slice(1).map(({ name, classes }) => {
    const kept = trained.measuring.pictures.filter((i) => classes.has(labels[i]!) || !isIn(i));
    const areas = channelAreas(rankResponses(trained, kept), (i) => classes.has(labels[i]!));
    return { name, areas };
  });
  const classNames = [...new Set(labels)].sort();
  const numbers = new Map(classNames.map((name, i) => [name, i]));
  const random = randomSets(trained.choosing, trained.measuring, {
    labels: labels.map((label) => numbers.get(label)!),
    classes: classNames.map((_, i) => i),
    size: first.classes.size,
    draws: options.draws,
    seed: options.seed,
  });
  return {
    set: first.name,
    classes: first.classes.size,
    ofClasses: classNames.length,
    pictures: {
      choosing: { all: trained.choosing.pictures.length, inSet: count(trained.choosing.pictures) },
      measuring: { all: trained.measuring.pictures.length, inSet: count(trained.measuring.pictures) },
    },
    best: order.slice(0, options.top).map((channel) => ({
      channel,
      chosen: chosen[channel]!,
      measured: measured[channel]!,
      others: Object.fromEntries(others.map(({ name, areas }) => [name, areas[channel]!])),
      excitedBy: strongestClasses(channel, trained, labels),
    })),
    above90: measured.filter((area) => area > 0.9).length,
    untrained: chance && bestChannel(chance.choosing, chance.measuring, isIn),
    randomSets: summary(random),
  };
}

function summary(best: readonly BestChannel[]) {
  if (best.length === 0) return null;
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const [chosen, measured] = [best.map((b) => b.chosen), best.map((b) => b.measured)];
  return {
    draws: best.length,
    chosen: { mean: mean(chosen), most: Math.max(...chosen) },
    measured: { mean: mean(measured), most: Math.max(...measured) },
  };
}

/** The classes of the pictures that excite a channel most, among those to measure on. */
function strongestClasses(channel: number, { rows, channels, measuring }: Responded, labels: readonly string[]): string[] {
  const order = [...measuring.pictures].sort((a, b) => rows[b * channels + channel]! - rows[a * channels + channel]! || a - b);
  return [...new Set(order.slice(0, 40).map((i) => labels[i]!))].slice(0, 5);
}

/** Where a channel is strongest in pictures to measure on, one of each class. */
function placesOf(
  channel: number,
  responded: Responded,
  files: LabelledFiles,
  layer: Layer,
  source: ModelSource,
  preprocessing: Preprocessing,
) {
  const { rows, positions, channels, measuring } = responded;
  const { stridePx } = receptiveField(source.model, imageInput(source.model).name, layer.tensor).width;
  const width = layer.shape?.at(-1);
  const columns = typeof width === 'number' ? width : Math.max(1, Math.round(preprocessing.widthPx / stridePx));
  const order = [...measuring.pictures].sort((a, b) => rows[b * channels + channel]! - rows[a * channels + channel]! || a - b);
  const taken = new Set<string>();
  return order
    .filter((i) => !taken.has(files.labels[i]!) && taken.add(files.labels[i]!))
    .slice(0, SHEET_COLUMNS)
    .map((i) => {
      const position = positions[i * channels + channel]!;
      return { path: files.paths[i]!, row: Math.floor(position / columns), column: position % columns };
    });
}

type Facts = ReturnType<typeof compare> & {
  readonly model: string;
  readonly data: string;
  readonly layer: string;
  readonly channels: number;
  readonly split: string;
};

function print({ model, data, layer, channels, split, ...facts }: Facts): string {
  const area = (value: number): string => value.toFixed(3);
  const { choosing, measuring } = facts.pictures;
  const names = Object.keys(facts.best[0]?.others ?? {});
  const rows = facts.best.map((found) => [
    String(found.channel),
    area(found.chosen),
    area(found.measured),
    ...names.map((name) => area(found.others[name]!)),
    found.excitedBy.join(', '),
  ]);
  const control = facts.untrained;
  const random = facts.randomSets;
  return [
    `${model}, ${layer}: ${channels} channels on ${data}; ${facts.set}: ${facts.classes} of ${facts.ofClasses} classes`,
    `areas under the ROC curve of each channel's largest value in a picture, ${split}`,
    `pictures   ${choosing.inSet} of ${choosing.all} and ${measuring.inSet} of ${measuring.all} are ${facts.set}`,
    '',
    table(['channel', 'chosen', 'measured', ...names, 'excited most by'], rows),
    '',
    `${facts.above90} of ${channels} channels measure above 0.9.`,
    control === null
      ? 'The untrained network is not known: no run.json lies beside the model.'
      : `Best channel of the network before training: ${area(control.chosen)}, measured ${area(control.measured)}.`,
    ...(random === null
      ? []
      : [
          `Best channel for ${random.draws} sets of as many classes drawn at random: ${area(random.chosen.mean)} on average, at most ${area(random.chosen.most)}; measured ${area(random.measured.mean)}, at most ${area(random.measured.most)}.`,
        ]),
  ].join('\n');
}
