import type { Lineage } from '@incognita/workspace';
import { shortNumber } from '../plot/logScale.js';
import { dot, label, place, svg } from '../plot/svg.js';
import { percent } from './lineageTable.js';

const [WIDTH, LEFT, RIGHT, TOP, ROW] = [1000, 230, 760, 86, 44];

/** A row a system, in the order of their years: how many of the held-out pictures are named rightly, and among five. */
export function lineagePlot({ data, systems }: Lineage): string {
  const title = `From the perceptron to AlexNet on ${data.name}`;
  const most = Math.max(0.1, ...systems.map(({ result }) => result?.accuracy?.top5 ?? 0));
  const end = Math.ceil(most * 10) / 10;
  const x = (share: number): number => LEFT + (share / end) * (RIGHT - LEFT);
  const bottom = TOP + systems.length * ROW;
  const ticks = Array.from({ length: Math.round(end * 10) + 1 }, (_, i) => i / 10);
  const grid = ticks.flatMap((share) => [
    `<line class="grid" x1="${place(x(share))}" x2="${place(x(share))}" y1="${TOP - 8}" y2="${bottom}"/>`,
    label(x(share), bottom + 18, `${Math.round(100 * share)} %`, { anchor: 'middle' }),
  ]);
  const rows = systems.flatMap(({ title: name, year, state, result }, i) => {
    const y = TOP + i * ROW + ROW / 2 - 4;
    const who = [
      label(LEFT - 16, y, name, { anchor: 'end' }),
      label(LEFT - 16, y + 15, String(year), { anchor: 'end', as: 'note' }),
    ];
    const accuracy = result?.accuracy;
    if (!result || !accuracy) return [...who, label(LEFT + 8, y + 4, result ? 'nothing was held out' : state, { as: 'note' })];
    const size = `${shortNumber(result.parameters)} parameters, ${shortNumber(result.flops)} FLOP`;
    return [
      ...who,
      `<line class="thread" x1="${place(x(accuracy.top1))}" x2="${place(x(accuracy.top5))}" y1="${y}" y2="${y}"/>`,
      dot(x(accuracy.top5), y, { radius: 5, as: 'past', title: `${name}: ${percent(accuracy.top5)} among five` }),
      dot(x(accuracy.top1), y, { radius: 6, as: 'chosen', title: `${name}: ${percent(accuracy.top1)} right` }),
      label(RIGHT + 20, y, `${percent(accuracy.top1)}, ${percent(accuracy.top5)}`),
      label(RIGHT + 20, y + 15, size, { as: 'note' }),
    ];
  });
  const key = [
    ...[
      dot(LEFT + 6, 50, { radius: 6, as: 'chosen', title: 'top-1' }),
      label(LEFT + 18, 54, 'first guess right', { as: 'note' }),
    ],
    ...[
      dot(LEFT + 136, 50, { radius: 5, as: 'past', title: 'top-5' }),
      label(LEFT + 148, 54, 'right among five', { as: 'note' }),
    ],
    label(RIGHT + 20, 54, 'top-1, top-5', { as: 'note' }),
  ];
  const foot = label(LEFT, bottom + 40, `of ${data.heldOut} held-out pictures`, { as: 'note' });
  return svg({ width: WIDTH, height: bottom + 54, title }, [
    label(16, 24, title, { as: 'title' }),
    ...key,
    ...grid,
    ...rows,
    foot,
  ]);
}
