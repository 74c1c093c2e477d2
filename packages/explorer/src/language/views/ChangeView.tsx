import { useState } from 'react';
import { useKeys } from '../../chrome/useKeys.js';
import { useText } from '../data/LanguageContext.js';
import { changeLanguage } from '../languageAddress.js';
import { Sampling } from '../steps/Sampling.js';
import { ClampForm } from './ClampForm.js';
import { Continuation } from './Continuation.js';

/** Writes to points while the model runs: the steered continuation beside the plain one, with the same draws. */
export function ChangeView() {
  const { at, ids, card, model } = useText();
  const [count, setCount] = useState(24);
  const [round, setRound] = useState(0);
  useKeys({ g: () => setRound((now) => now + 1) });
  const room = card.context === null ? count : Math.min(count, card.context - ids.length);
  const { temperature, topK, topP, seed } = at;
  const question = { model, ids, temperature, topK, topP, seed, maxTokens: room };
  return (
    <section aria-labelledby="change-title">
      <h2 id="change-title">Change it</h2>
      <p className="lead">
        A clamp writes to a point at every position and every step, while the rest of the model runs on. The clamps below hold on
        the whole page: in the steps, the blocks and the heads.
      </p>
      <ClampForm />
      <ul className="clamps" aria-label="Clamps">
        {at.clamps.map((clamp) => (
          <li key={clamp}>
            <code>{clamp}</code>
            <button
              type="button"
              className="link-button"
              aria-label={`Remove ${clamp}`}
              onClick={() => changeLanguage({ clamps: at.clamps.filter((one) => one !== clamp) })}
            >
              remove
            </button>
          </li>
        ))}
        {at.clamps.length === 0 && <li className="quiet">No clamp yet: both continuations will be the same.</li>}
      </ul>
      <div className="generate-tools">
        <button type="button" className="button" onClick={() => setRound(round + 1)} disabled={room < 1} title="Generate (g)">
          Continue the text twice
        </button>
        <label>
          Tokens
          <input
            type="number"
            min={1}
            max={512}
            value={count}
            onChange={({ target }) => target.validity.valid && target.value !== '' && setCount(Number(target.value))}
          />
        </label>
        <Sampling />
      </div>
      {room < 1 && <p role="alert">The text fills the model's context of {card.context} tokens: nothing can be appended.</p>}
      <div className="side-by-side">
        <Continuation title="Plain" question={{ ...question, clamps: [] }} round={round} />
        <Continuation title="Steered" question={{ ...question, clamps: at.clamps }} round={round} />
      </div>
    </section>
  );
}
