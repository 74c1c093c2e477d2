import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { pictureReader, readFiles } from '@incognita/learn';
import { WorkerPool } from '@incognita/runtime';
import { scanPictures } from '@incognita/workspace';
import { type Classifier, type ClassifierOptions, openClassifier } from '../classifier/openClassifier.js';
import { probabilities } from '../classifier/probabilities.js';
import { UsageError } from '../errors.js';
import { abortOnInterrupt } from '../interrupt.js';
import { printJson } from '../output.js';
import { Progress } from '../progress.js';
import { emojiName } from '../sources/emojiName.js';
import { namedPictures } from '../sources/namedPictures.js';

/** Options of `incognita classify`. */
export interface ClassifyCommandOptions extends ClassifierOptions {
  readonly top: number;
  readonly maxMegapixels: number;
  readonly workers?: number;
  readonly json?: boolean;
}

/** What the network says of one picture. */
interface Classified {
  readonly file: string;
  readonly classes: readonly { readonly name: string; readonly score: number; readonly probability: number }[];
}

/** `incognita classify`: the classes that a network sees in pictures, the most likely first. */
export async function classifyCommand(
  model: string,
  pictures: readonly string[],
  options: ClassifyCommandOptions,
): Promise<void> {
  const classifier = await openClassifier(model, options);
  const progress = new Progress(process.stderr);
  const interrupt = abortOnInterrupt(() => {});
  const { signal } = interrupt;
  const pool = new WorkerPool({ workers: options.workers ?? availableParallelism() });
  try {
    const files = (await Promise.all(pictures.map((text) => filesOf(text, { pool, progress, signal })))).flat();
    const { source, scores, preprocessing } = classifier;
    const reader = pictureReader(source, scores, { preprocessing, maxMegapixels: options.maxMegapixels });
    const paths = files.map(({ path }) => path);
    const onProgress = (done: number, total: number): void => {
      if (total > 1) progress.report({ label: 'pictures', done, total });
    };
    const { rows, reasons } = await readFiles(reader, paths, { pool, read: 'whole', signal, onProgress });
    progress.finish();
    const width = rows.length / Math.max(1, files.length);
    const results = files.flatMap(({ file }, i): Classified[] =>
      reasons[i] === null ? [{ file, classes: best(rows.subarray(i * width, (i + 1) * width), classifier, options.top) }] : [],
    );
    const skipped = files.flatMap(({ file }, i) => (reasons[i] === null ? [] : [{ file, reason: reasons[i]! }]));
    if (options.json)
      printJson({
        model: classifier.named.name,
        input: preprocessing.statement,
        classes: classifier.classes.source,
        pictures: results,
        skipped,
      });
    else print(classifier, results);
    for (const { file, reason } of skipped) process.stderr.write(`skipped ${file}: ${reason}\n`);
    if (results.length === 0) throw new UsageError('none of the pictures can be read');
  } finally {
    progress.finish();
    interrupt.release();
    await pool.dispose();
  }
}

/** One file, all pictures of a folder, or the emoji world; `file` as the user would write it. */
async function filesOf(
  text: string,
  options: Parameters<typeof namedPictures>[1],
): Promise<{ readonly path: string; readonly file: string }[]> {
  if (!emojiName(text) && !(await isFolder(text))) return [{ path: text, file: text }];
  const { dir } = await namedPictures(text, options);
  const { pictures } = await scanPictures(dir);
  return pictures.map(({ path, file }) => ({ path, file: emojiName(text) ? file : relative('', path) }));
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

function best(scores: Float32Array, { classes }: Classifier, count: number): Classified['classes'] {
  const shares = probabilities(scores);
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
  return order.slice(0, count).map((i) => ({ name: classes.names[i]!, score: scores[i]!, probability: shares[i]! }));
}

function print({ preprocessing, classes }: Classifier, results: readonly Classified[]): void {
  process.stderr.write(`input      ${preprocessing.statement}\nclasses    ${classes.names.length}, ${classes.source}\n`);
  const lines = results.flatMap(({ file, classes: found }) => [
    '',
    file,
    ...found.map(
      ({ name, score, probability }) =>
        `  ${(100 * probability).toFixed(1).padStart(5)} %  ${score.toFixed(2).padStart(7)}  ${name}`,
    ),
  ]);
  process.stdout.write(`${lines.slice(1).join('\n')}\n`);
}
