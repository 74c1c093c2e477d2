import { useText } from '../data/LanguageContext.js';
import { changeLanguage } from '../languageAddress.js';
import { STEPS } from './steps.js';

/** The way through the model: the stream as a spine, branches beside it that are added back. */
export function Rail() {
  const { at, card } = useText();
  return (
    <nav className="rail" aria-label="Steps">
      <ol>
        {STEPS.map(({ id, name, lane }, i) => (
          <li key={id} data-lane={lane} data-first={id === 'norm' || id === 'mlp' || undefined}>
            {id === 'norm' && (
              <span className="rail-block quiet">
                Block {at.layer}, of 0 to {card.layers - 1}
              </span>
            )}
            <button
              type="button"
              aria-current={i === at.step ? 'step' : undefined}
              onClick={() => changeLanguage({ step: i, number: null })}
            >
              {lane === 'join' && <span aria-hidden="true">⊕ </span>}
              {name}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
