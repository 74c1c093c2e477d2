import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type ClassifierData,
  emojiHeldOut,
  evaluate,
  groupSlug,
  loadEmoji,
  pictureReader,
  type Ranking,
  rankScores,
  readFiles,
} from '@incognita/learn';
import type { WorkerPool } from '@incognita/runtime';
import { scanPictures, type TrainingRun, trainingRunSchema } from '@incognita/workspace';
import { UsageError } from '../errors.js';
import type { Progress } from '../progress.js';
import { emojiFolder } from '../sources/emojiFolder.js';
import { emojiName } from '../sources/emojiName.js';
import { picturesName } from '../sources/namedPictures.js';
import type { Asked } from '../training/asked.js';
import { fingerprint, loadTrainingData } from '../training/trainingData.js';
import { type Classifier, classesOf } from './openClassifier.js';

/** What a classifier made of labelled pictures. */
export interface Measured extends Ranking {
  /** Class of each picture that counts. */
  readonly labels: ArrayLike<number>;
  /** Which pictures, in words: what was held out, or all. */
  readonly which: string;
  /** Group of each class of the model; null where the pictures have none. */
  readonly groups: readonly string[] | null;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/** How pictures are read. */
export interface MeasureOptions {
  readonly pool: WorkerPool;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly maxMegapixels: number;
}

const NO_GROUP = 'other';

/**
 * Shows a classifier labelled pictures: of the emoji world the style that no network learns from, of the folder that it was trained on here what was held
 * out, of any other folder all.
 */
export async function measure(classifier: Classifier, data: string, options: MeasureOptions): Promise<Measured> {
  const emoji = emojiName(data);
  if (emoji) return measureEmoji(classifier, emoji.group, options);
  return (await measureHeldOut(classifier, data, options)) ?? measureFolder(classifier, data, options);
}

async function measureEmoji(classifier: Classifier, group: string | null, options: MeasureOptions): Promise<Measured> {
  const { classes, learntHere, preprocessing } = classifier;
  const world = loadEmoji();
  const groupOf = new Map(world.concepts.map((concept) => [concept.name, groupSlug(concept.group)]));
  const groups = classes.names.map((name) => groupOf.get(name) ?? NO_GROUP);
  if (!learntHere) {
    const choose: NonNullable<Parameters<typeof emojiFolder>[1]['choice']>['choose'] = (_, facts) =>
      facts.flatMap(({ role }, i) => (role === 'held out' ? [i] : []));
    const dir = await emojiFolder(group, { ...options, choice: { name: 'held-out', choose } });
    return { ...(await measureFolder(classifier, dir, options)), groups };
  }
  const { pool, signal, progress } = options;
  const { classNames, heldOut, pictures } = await emojiHeldOut({
    ...{ pool, signal, sidePx: renderedPx(preprocessing.widthPx) },
    ...(group !== null && { group }),
    onProgress: (done, total) => progress.report({ label: 'pictures', done, total }),
  });
  const known = classesOf(classNames, classes.names);
  const strange = classNames.filter((name) => !known.has(name));
  if (strange.length > 0)
    throw new UsageError(
      `${classifier.named.name} does not know ${strange.length} of the ${classNames.length} concepts, such as "${strange[0]}". Name the group that it was trained on, as in emoji:animals-nature.`,
    );
  const labels = pictures.labels.map((label) => known.get(classNames[label]!)!);
  const { ranks, guesses } = await evaluate(
    classifier.source.model,
    { ...pictures, labels },
    { pool, sidePx: preprocessing.widthPx },
  );
  return { ranks, guesses, labels, which: heldOut, groups, skipped: [] };
}

/** Side at which training renders pictures for a network of this side. */
function renderedPx(sidePx: number): number {
  return Math.round((sidePx * 9) / 8);
}

/** What the run beside the model held out, where it was trained on these very pictures; else null. */
async function measureHeldOut(classifier: Classifier, data: string, options: MeasureOptions): Promise<Measured | null> {
  const run = classifier.learntHere ? await runBeside(classifier.named.path) : null;
  if (run === null || run.data.name !== picturesName(data) || run.data.heldOut === 0) return null;
  const asked = run.asked as unknown as Asked;
  const pictures: ClassifierData = await loadTrainingData(data, String(run.settings.network), asked, options);
  if (pictures.validation === null || fingerprint(pictures) !== run.data.sha256) return null;
  const { pool } = options;
  const { validation, heldOut, skipped } = pictures;
  const { ranks, guesses } = await evaluate(classifier.source.model, validation, {
    pool,
    sidePx: classifier.preprocessing.widthPx,
  });
  const groups = await groupsOf(data, classifier.classes.names);
  return { ranks, guesses, labels: validation.labels, which: `held out in training: ${heldOut}`, groups, skipped };
}

async function runBeside(model: string): Promise<TrainingRun | null> {
  const text = await readFile(join(dirname(model), 'run.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return trainingRunSchema.parse(JSON.parse(text));
  } catch {
    // A run.json of somebody else's.
    return null;
  }
}

async function measureFolder(classifier: Classifier, dir: string, options: MeasureOptions): Promise<Measured> {
  const { source, scores, preprocessing, classes, named } = classifier;
  const { pool, signal, progress, maxMegapixels } = options;
  const { pictures } = await scanPictures(dir);
  const known = classesOf(new Set(pictures.flatMap(({ label }) => label ?? [])), classes.names);
  const usable = pictures.filter(({ label }) => label !== null && known.has(label));
  if (usable.length === 0)
    throw new UsageError(
      `none of the labels in ${picturesName(dir)} is a class of ${named.name}. Labels such as "${pictures.find(({ label }) => label !== null)?.label ?? 'none'}", classes such as "${classes.names[0]}" (${classes.source})`,
    );
  const reader = pictureReader(source, scores, { preprocessing, maxMegapixels });
  const paths = usable.map(({ path }) => path);
  const onProgress = (done: number, total: number): void => progress.report({ label: 'pictures', done, total });
  const { rows, reasons } = await readFiles(reader, paths, { pool, read: 'whole', signal, onProgress });
  const width = classes.names.length;
  const read = usable.map((_, i) => i).filter((i) => reasons[i] === null);
  const labels = Int32Array.from(read, (i) => known.get(usable[i]!.label!)!);
  const compact = new Float32Array(read.length * width);
  for (const [to, i] of read.entries()) compact.set(rows.subarray(i * width, (i + 1) * width), to * width);
  return {
    ...rankScores(compact, labels),
    labels,
    which: 'all that have a label',
    groups: await groupsOf(dir, classes.names),
    skipped: [
      ...usable.flatMap(({ file }, i) => (reasons[i] === null ? [] : [{ file, reason: reasons[i]! }])),
      ...pictures.flatMap(({ file, label }) =>
        label === null
          ? [{ file, reason: 'it has no label' }]
          : known.has(label)
            ? []
            : [{ file, reason: `the model has no class "${label}"` }],
      ),
    ],
  };
}

/** Groups are folders of class folders, as in `mammals/fox/1.jpg`; null where class folders lie side by side. */
async function groupsOf(dir: string, classNames: readonly string[]): Promise<string[] | null> {
  const { pictures, labelSource } = await scanPictures(dir);
  const outer = pictures.flatMap(({ file, label }) => {
    const parts = file.split('/');
    return label !== null && parts.length > 2 ? [[label, parts[0]!] as const] : [];
  });
  if (outer.length === 0 || labelSource === 'file names') return null;
  const known = classesOf(
    outer.map(([label]) => label),
    classNames,
  );
  const groups = new Array<string>(classNames.length).fill(NO_GROUP);
  for (const [label, group] of outer) if (known.has(label)) groups[known.get(label)!] = group;
  return groups;
}
