import type { DecoderCard } from '@incognita/workspace/schema';
import { useEffect, useState } from 'react';
import { changeLanguage, type LanguageAddress } from '../languageAddress.js';

/** How long typing rests before the text is cut anew. */
const REST_MS = 250;

/** The text that the model reads, and whether the tokenizer puts something before it. */
export function Prompt({ at, card }: { at: LanguageAddress; card: DecoderCard | null }) {
  const [text, setText] = useState(at.text);
  const [typed, setTyped] = useState(false);
  useEffect(() => {
    if (!typed) setText(at.text);
  }, [at.text, typed]);
  useEffect(() => {
    if (!typed) return;
    const timer = setTimeout(() => {
      setTyped(false);
      changeLanguage({ text, more: [], position: null, number: null });
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [text, typed]);
  return (
    <div className="prompt">
      <label htmlFor="prompt-text">Text</label>
      <textarea
        id="prompt-text"
        rows={2}
        value={text}
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
          setTyped(true);
        }}
      />
      <div className="prompt-options">
        {card !== null && card.begin.length > 0 && (
          <label>
            <input
              type="checkbox"
              checked={at.begin}
              onChange={(event) => changeLanguage({ begin: event.target.checked, more: [], position: null, number: null })}
            />{' '}
            begin-of-text token <code>{card.begin.join(' ')}</code> before it
          </label>
        )}
        {card !== null && card.begin.length === 0 && (
          <span className="quiet">This tokenizer puts no begin-of-text token before a text.</span>
        )}
        {at.more.length > 0 && (
          <button
            type="button"
            className="link-button"
            onClick={() => changeLanguage({ more: [], position: null, number: null })}
          >
            take back what was generated
          </button>
        )}
      </div>
    </div>
  );
}
