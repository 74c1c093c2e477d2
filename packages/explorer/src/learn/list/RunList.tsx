import './RunList.css';
import type { Offers } from '@incognita/workspace/schema';
import { useEffect } from 'react';
import { formatCount, formatShare } from '../../ui/format.js';
import { RunLink } from '../RunLink.js';
import { type RunSummary, useSummaries } from './useSummaries.js';

/** All runs of a folder, with how they stand. */
export function RunList({ runs }: { runs: Offers['runs'] }) {
  const summaries = useSummaries(runs);
  useEffect(() => {
    document.title = 'Runs · Learn · Incognita';
  }, []);
  return (
    <div className="run-list">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard could not scroll */}
      <section className="table-scroll" tabIndex={0} aria-label="Table of the runs">
        <table className="data-table">
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col" className="text">
                Network
              </th>
              <th scope="col" className="text">
                Data
              </th>
              <th scope="col" className="text">
                State
              </th>
              <th scope="col">Step</th>
              <th scope="col">Parameters</th>
              <th scope="col">Held out, right</th>
              <th scope="col">Among five</th>
            </tr>
          </thead>
          <tbody>
            {runs.map(({ path, name }) => (
              <Row key={path} path={path} name={name} summary={summaries.get(path)} />
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Row({ path, name, summary }: { path: string; name: string; summary: RunSummary | undefined }) {
  const run = summary?.run;
  const measured = run?.result?.accuracy ?? summary?.evaluation;
  const steps = run?.settings.steps;
  return (
    <tr>
      <td>
        <RunLink path={path} text={name} />
      </td>
      <td className="text">{run?.network.name}</td>
      <td className="text">{run?.data.name}</td>
      <td className="text">{run?.state ?? summary?.problem}</td>
      <td>
        {run && formatCount(run.result?.steps ?? summary.step)}
        {typeof steps === 'number' && <span className="quiet"> of {formatCount(steps)}</span>}
      </td>
      <td>{run && formatCount(run.network.parameters)}</td>
      <td>{measured?.top1 === undefined ? null : formatShare(measured.top1)}</td>
      <td>{measured?.top5 === undefined ? null : formatShare(measured.top5)}</td>
    </tr>
  );
}
