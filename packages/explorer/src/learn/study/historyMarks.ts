import type { HistoricalSystem, SweepRun } from '@incognita/workspace/schema';
import { formatTick } from '../../ui/chart/formatTick.js';
import type { Mark } from '../../ui/chart/ScatterChart.js';

/** Operations against parameters: one's own finished runs and systems of the past; what is rumoured is marked so. */
export function historyMarks(runs: readonly SweepRun[], historical: readonly HistoricalSystem[]): Mark[] {
  const short = (value: number) => formatTick(Number(value.toPrecision(2)));
  const said = (parameters: number, flops: number) => `${short(parameters)} parameters, ${short(flops)} operations`;
  const own = runs.flatMap(({ name, result, parameters, flops }): Mark[] =>
    result === null ? [] : [{ x: flops, y: parameters, name, detail: said(parameters, flops), kind: 'own' }],
  );
  const past = historical.flatMap(({ name, year, parameters, flops, data, speculative }): Mark[] => {
    if (parameters === null || flops === null) return [];
    const learntFrom = data === null ? '' : `, ${short(data.amount)} ${data.unit}`;
    const detail = `${year}, ${said(parameters, flops)}${learntFrom}${speculative ? '; rumoured, not confirmed' : ''}`;
    return [
      {
        x: flops,
        y: parameters,
        name: `${name}${speculative ? ' (speculative)' : ''}`,
        detail,
        kind: speculative ? 'rumour' : 'other',
        named: true,
      },
    ];
  });
  return [...own, ...past];
}
