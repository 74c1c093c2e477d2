import { formatProbability } from '../../ui/numbers/formatNumber.js';
import { HeatCanvas } from '../../ui/numbers/HeatCanvas.js';
import { useNumbers } from '../data/ask.js';
import { useText } from '../data/LanguageContext.js';
import { changeLanguage } from '../languageAddress.js';
import { KeyTable } from '../steps/KeyTable.js';
import { Places } from '../steps/Places.js';
import { habitsOf } from './habits.js';

/** Longest side of a small picture, in pixels of numbers. */
const SIDE = 64;
/** Longest side of the large one. */
const LARGE = 256;

/** The attention of every head, small; and of one, large. */
export function HeadsView() {
  const { card } = useText();
  return (
    <section aria-labelledby="heads-title">
      <h2 id="heads-title">What every head looks at</h2>
      <p className="lead">
        A row of a picture for each token that asks, a column for each that is looked at; the stronger the colour, the more. The
        upper right is empty: nobody looks ahead.
      </p>
      <OneHead />
      {Array.from({ length: card.layers }, (_, layer) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the layer is the identity
        <HeadRow key={layer} layer={layer} />
      ))}
    </section>
  );
}

function HeadRow({ layer }: { layer: number }) {
  const { model, ids, at, card } = useText();
  const point = `attn_probs.${layer}`;
  const about = card.points[point]!;
  const refused = 'refused' in about ? about.refused : null;
  const reads = { all: { point, pool: SIDE } };
  const { value, error, pending } = useNumbers(refused === null ? { model, ids, clamps: at.clamps, reads } : null);
  const all = value?.get('all');
  const [heads, side] = all ? [all.shape[0]!, all.shape[1]!] : [0, 0];
  const pooled = side < ids.length;
  return (
    <div className="head-row" aria-busy={pending}>
      <h3>Block {layer}</h3>
      {refused && <p className="refused">Cannot be shown: {refused}.</p>}
      {error && <p role="alert">{error}</p>}
      {pooled && side > 0 && (
        <p className="quiet">
          Each pixel is the largest weight of {Math.ceil(ids.length / side)} × {Math.ceil(ids.length / side)} tokens.
        </p>
      )}
      <ul>
        {Array.from({ length: heads }, (_, head) => {
          const pattern = all!.data.subarray(head * side * side, (head + 1) * side * side);
          const habits = pooled ? null : habitsOf(pattern, side);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the head is the identity
            <li key={head}>
              <button
                type="button"
                className="head-card"
                aria-pressed={layer === at.layer && head === at.head}
                onClick={() => changeLanguage({ layer, head, number: null })}
              >
                <HeatCanvas values={pattern} columns={side} most={1} />
                <span>Head {head}</span>
                {habits && (
                  <span className="quiet">
                    itself {formatProbability(habits.itself)}, before {formatProbability(habits.previous)}, first{' '}
                    {formatProbability(habits.first)}
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function OneHead() {
  const { model, ids, at, labels, card } = useText();
  const point = `attn_probs.${at.layer}`;
  const about = card.points[point]!;
  const reads = { pattern: { point, head: at.head, pool: LARGE }, row: { point, head: at.head, position: at.position } };
  const { value } = useNumbers('refused' in about ? null : { model, ids, clamps: at.clamps, reads });
  const pattern = value?.get('pattern');
  const row = value?.get('row');
  return (
    <div className="one-head">
      <div>
        <div className="one-head-title">
          <h3>
            Block {at.layer}, head {at.head}
          </h3>
          <Places />
        </div>
        {pattern && (
          <div className="pattern">
            <HeatCanvas values={pattern.data} columns={pattern.columns} most={1} />
            <span className="pattern-row" style={{ top: `${(100 * (at.position + 0.5)) / ids.length}%` }} aria-hidden="true" />
          </div>
        )}
        <p className="quiet">
          The line is the row of <span className="token-label">{labels[at.position]}</span>; the table beside it has its numbers.
          Choose another token above.
        </p>
      </div>
      {row && row.data.length === ids.length && <KeyTable scores={undefined} probs={row.data} />}
    </div>
  );
}
