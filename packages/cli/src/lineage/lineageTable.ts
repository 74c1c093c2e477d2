import type { Lineage, LineageSystem } from '@incognita/workspace';
import { formatDuration } from '../duration.js';
import { shortNumber } from '../plot/logScale.js';
import { markdownTable } from '../plot/markdownTable.js';

/** A finished system in one line. */
export function describeSystem({ title, result }: LineageSystem): string {
  const { accuracy, seconds } = result!;
  const measured =
    accuracy === null ? 'nothing was held out' : `${percent(accuracy.top1)} right, ${percent(accuracy.top5)} among five`;
  return `${title}: ${measured}, trained in ${formatDuration(seconds)}`;
}

/** The systems of a lineage in Markdown. */
export function lineageTable({ data, systems }: Lineage): string {
  const rows = systems.map(({ title, year, state, takenFrom, result }) => {
    const name = `${title}${takenFrom === null ? '' : ' ¹'}`;
    if (result === null) return [name, String(year), state, '', '', '', '', ''];
    const { parameters, shown, flops, seconds, accuracy } = result;
    return [
      ...[
        name,
        String(year),
        parameters.toLocaleString('en-US'),
        shortNumber(shown),
        shortNumber(flops),
        formatDuration(seconds),
      ],
      ...(accuracy === null ? ['', ''] : [percent(accuracy.top1), percent(accuracy.top5)]),
    ];
  });
  const header = ['system', 'year', 'parameters', 'pictures shown', 'FLOP', 'training', 'top-1', 'top-5'];
  const taken = systems.flatMap(({ title, takenFrom }) =>
    takenFrom === null ? [] : [`¹ ${title}: taken from a finished run on the same pictures, \`${takenFrom.command}\`.`],
  );
  const heldOut = data.heldOut === 0 ? 'Nothing is held out.' : `Measured on ${data.heldOut} pictures: ${data.heldOutHow}.`;
  return `${[`# Lineage on ${data.name}`, `${data.description} ${heldOut}`, markdownTable(header, rows), ...taken].join('\n\n')}\n`;
}

/** `12.3 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
