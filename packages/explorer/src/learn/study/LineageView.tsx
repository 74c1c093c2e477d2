import type { Lineage } from '@incognita/workspace/schema';
import { formatTick } from '../../ui/chart/formatTick.js';
import { type Mark, ScatterChart } from '../../ui/chart/ScatterChart.js';
import { formatCount, formatSeconds, formatShare } from '../../ui/format.js';
import { RunLink } from '../RunLink.js';
import { StudyFrame } from './StudyFrame.js';
import { useStudy } from './useStudy.js';

/** Systems in the order of their years on the same pictures: one plot, one table. */
export function LineageView({ path, name }: { path: string; name: string }) {
  const { study, problem } = useStudy('lineage', path);
  return (
    <StudyFrame name={name} problem={problem} loading={study === null}>
      {study && <Systems lineage={study} path={path} />}
    </StudyFrame>
  );
}

function Systems({ lineage, path }: { lineage: Lineage; path: string }) {
  const { data, systems } = lineage;
  const marks = systems.flatMap(({ title, year, result }): Mark[] =>
    result?.accuracy
      ? [
          {
            ...{ x: year, y: result.accuracy.top1, name: title, kind: 'own', named: true },
            detail: `${year}, ${formatShare(result.accuracy.top1)} right, ${formatShare(result.accuracy.top5)} among five`,
          },
        ]
      : [],
  );
  return (
    <>
      <p className="lead">
        {data.description} Measured on {formatCount(data.heldOut)} held-out pictures: {data.heldOutHow}.
      </p>
      <ScatterChart
        title="Named rightly, by the year of the idea"
        marks={marks}
        xName="year"
        yName="held out, right"
        log={{ x: false, y: false }}
        formatX={String}
        formatY={(share) => `${Number((share * 100).toPrecision(3))} %`}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard could not scroll */}
      <section className="table-scroll" tabIndex={0} aria-label="Table of the systems">
        <table className="data-table">
          <thead>
            <tr>
              <th scope="col">System</th>
              <th scope="col">Year</th>
              <th scope="col" className="text">
                Learns by
              </th>
              <th scope="col">Parameters</th>
              <th scope="col">Pictures shown</th>
              <th scope="col">Operations</th>
              <th scope="col">Time here</th>
              <th scope="col">Right</th>
              <th scope="col">Among five</th>
            </tr>
          </thead>
          <tbody>
            {systems.map(({ name, title, year, kind, run, state, result, source }) => (
              <tr key={name}>
                <td title={source}>{run === null ? title : <RunLink path={`${path}${run}/`} text={title} />}</td>
                <td>{year}</td>
                <td className="text">{kind}</td>
                {result === null ? (
                  <td colSpan={6} className="text quiet">
                    {state}
                  </td>
                ) : (
                  <>
                    <td>{formatCount(result.parameters)}</td>
                    <td>{formatCount(result.shown)}</td>
                    <td>{formatTick(Number(result.flops.toPrecision(2)))}</td>
                    <td>{formatSeconds(result.seconds)}</td>
                    <td>{result.accuracy ? formatShare(result.accuracy.top1) : '–'}</td>
                    <td>{result.accuracy ? formatShare(result.accuracy.top5) : '–'}</td>
                  </>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
