import type { NextAnswer } from '@incognita/workspace/schema';
import { useEffect, useState } from 'react';
import { Icon } from '../../chrome/icons.js';
import { useKeys } from '../../chrome/useKeys.js';
import { formatProbability } from '../../ui/numbers/formatNumber.js';
import { useAnswer, useNumbers } from '../data/ask.js';
import { useText } from '../data/LanguageContext.js';
import { changeLanguage } from '../languageAddress.js';
import { Explanation } from '../numbers/Explanation.js';
import { Choice } from './Choice.js';
import { Places } from './Places.js';
import { Rail } from './Rail.js';
import { Sampling } from './Sampling.js';
import { StepBody } from './StepBody.js';
import { readsOf, STEPS } from './steps.js';

/** How long a step stays when they are played. */
const STEP_MS = 1800;

/** One step of the model at a time, by hand or in motion, to the next token and round again. */
export function StepView() {
  const { model, card, ids, at } = useText();
  const [playing, setPlaying] = useState(false);
  const step = STEPS[at.step]!;
  const last = ['unembed', 'choose', 'append'].includes(step.id);
  const place = last ? { ...at, position: ids.length - 1 } : at;
  const reads = readsOf(step, card, place);
  const question = Object.keys(reads).length === 0 ? null : { model, ids, clamps: at.clamps, reads };
  const numbers = useNumbers(last ? null : question);
  const { temperature, topK, topP, seed } = at;
  const drawn = at.more.length;
  const choice = useAnswer<NextAnswer>(
    'next',
    last ? { model, ids, clamps: at.clamps, temperature, topK, topP, seed, drawn } : null,
  );
  const full = card.context !== null && ids.length >= card.context;
  const append = () => {
    if (choice.value === null || full) return false;
    changeLanguage({ more: [...at.more, choice.value.id], position: null, step: 0, number: null });
    return true;
  };
  const go = (next: number) => changeLanguage({ step: Math.max(0, Math.min(STEPS.length - 1, next)), number: null });
  const waiting = numbers.pending || choice.pending;
  useEffect(() => {
    if (!playing || waiting) return;
    const timer = setTimeout(() => {
      if (step.id !== 'append') go(at.step + 1);
      else if (!append()) setPlaying(false);
    }, STEP_MS);
    return () => clearTimeout(timer);
  });
  const toggle = () => setPlaying(!playing);
  useKeys({ k: toggle, ',': () => go(at.step - 1), '.': () => go(at.step + 1) });
  const error = numbers.error ?? choice.error;
  return (
    <div className="step-view">
      <Rail />
      <section className="step" aria-labelledby="step-title" aria-busy={waiting}>
        <div className="step-tools">
          <button
            type="button"
            className="icon-button"
            aria-label="Step before"
            title="Step before (,)"
            onClick={() => go(at.step - 1)}
          >
            <Icon name="previous" />
          </button>
          <button type="button" className="button" onClick={toggle} title="Play or pause (k)">
            <Icon name={playing ? 'pause' : 'play'} />
            {playing ? 'Pause' : 'Play'}
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label="Next step"
            title="Next step (.)"
            onClick={() => go(at.step + 1)}
          >
            <Icon name="next" />
          </button>
          <Places />
        </div>
        <h2 id="step-title">
          {step.name}
          <span className="quiet number">
            {' '}
            step {at.step + 1} of {STEPS.length}
          </span>
        </h2>
        {error && <p role="alert">{error}</p>}
        {!last &&
          error === null &&
          (numbers.value ? (
            <StepBody step={step} numbers={numbers.value} />
          ) : (
            question === null && <StepBody step={step} numbers={new Map()} />
          ))}
        {last && choice.value && error === null && <LastSteps next={choice.value} id={step.id} append={append} full={full} />}
        <Explanation />
      </section>
    </div>
  );
}

function LastSteps({ next, id, append, full }: { next: NextAnswer; id: string; append: () => unknown; full: boolean }) {
  const { at, labels, card } = useText();
  const chosen = next.candidates.find((one) => one.id === next.id)!;
  const label = <span className="token-label">{next.label}</span>;
  if (id === 'unembed')
    return (
      <>
        <p>
          The stream of the last token, {<span className="token-label">{labels.at(-1)}</span>}, is normalized once more and
          multiplied with a vector for each token of the vocabulary: the larger the logit, the likelier the token. Choose a logit
          to see its product.
        </p>
        <Choice next={next} stage="unembed" />
      </>
    );
  if (id === 'choose')
    return (
      <>
        <p>
          Softmax makes probabilities of the logits; all {card.vocabulary.toLocaleString('en')} together have an entropy of{' '}
          {next.entropyBits.toFixed(2)} bits. {next.kept.toLocaleString('en')} can be drawn.{' '}
          {next.draw === null ? (
            <>Without temperature the most probable is taken: {label}.</>
          ) : (
            <>
              Draw {at.more.length + 1} of seed {at.seed} is {next.draw.toFixed(4)}: {label}.
            </>
          )}
        </p>
        <Sampling />
        <Choice next={next} stage="choose" />
      </>
    );
  return (
    <>
      <p className="chosen">
        {label} <span className="quiet">was chosen; the model gave it {formatProbability(chosen.probability)}.</span>
      </p>
      {next.ends && <p>It is the token that ends a text.</p>}
      {full ? (
        <p role="alert">The text fills the model's context of {card.context} tokens: nothing can be appended.</p>
      ) : (
        <button type="button" className="button" onClick={append}>
          Append it, and go round again
        </button>
      )}
    </>
  );
}
