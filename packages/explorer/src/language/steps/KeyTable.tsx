import { formatNumber, formatProbability } from '../../ui/numbers/formatNumber.js';
import { TermBar } from '../../ui/numbers/TermBar.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import { useText } from '../data/LanguageContext.js';
import { windowAround } from '../data/window.js';

const ROWS = 48;

/** What a query makes of every position of the text: its score, its share of the attention. */
export function KeyTable({
  scores,
  probs,
  onScore,
}: {
  scores: Float32Array | undefined;
  probs: Float32Array | undefined;
  /** Opens the dot product behind a score. */
  onScore?: (key: number) => void;
}) {
  const { labels, at } = useText();
  const count = (scores ?? probs)?.length ?? 0;
  const { from, to } = windowAround(count, at.position, ROWS);
  const most = probs === undefined ? 0 : Math.max(...probs);
  return (
    <ScrollTable label="Every position, as the query sees it" className="key-table">
      {count > ROWS && (
        <caption>
          Positions {from} to {to - 1} of {count}, around the query
        </caption>
      )}
      <thead>
        <tr>
          <th scope="col">Position</th>
          <th scope="col" className="text">
            Token
          </th>
          {scores && <th scope="col">Score</th>}
          {probs && <th scope="col">Attention</th>}
        </tr>
      </thead>
      <tbody>
        {Array.from({ length: to - from }, (_, i) => from + i).map((key) => (
          <tr key={key} aria-current={key === at.position || undefined} data-masked={key > at.position || undefined}>
            <td>{key}</td>
            <td className="text token-label">{labels[key]}</td>
            {scores && (
              <td>
                {onScore && key <= at.position ? (
                  <button type="button" className="number-button" onClick={() => onScore(key)}>
                    {formatNumber(scores[key]!)}
                  </button>
                ) : key > at.position ? (
                  'masked'
                ) : (
                  formatNumber(scores[key]!)
                )}
              </td>
            )}
            {probs && (
              <td className="term">
                <TermBar share={most === 0 ? 0 : probs[key]! / most} />
                {formatProbability(probs[key]!)}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}
