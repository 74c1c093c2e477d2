import type { HistoricalSystem, ScalingLaw, Sweep, SweepRun } from '@incognita/workspace';
import { logPanel } from '../plot/logPanel.js';
import { shortNumber } from '../plot/logScale.js';
import { dot, label, svg } from '../plot/svg.js';

const WIDTH = 1000;
const AXES = [
  { of: 'parameters', title: 'Larger networks', xLabel: 'parameters' },
  { of: 'examples', title: 'More pictures', xLabel: 'pictures learnt from' },
  { of: 'flops', title: 'More training', xLabel: 'training operations (FLOP)' },
] as const;

type Measured = SweepRun & { readonly loss: number };

/** Loss of all runs against parameters, pictures and operations, with the fitted laws and where they may lie. */
export function sweepPlot(sweep: Sweep): string {
  const loss = sweep.laws[0]?.loss ?? (sweep.data.heldOut > 0 ? 'heldOut' : 'training');
  const runs = measured(sweep, loss);
  const title = `${sweep.network.name} on ${sweep.data.name}`;
  const said = loss === 'heldOut' ? 'held-out loss (nats)' : 'training loss (nats)';
  if (runs.length === 0)
    return svg({ width: WIDTH, height: 60, title }, [label(16, 34, `${title}: no run is finished yet.`, { as: 'note' })]);
  const y = [...runs.map((run) => run.loss), ...sweep.laws.flatMap(({ band }) => band.map(({ middle }) => middle))];
  const parts = AXES.flatMap(({ of, ...titles }, i) => {
    const panel = logPanel({
      ...{ ...titles, yLabel: i === 0 ? said : null, x: runs.map((run) => run[of]), y },
      ...{ left: 62 + i * 315, top: 62, width: 270, height: 250 },
    });
    const law = sweep.laws.find((one) => one.of === of);
    const inLaw = new Set(law?.runs);
    const [low, high] = [Math.min(...y) * 0.97, Math.max(...y) * 1.03];
    const clipped = (value: number): number => Math.min(high, Math.max(low, value));
    return [
      ...panel.frame,
      ...(of === 'flops'
        ? threads(runs).map((thread) =>
            panel.line(
              thread.map((run) => [run.flops, run.loss]),
              'thread',
            ),
          )
        : []),
      ...(law
        ? [
            panel.area(
              law.band.map((p) => ({ x: p.x, low: clipped(p.low), high: clipped(p.high) })),
              'band',
            ),
            panel.line(
              law.band.map((p) => [p.x, clipped(p.middle)]),
              'law',
            ),
          ]
        : []),
      ...runs.map((run) =>
        dot(panel.x(run[of]), panel.y(run.loss), {
          ...{ radius: 3.5, as: inLaw.has(run.name) ? 'chosen' : 'dot' },
          title: `${run.name}: loss ${run.loss.toFixed(3)}, ${shortNumber(run[of])} ${of}`,
        }),
      ),
      label(62 + i * 315, 372, law ? lawInWords(law) : 'too few sizes for a law', { as: 'note' }),
    ];
  });
  return svg({ width: WIDTH, height: 386, title }, [label(16, 24, `${title}, ${runs.length} runs`, { as: 'title' }), ...parts]);
}

/** `loss ~ 0.31 + 4.2 · x^−0.21, exponent 0.18–0.25`. */
export function lawInWords({ floor, factor, exponent, exponentRange: [low, high] }: ScalingLaw): string {
  const constant = floor > 0 ? `${floor.toPrecision(3)} + ` : '';
  return `loss = ${constant}${factor.toPrecision(3)} · x^−${exponent.toFixed(3)}; exponent ${low.toFixed(3)} to ${high.toFixed(3)}`;
}

/** The runs of a sweep beside systems of the past: parameters and data against operations of training. */
export function historyPlot({ runs, historical, network, data }: Sweep): string {
  const title = `${network.name} on ${data.name} beside systems of the past`;
  const panels = [
    { title: 'Parameters', of: (run: SweepRun) => run.parameters, past: (system: HistoricalSystem) => system.parameters },
    {
      title: 'Pictures, or tokens',
      of: (run: SweepRun) => run.examples,
      past: (system: HistoricalSystem) => system.data?.amount ?? null,
    },
  ];
  const parts = panels.flatMap((what, i) => {
    const systems = historical.flatMap((system) => {
      const value = what.past(system);
      return value === null || system.flops === null ? [] : [{ ...system, flops: system.flops, value }];
    });
    const left = 62 + i * 485;
    const panel = logPanel({
      ...{ title: what.title, xLabel: 'training operations (FLOP)', yLabel: null },
      ...{ x: [...runs.map(({ flops }) => flops), ...systems.map(({ flops }) => flops)], left, top: 62, width: 420, height: 320 },
      y: [...runs.map(what.of), ...systems.map(({ value }) => value)],
    });
    return [
      ...panel.frame,
      ...runs.map((run) =>
        dot(panel.x(run.flops), panel.y(what.of(run)), {
          radius: 3,
          as: 'chosen',
          title: `${run.name}: ${shortNumber(run.flops)} FLOP`,
        }),
      ),
      ...systems.flatMap(({ name, year, speculative, flops, value }) => [
        dot(panel.x(flops), panel.y(value), {
          ...{ radius: 5, as: speculative ? 'rumour' : 'past' },
          title: `${name} (${year}): ${shortNumber(value)}, ${shortNumber(flops)} FLOP`,
        }),
        labelBeside(panel.x(flops), panel.y(value), `${name}, ${year}${speculative ? ' (rumoured)' : ''}`, left + 210),
      ]),
    ];
  });
  const key = [
    ...[dot(22, 430, { radius: 3.5, as: 'chosen', title: 'run' }), label(32, 434, `runs of this sweep`, { as: 'note' })],
    ...[
      dot(152, 430, { radius: 5, as: 'past', title: 'published' }),
      label(162, 434, 'published or computed from what was published', { as: 'note' }),
    ],
    ...[
      dot(462, 430, { radius: 5, as: 'rumour', title: 'rumoured' }),
      label(472, 434, 'not confirmed by its makers', { as: 'note' }),
    ],
  ];
  return svg({ width: WIDTH, height: 448, title }, [label(16, 24, title, { as: 'title' }), ...parts, ...key]);
}

/** Text on that side of a point where there is more room. */
function labelBeside(x: number, y: number, text: string, middle: number): string {
  return x < middle ? label(x + 9, y + 4, text) : label(x - 9, y + 4, text, { anchor: 'end' });
}

function measured({ runs }: Sweep, loss: ScalingLaw['loss']): Measured[] {
  return runs.flatMap((run) => {
    const value = run.result?.loss[loss];
    return value === undefined || value === null ? [] : [{ ...run, loss: value }];
  });
}

/** Runs that differ in their steps alone, in order. */
function threads(runs: readonly Measured[]): Measured[][] {
  const groups = new Map<string, Measured[]>();
  for (const run of runs) {
    const key = `${run.width} ${run.data}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].filter((group) => group.length > 1).map((group) => group.sort((a, b) => a.steps - b.steps));
}
