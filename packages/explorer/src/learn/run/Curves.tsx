import './Curves.css';
import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { useMemo, useState } from 'react';
import { createStore } from '../../state/store.js';
import { formatTick } from '../../ui/chart/formatTick.js';
import { LineChart } from '../../ui/chart/LineChart.js';
import type { Point } from '../../ui/chart/thin.js';
import { formatShare } from '../../ui/format.js';
import type { Metrics } from '../data/metrics.js';
import { useLearnAddress } from '../learnAddress.js';
import { MetricsTable } from './MetricsTable.js';

/** Curves of a run over its steps, or the same numbers as a table. */
export function Curves({ metrics, steps }: { metrics: Metrics; steps: number | null }) {
  const [{ log, table }, set] = useLearnAddress();
  const [cursor] = useState(() => createStore<number | null>(null));
  const curves = useMemo(() => curvesOf(metrics), [metrics]);
  const common = { xName: 'step', cursor, ...(steps === null ? {} : { xTo: steps }) };
  return (
    <section className="curves" aria-labelledby="curves-title">
      <div className="section-head">
        <h2 id="curves-title">Curves</h2>
        <ToggleGroup
          className="segments"
          aria-label="Curves or table"
          value={[table ? 'table' : 'curves']}
          onValueChange={([next]: string[]) => next && set({ table: next === 'table' })}
        >
          <Toggle value="curves">Curves</Toggle>
          <Toggle value="table">Table</Toggle>
        </ToggleGroup>
        {!table && (
          <ToggleGroup
            className="segments"
            aria-label="Axis of the loss"
            value={[log ? 'log' : 'linear']}
            onValueChange={([next]: string[]) => next && set({ log: next === 'log' })}
          >
            <Toggle value="linear">Linear</Toggle>
            <Toggle value="log">Logarithmic loss</Toggle>
          </ToggleGroup>
        )}
      </div>
      {table ? (
        <MetricsTable metrics={metrics} />
      ) : (
        <div className="charts">
          <LineChart
            {...common}
            title="Loss"
            log={log}
            format={(value) => Number(value.toPrecision(3)).toString()}
            series={[
              { name: 'training', points: curves.loss, style: 0 },
              { name: 'held out', points: curves.heldOutLoss, style: 1 },
            ]}
          />
          {metrics.of !== 'tokens' && (
            <LineChart
              {...common}
              title="Named rightly"
              yFrom={0}
              format={formatShare}
              formatAxis={(share) => `${Number((share * 100).toPrecision(3))} %`}
              series={[
                { name: 'training', points: curves.accuracy, style: 0 },
                { name: 'held out', points: curves.top1, style: 1 },
                { name: 'held out, among five', points: curves.top5, style: 2 },
              ]}
            />
          )}
          <LineChart
            {...common}
            title="Learning rate"
            yFrom={0}
            format={(value) => formatTick(Number(value.toPrecision(3)))}
            series={[{ name: 'of the step', points: curves.learningRate, style: 0 }]}
          />
          <LineChart
            {...common}
            title={metrics.of === 'tokens' ? 'Tokens a second' : 'Pictures a second'}
            yFrom={0}
            format={(value) => Math.round(value).toLocaleString('en')}
            series={[{ name: 'evaluations not counted', points: curves.speed, style: 0 }]}
          />
        </div>
      )}
      {metrics.unreadable > 0 && (
        <p className="quiet">{metrics.unreadable} lines of metrics.jsonl could not be read and are left out.</p>
      )}
    </section>
  );
}

function curvesOf({ training, evaluations }: Metrics) {
  const of = <L extends { step: number }>(lines: readonly L[], y: (line: L) => number | undefined): Point[] =>
    lines.flatMap((line) => {
      const value = y(line);
      return value === undefined ? [] : [{ x: line.step, y: value }];
    });
  return {
    loss: of(training, (line) => line.loss),
    heldOutLoss: of(evaluations, (line) => line.loss),
    accuracy: of(training, (line) => line.accuracy),
    top1: of(evaluations, (line) => line.top1),
    top5: of(evaluations, (line) => line.top5),
    learningRate: of(training, (line) => line.learningRate),
    speed: of(training, (line) => line.speed),
  };
}
