import type { Sweep, SweepRun } from '@incognita/workspace';
import { shortNumber } from '../plot/logScale.js';
import { markdownTable } from '../plot/markdownTable.js';
import { lawInWords } from './sweepPlots.js';

/** A finished run in one line. */
export function describeSweepRun({ width, data, steps, result }: SweepRun): string {
  const { heldOut, training } = result!.loss;
  const loss = heldOut === null ? `training loss ${training.toFixed(3)}` : `held-out loss ${heldOut.toFixed(3)}`;
  return `width ${width}, data ${data}, ${steps} steps: ${loss}, ${result!.seconds.toFixed(0)} s`;
}

/** The runs of a sweep and the laws of their losses, in Markdown. */
export function sweepTable({ network, data, runs, laws }: Sweep): string {
  const rows = runs.map(({ result, ...run }) => [
    ...[
      String(run.width),
      String(run.data),
      String(run.steps),
      whole(run.parameters),
      whole(run.examples),
      shortNumber(run.flops),
    ],
    ...(result === null
      ? [run.state, '', '', '']
      : [
          result.loss.heldOut === null ? '' : result.loss.heldOut.toFixed(3),
          result.loss.training.toFixed(3),
          result.accuracy === null ? '' : `${(100 * result.accuracy.top1).toFixed(1)} %`,
          result.seconds.toFixed(0),
        ]),
  ]);
  const header = ['width', 'data', 'steps', 'parameters', 'pictures', 'FLOP', 'held-out loss', 'training loss', 'top-1', 's'];
  const said = laws.map(
    (law) => `- ${law.of} (${law.runs.length} runs): ${lawInWords(law)}, residual ${(100 * law.residual).toFixed(1)} %`,
  );
  return [
    `# ${network.name} on ${data.name}`,
    markdownTable(header, rows),
    said.length === 0 ? 'Too few runs are finished for a law.' : said.join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

/** Systems of the past with the sources of their numbers, in Markdown. */
export function historyTable({ historical }: Sweep): string {
  const rows = historical.map(({ name, year, speculative, parameters, data, flops, sources }) => [
    ...[`${name}${speculative ? ' (speculative)' : ''}`, String(year), parameters === null ? '' : shortNumber(parameters)],
    ...[data === null ? '' : `${shortNumber(data.amount)} ${data.unit}`, flops === null ? '' : shortNumber(flops)],
    [...new Set(sources.map(({ text, url }) => `${text} ${url}`))].join('<br>'),
  ]);
  return `${markdownTable(['system', 'year', 'parameters', 'data', 'FLOP', 'sources'], rows)}\n`;
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}
