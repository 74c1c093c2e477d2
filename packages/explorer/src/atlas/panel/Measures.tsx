import type { CellRow } from '@incognita/workspace/schema';
import './Measures.css';
import { formatCount, formatPercent } from '../../ui/format.js';
import { shortName } from '../map/labels.js';

/** What was measured about the cell's members. */
export function Measures({ row }: { row: CellRow }) {
  const facts: [string, string, string][] = [
    ['Members', formatCount(row.count), 'activations that the layout put here'],
    ['Coherence', row.coherence.toFixed(3), '1: all point the same way'],
    ['Variance', row.variance.toFixed(3), 'share of the whole layer’s'],
  ];
  if (row.label !== null)
    facts.splice(1, 0, ['Commonest label', shortName(row.label), `on ${formatPercent(row.purity ?? 0)} of the members`]);
  return (
    <section aria-label="Measures">
      <h3>Members</h3>
      <dl className="measures">
        {facts.map(([name, value, note]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <span className="number">{value}</span> <span className="detail-note">{note}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
