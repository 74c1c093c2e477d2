import { availableParallelism } from 'node:os';
import { type ClassifierReport, classifierReport } from '@incognita/learn';
import { WorkerPool } from '@incognita/runtime';
import { measure } from '../classifier/measure.js';
import { type ClassifierOptions, openClassifier } from '../classifier/openClassifier.js';
import { abortOnInterrupt } from '../interrupt.js';
import { printJson, table } from '../output.js';
import { Progress } from '../progress.js';
import { picturesName } from '../sources/namedPictures.js';

/** Options of `incognita evaluate`. */
export interface EvaluateCommandOptions extends ClassifierOptions {
  readonly pairs: number;
  readonly maxMegapixels: number;
  readonly workers?: number;
  readonly json?: boolean;
}

/** `incognita evaluate`: how well a network names labelled pictures, and what it takes for what. */
export async function evaluateCommand(model: string, data: string, options: EvaluateCommandOptions): Promise<void> {
  const classifier = await openClassifier(model, options);
  const progress = new Progress(process.stderr);
  const interrupt = abortOnInterrupt(() => {});
  const pool = new WorkerPool({ workers: options.workers ?? availableParallelism() });
  try {
    const { maxMegapixels } = options;
    const measured = await measure(classifier, data, { pool, progress, signal: interrupt.signal, maxMegapixels });
    progress.finish();
    const { names } = classifier.classes;
    const { labels, groups, which, skipped } = measured;
    const report = classifierReport(measured, { labels, classNames: names, groupNames: groups ?? names, pairs: options.pairs });
    for (const { file, reason } of skipped.slice(0, 20)) process.stderr.write(`skipped ${file}: ${reason}\n`);
    if (skipped.length > 20) process.stderr.write(`skipped ${skipped.length - 20} more\n`);
    if (options.json)
      printJson({ model: classifier.named.name, data: picturesName(data), which, grouped: groups !== null, ...report, skipped });
    else
      process.stdout.write(
        `${print(report, { title: `${classifier.named.name} on ${picturesName(data)}`, which, grouped: groups !== null })}\n`,
      );
  } finally {
    progress.finish();
    interrupt.release();
    await pool.dispose();
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

interface Heading {
  readonly title: string;
  readonly which: string;
  readonly grouped: boolean;
}

function print(report: ClassifierReport, { title, which, grouped }: Heading): string {
  const shown = report.groups.filter(({ pictures }) => pictures > 0);
  const rows = shown.map(({ group, pictures, top1, top5, inGroup, takenFor }) => [
    group,
    pictures,
    percent(top1),
    percent(top5),
    ...(grouped ? [percent(inGroup)] : []),
    takenFor === null ? '' : `${takenFor.group} (${percent(takenFor.share)})`,
  ]);
  const columns = grouped ? ['right group'] : [];
  const lines = [
    title,
    `pictures   ${report.pictures} of ${report.classes} classes: ${which}`,
    `right      ${percent(report.top1)}, among the first five ${percent(report.top5)}`,
    '',
    table([grouped ? 'group' : 'class', 'pictures', 'right', 'among five', ...columns, 'else mostly taken for'], rows),
  ];
  if (grouped) lines.push('', 'Taken for (share of the group that was shown):', '', matrix(report));
  if (report.pairs.length > 0)
    lines.push(
      '',
      'Most confused:',
      '',
      table(
        ['shown', 'taken for', 'times', 'of'],
        report.pairs.map(({ shown: from, takenFor, times, of }) => [from, takenFor, times, of]),
      ),
    );
  return lines.join('\n');
}

/** Groups against groups; columns carry the number of a group, since names would not fit. */
function matrix({ groups, confusion }: ClassifierReport): string {
  const shown = groups.map((_, g) => g).filter((g) => groups[g]!.pictures > 0 || confusion.some((row) => row[g]! > 0));
  const numbered = shown.map((g, i) => `${i + 1} ${groups[g]!.group}`);
  const cell = (row: number, column: number): string => {
    const times = confusion[row]![column]!;
    return (times === 0 ? '·' : ((100 * times) / groups[row]!.pictures).toFixed(1)).padStart(5);
  };
  const rows = shown.flatMap((g, i) => (groups[g]!.pictures === 0 ? [] : [[numbered[i]!, ...shown.map((to) => cell(g, to))]]));
  const others = shown.flatMap((g, i) => (groups[g]!.pictures === 0 ? [numbered[i]!] : []));
  const legend = others.length === 0 ? '' : `\n(${others.join(', ')})`;
  return `${table(['', ...shown.map((_, i) => String(i + 1).padStart(5))], rows)}${legend}`;
}
