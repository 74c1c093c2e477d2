import type { LensAnswer } from '@incognita/workspace/schema';
import { formatProbability } from '../../ui/numbers/formatNumber.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import { useAnswer } from '../data/ask.js';
import { useText } from '../data/LanguageContext.js';
import { windowAround } from '../data/window.js';
import { changeLanguage } from '../languageAddress.js';
import { STEPS } from '../steps/steps.js';

/** Positions that are shown at once. */
const COLUMNS = 16;

/** All blocks at once: what each position would say next if the model ended there. */
export function BlocksView() {
  const { model, ids, labels, at } = useText();
  const { from, to } = windowAround(ids.length, at.position, COLUMNS);
  const { value, error, pending } = useAnswer<LensAnswer>('lens', { model, ids, clamps: at.clamps, from, to });
  const columns = Array.from({ length: to - from }, (_, i) => from + i);
  const open = (row: number, position: number) =>
    changeLanguage({
      view: 'steps',
      position: position === ids.length - 1 ? null : position,
      layer: Math.max(0, row - 1),
      step: row === 0 ? 0 : STEPS.findIndex(({ id }) => id === 'add2'),
    });
  return (
    <section aria-labelledby="blocks-title" aria-busy={pending}>
      <h2 id="blocks-title">What each block would say next</h2>
      <p className="lead">
        The logit lens: the final normalization and the unembedding, applied to the stream after each block, unadjusted. Early
        blocks were not trained to be read so; the last row is what the model says. Choose a cell to see its block.
      </p>
      {error && <p role="alert">{error}</p>}
      {value && (
        <ScrollTable label="Logit lens" className="lens">
          {to - from < ids.length && (
            <caption>
              Positions {from} to {to - 1} of {ids.length}, around the chosen token
            </caption>
          )}
          <thead>
            <tr>
              <th scope="col">Stream</th>
              {columns.map((position) => (
                <th scope="col" key={position} aria-current={position === at.position || undefined}>
                  <span className="token-label">{labels[position]}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {value.rows.map(({ point, top }, row) => (
              <tr key={point}>
                <th scope="row">
                  <code>{point}</code>
                </th>
                {columns.map((position) => {
                  const likely = top[position - from];
                  const first = likely?.[0];
                  return (
                    <td key={position} style={{ '--share': `${40 * (first?.probability ?? 0)}%` } as React.CSSProperties}>
                      {first && (
                        <button
                          type="button"
                          onClick={() => open(row, position)}
                          title={likely.map(({ label, probability }) => `${label} ${formatProbability(probability)}`).join('\n')}
                        >
                          <span className="token-label">{first.label}</span>
                          <span className="lens-share number">{formatProbability(first.probability)}</span>
                        </button>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      )}
    </section>
  );
}
