import type { GeneratedToken } from '@incognita/workspace/schema';
import { useEffect, useRef, useState } from 'react';
import { formatProbability } from '../../ui/numbers/formatNumber.js';
import { useEngine } from '../data/engine.js';

const FINISH: Readonly<Record<string, string>> = {
  length: 'as many tokens as were asked for',
  end: 'the model ended the text',
  context: 'the context is full',
  stopped: 'stopped',
};

/** A text that goes on token by token as it is generated; `round` begins anew. */
export function Continuation({ title, question, round }: { title: string; question: object; round: number }) {
  const engine = useEngine();
  const [tokens, setTokens] = useState<readonly GeneratedToken[]>([]);
  const [end, setEnd] = useState<{ finish?: string; error?: string } | null>(null);
  const [running, setRunning] = useState(false);
  const cancel = useRef<AbortController | null>(null);
  const key = JSON.stringify(question);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was generated belongs to the question that was asked
  useEffect(() => {
    setTokens([]);
    setEnd(null);
  }, [key]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new round asks
  useEffect(() => {
    if (round === 0) return;
    const controller = new AbortController();
    cancel.current = controller;
    setTokens([]);
    setEnd(null);
    setRunning(true);
    engine
      .generate(question, (token) => setTokens((all) => [...all, token]), controller.signal)
      .then((finish) => setEnd({ finish }))
      .catch((error: Error) => setEnd(controller.signal.aborted ? { finish: 'stopped' } : { error: error.message }))
      .finally(() => controller === cancel.current && setRunning(false));
    return () => controller.abort();
  }, [round]);
  return (
    <section className="continuation" aria-label={`${title} continuation`} aria-busy={running}>
      <h3>
        {title}
        {running && (
          <button type="button" className="link-button" onClick={() => cancel.current?.abort()}>
            stop
          </button>
        )}
      </h3>
      <p className="generated">
        {tokens.map(({ label, probability }, i) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity
            key={i}
            className="token"
            title={formatProbability(probability)}
          >
            {label === '' ? '∅' : label}
          </span>
        ))}
        {tokens.length === 0 && !running && <span className="quiet">Nothing generated yet.</span>}
      </p>
      {tokens.length > 0 && (
        <p className="quiet number">
          {tokens.length} tokens; mean surprise{' '}
          {(tokens.reduce((sum, one) => sum - Math.log2(one.probability), 0) / tokens.length).toFixed(2)} bits a token under this
          model
          {end?.finish && `; ${FINISH[end.finish] ?? end.finish}`}.
        </p>
      )}
      {end?.error && <p role="alert">{end.error}</p>}
    </section>
  );
}
