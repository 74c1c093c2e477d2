import { shortName } from '../../atlas/map/labels.js';
import { useStore } from '../../state/store.js';
import { formatShare, formatSigned } from '../../ui/format.js';
import { useLive } from '../data/LiveContext.js';
import { changeLive } from '../liveAddress.js';
import { strongestClasses } from './softmax.js';

const SHOWN = 7;

/** The classes with the highest scores. */
export function LabelBars() {
  const { card, run, at } = useLive();
  const scores = useStore(run.state, ({ frame }) => frame?.scores ?? null);
  if (card.classes === null) return <p className="quiet">This network has no class scores; explain a channel instead.</p>;
  const { names } = card.classes;
  const best = scores ? strongestClasses(scores, SHOWN) : [];
  return (
    <section aria-labelledby="labels-title" className="live-labels">
      <h2 id="labels-title">Labels</h2>
      <ul>
        {best.map(({ index, score, share }) => (
          <li key={index}>
            <button
              type="button"
              title={`Explain ${names[index]}`}
              aria-pressed={at.target === `class:${index}`}
              onClick={() => changeLive({ target: at.target === `class:${index}` ? 'top' : `class:${index}` })}
            >
              <span className="label-name">{shortName(names[index]!)}</span>
              <span className="number">{formatShare(share)}</span>
              <span className="quiet number">{formatSigned(score)}</span>
              <span className="label-track" aria-hidden="true">
                <span style={{ width: `${100 * share}%` }} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p className="quiet small">Share by softmax, and score. Class names: {card.classes.source}.</p>
    </section>
  );
}
