import type { NextAnswer } from '@incognita/workspace/schema';
import { formatNumber, formatProbability } from '../../ui/numbers/formatNumber.js';
import { TermBar } from '../../ui/numbers/TermBar.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import { useText } from '../data/LanguageContext.js';
import { changeLanguage } from '../languageAddress.js';

/** What could come next: logits, probabilities, what is cut off, and what was drawn. */
export function Choice({ next, stage }: { next: NextAnswer; stage: 'unembed' | 'choose' }) {
  const { at, card } = useText();
  const most = Math.max(...next.candidates.map(({ probability }) => probability));
  return (
    <ScrollTable label="The most probable next tokens">
      <caption>
        The first {next.candidates.length} of {card.vocabulary.toLocaleString('en')} tokens
      </caption>
      <thead>
        <tr>
          <th scope="col" className="text">
            Token
          </th>
          <th scope="col">Logit</th>
          <th scope="col">Probability</th>
          {stage === 'choose' && (
            <>
              <th scope="col">At temperature {at.temperature}</th>
              <th scope="col">Drawn with</th>
            </>
          )}
        </tr>
      </thead>
      <tbody>
        {next.candidates.map(({ id, label, logit, probability, tempered, cut, chance }) => (
          <tr
            key={id}
            aria-current={(stage === 'choose' && id === next.id) || undefined}
            data-cut={(stage === 'choose' && cut) || undefined}
          >
            <td className="text token-label">{label}</td>
            <td>
              <button type="button" className="number-button" onClick={() => changeLanguage({ number: `logits:${id}` })}>
                {formatNumber(logit)}
              </button>
            </td>
            <td className="term">
              <TermBar share={probability / most} />
              {formatProbability(probability)}
            </td>
            {stage === 'choose' && (
              <>
                <td>{at.temperature === 0 ? '–' : formatProbability(tempered)}</td>
                <td>{cut === null ? formatProbability(chance) : `cut by ${cut}`}</td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}
