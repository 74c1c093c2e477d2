import { useRef } from 'react';
import { useText } from '../data/LanguageContext.js';
import { windowAround } from '../data/window.js';
import { changeLanguage } from '../languageAddress.js';

/** Tokens that are drawn at once. */
const SHOWN = 160;
const MOVES: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -10,
  ArrowDown: 10,
  Home: -1e9,
  End: 1e9,
};

/** The tokens of the text, one of them chosen; those that were generated stand out. */
export function TokenStrip() {
  const { labels, ids, tokens, at } = useText();
  const list = useRef<HTMLDivElement>(null);
  const { from, to } = windowAround(ids.length, at.position, SHOWN);
  const choose = (position: number) => changeLanguage({ position: position === ids.length - 1 ? null : position, number: null });
  const move = (event: React.KeyboardEvent) => {
    const by = MOVES[event.key];
    if (by === undefined) return;
    event.preventDefault();
    choose(Math.max(0, Math.min(ids.length - 1, at.position + by)));
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
  };
  return (
    <div className="tokens">
      {from > 0 && (
        <button type="button" className="link-button" onClick={() => choose(Math.max(0, from - 1))}>
          {from} tokens before
        </button>
      )}
      <div className="token-list" role="listbox" aria-label="Tokens" aria-orientation="horizontal" ref={list} onKeyDown={move}>
        {labels.slice(from, to).map((label, i) => {
          const position = from + i;
          const generated = position >= tokens.tokens.length;
          return (
            <div
              key={position}
              role="option"
              aria-selected={position === at.position}
              tabIndex={position === at.position ? 0 : -1}
              className="token"
              data-generated={generated || undefined}
              data-inserted={(!generated && tokens.tokens[position]!.inserted) || undefined}
              title={`position ${position}, token ${ids[position]}`}
              onClick={() => choose(position)}
              onKeyDown={() => {}}
            >
              {label === '' ? '∅' : label}
            </div>
          );
        })}
      </div>
      {to < ids.length && (
        <button type="button" className="link-button" onClick={() => choose(to)}>
          {ids.length - to} tokens after
        </button>
      )}
    </div>
  );
}
