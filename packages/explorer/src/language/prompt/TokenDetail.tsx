import { useText } from '../data/LanguageContext.js';

/** Where the chosen token is in the text, and how it was merged. */
export function TokenDetail() {
  const { tokens, ids, labels, at } = useText();
  const token = tokens.tokens[at.position];
  const merging = token?.merging ?? null;
  return (
    <details className="token-detail">
      <summary>
        Token <span className="token-label">{labels[at.position]}</span> at position {at.position} of {ids.length}: number{' '}
        {ids[at.position]}
      </summary>
      {token === undefined ? (
        <p>It was generated: it is not part of the typed text.</p>
      ) : (
        <>
          <p>
            Spelled <code>{token.token}</code> in the vocabulary; bytes <code>{token.bytes || 'none'}</code>.{' '}
            {token.inserted
              ? 'The tokenizer put it there: it stands for no part of the text.'
              : `Characters ${token.start} to ${token.end} and bytes ${token.byteStart} to ${token.byteEnd} of the text.`}
          </p>
          {merging && merging.steps.length > 0 && (
            <>
              <p>
                It was merged from {merging.start.length} pieces. Of all neighbours, the pair that stands first in the tokenizer's
                list is merged first.
              </p>
              <ol className="merges">
                <li>
                  <Pieces pieces={merging.start} />
                </li>
                {merging.steps.map(({ pieces, at: place, rank, left, right }) => (
                  <li key={pieces.join(' ')}>
                    <Pieces pieces={pieces} merged={place} />
                    <span className="quiet">
                      {' '}
                      {left} + {right}, number {rank}
                    </span>
                  </li>
                ))}
              </ol>
            </>
          )}
          {(merging === null || merging.steps.length === 0) && !token.inserted && (
            <p className="quiet">It was not merged from smaller pieces.</p>
          )}
        </>
      )}
    </details>
  );
}

function Pieces({ pieces, merged }: { pieces: readonly string[]; merged?: number }) {
  return (
    <span className="pieces">
      {pieces.map((piece, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity
        <code key={i} data-merged={i === merged || undefined}>
          {piece}
        </code>
      ))}
    </span>
  );
}
