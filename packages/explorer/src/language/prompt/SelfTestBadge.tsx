import type { DecoderCard } from '@incognita/workspace/schema';
import { Icon } from '../../chrome/icons.js';
import { formatError } from '../../ui/numbers/formatNumber.js';

/** What was measured about the decoder while it was opened: the numbers on this page rest on it. */
export function SelfTestBadge({ test }: { test: DecoderCard['test'] }) {
  if (test === null) return null;
  const worst = Math.max(...test.measured.map(({ error }) => error));
  return (
    <details className="badge" data-fails={!test.holds || undefined}>
      <summary>
        <Icon name={test.holds ? 'check' : 'info'} />
        Self-test {test.holds ? 'passed' : 'failed'}: errors up to {formatError(worst)}
      </summary>
      <table className="data-table">
        <caption>Measured on this model when it was opened</caption>
        <thead>
          <tr>
            <th scope="col" className="text">
              Claim
            </th>
            <th scope="col">Error</th>
            <th scope="col">Allowed</th>
          </tr>
        </thead>
        <tbody>
          {test.measured.map(({ claim, error, tolerance, holds }) => (
            <tr key={claim} data-fails={!holds || undefined}>
              <td className="text">{claim}</td>
              <td>{formatError(error)}</td>
              <td>{formatError(tolerance)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
