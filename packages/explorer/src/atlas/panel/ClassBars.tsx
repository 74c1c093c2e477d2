import './ClassBars.css';
import type { Matrix } from '../../data/matrix.js';
import { formatSigned } from '../../ui/format.js';
import { shortName } from '../map/labels.js';
import { bottomClasses, type ClassValue, topClasses } from '../map/topClasses.js';
import { useAtlas } from '../state/AtlasContext.js';

/** The classes that the cell pushes most, for and against, on one scale. */
export function ClassBars({ attribution, row, names }: { attribution: Matrix; row: number; names: readonly string[] }) {
  const { store } = useAtlas();
  const up = topClasses(attribution, row, 6);
  const down = bottomClasses(attribution, row, 3).filter(({ index }) => !up.some((c) => c.index === index));
  const scale = [...up, ...down].reduce((max, { value }) => Math.max(max, Math.abs(value)), 0) || 1;
  const show = ({ index, value }: ClassValue) =>
    store.set((s) => ({ ...s, filter: { kind: 'class', name: names[index]! }, sign: value < 0 ? 'negative' : 'positive' }));
  return (
    <section aria-label="Classes">
      <h3>Classes that it pushes</h3>
      <p className="detail-note">
        Mean over the members of activation × gradient of the class score: measured by the run. Press one to see it on the map.
      </p>
      <ul className="bars">
        {[...up, ...down].map((entry) => (
          <li key={entry.index}>
            <button type="button" title={names[entry.index]} onClick={() => show(entry)}>
              <span className="bar-name">{shortName(names[entry.index]!)}</span>
              <span className="bar-value number">{formatSigned(entry.value)}</span>
              <span className="bar-track" aria-hidden="true">
                <span
                  className="bar"
                  data-negative={entry.value < 0 || undefined}
                  style={{ width: `${(Math.abs(entry.value) / scale) * 100}%` }}
                />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
