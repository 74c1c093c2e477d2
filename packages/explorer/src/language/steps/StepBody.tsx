import type { ReactNode } from 'react';
import { formatError, formatNumber } from '../../ui/numbers/formatNumber.js';
import type { Numbers } from '../data/ask.js';
import { useText } from '../data/LanguageContext.js';
import { changeLanguage } from '../languageAddress.js';
import { Strip } from '../numbers/Strip.js';
import { BranchAndAdd } from './BranchAndAdd.js';
import { KeyTable } from './KeyTable.js';
import { pointIn, type Step } from './steps.js';

/** What a step of the model computes at the chosen position, with its numbers. */
export function StepBody({ step, numbers }: { step: Step; numbers: Numbers }) {
  const { at, card, labels, ids } = useText();
  const token = <span className="token-label">{labels[at.position]}</span>;
  const read = (name: string): Float32Array | undefined => numbers.get(name)?.data;
  const strip = (name: string, title: string, explained = false): ReactNode => {
    const point = pointIn(name, at.layer);
    const values = read(name);
    const about = card.points[point];
    if (values === undefined)
      return (
        <p className="refused" key={name}>
          <b>{title}</b> <code>{point}</code> cannot be shown:{' '}
          {about !== undefined && 'refused' in about ? about.refused : 'it was not read'}.
        </p>
      );
    const explain = explained ? (index: number) => changeLanguage({ number: `${point}:${index}` }) : undefined;
    return <Strip key={name} title={title} point={point} values={values} onExplain={explain} />;
  };
  const part = (name: string, title: string) => ({ title, point: pointIn(name, at.layer), values: read(name)! });

  switch (step.id) {
    case 'embed':
      return (
        <>
          <p>
            Token {token} at position {at.position} has the number {ids[at.position]}. A table has a vector for each of the{' '}
            {card.vocabulary.toLocaleString('en')} tokens; this one, with its position where the model has learned one, begins the
            stream.
          </p>
          {strip('embeddings', 'Embedding')}
        </>
      );
    case 'norm': {
      const x = read('resid_pre');
      return (
        <>
          <p>
            A branch leaves the stream. Its numbers are brought to a common size, then scaled by learned weights.
            {x &&
              ` Recomputed from the stream here: mean ${formatNumber(mean(x))}, root of the mean square ${rootMeanSquare(x).toPrecision(3)}.`}
          </p>
          {strip('resid_pre', 'Stream before the block')}
          {strip('attn_in', 'Normalized')}
        </>
      );
    }
    case 'qkv':
      return (
        <>
          <p>
            Three products with learned weights: what {token} asks for, what it offers to those that come later, and what it hands
            over. Head {at.head} of {card.heads[at.layer] ?? '?'}.
          </p>
          {strip('q', 'Query', true)}
          {strip('k', 'Key', true)}
          {strip('v', 'Value', true)}
        </>
      );
    case 'scores':
      return (
        <>
          <p>
            The query of {token} times the key of each position, scaled. Positions after it are masked: they are not there yet
            when the model writes.
          </p>
          <KeyTable
            scores={read('attn_scores')}
            probs={undefined}
            onScore={(key) => changeLanguage({ number: `attn_scores.${at.layer}:${key}` })}
          />
          {read('attn_scores') === undefined && strip('attn_scores', 'Scores')}
        </>
      );
    case 'softmax': {
      const [scores, probs] = [read('attn_scores'), read('attn_probs')];
      return (
        <>
          <p>
            Softmax: e to the power of each score, divided by their sum. What is left adds up to one
            {scores && probs && `; computed again here it differs by ${formatError(softmaxError(scores, probs))} at most`}.
          </p>
          {probs ? <KeyTable scores={scores} probs={probs} /> : strip('attn_probs', 'Attention')}
        </>
      );
    }
    case 'mix':
      return (
        <>
          <p>
            The values of all positions, each times its share of the attention, added up: what head {at.head} brings to {token}.
          </p>
          {strip('z', 'Mixed values', true)}
          {read('attn_probs') && <KeyTable scores={undefined} probs={read('attn_probs')} />}
        </>
      );
    case 'out':
      return (
        <>
          <p>The mixed values of all heads side by side, times learned weights: what this attention writes.</p>
          {strip('z', 'All heads, one after the other')}
          {strip('attn_out', 'Output of the attention', true)}
        </>
      );
    case 'add1':
      return read('resid_mid') && read('attn_out') ? (
        <>
          <p>The stream itself went straight on. What the attention writes is added to it, and nothing is replaced.</p>
          <BranchAndAdd
            before={part('resid_pre', 'Stream before the block')}
            branches={[part('attn_out', 'Output of the attention')]}
            after={part('resid_mid', 'Stream after the attention')}
          />
        </>
      ) : (
        strip('resid_mid', 'Stream after the attention')
      );
    case 'mlp':
      return (
        <>
          <p>
            A second branch, for each position on its own: normalized, times weights into a wider space, through a function that
            bends, and back.
          </p>
          {strip('mlp_in', 'Normalized')}
          {strip('mlp_pre', 'Before the bend', true)}
          {strip('mlp_act', 'After it')}
          {strip('mlp_out', 'Output of the MLP', true)}
        </>
      );
    default: {
      const parallel = read('resid_mid') === undefined;
      const branches = parallel ? ['attn_out', 'mlp_out'] : ['mlp_out'];
      const before = parallel ? 'resid_pre' : 'resid_mid';
      if (![...branches, before, 'resid_post'].every((name) => read(name))) return strip('resid_post', 'Stream after the block');
      return (
        <>
          <p>
            What the MLP writes is added{parallel && ', together with what the attention writes'}. The stream goes on
            {at.layer + 1 < card.layers ? ' to the next block.' : ' to the end of the model.'}
          </p>
          <BranchAndAdd
            before={part(before, parallel ? 'Stream before the block' : 'Stream after the attention')}
            branches={branches.map((name) => part(name, name === 'mlp_out' ? 'Output of the MLP' : 'Output of the attention'))}
            after={part('resid_post', 'Stream after the block')}
          />
        </>
      );
    }
  }
}

function mean(x: Float32Array): number {
  return x.reduce((sum, v) => sum + v, 0) / x.length;
}

function rootMeanSquare(x: Float32Array): number {
  return Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length);
}

function softmaxError(scores: Float32Array, probs: Float32Array): number {
  const most = Math.max(...scores);
  const powers = Array.from(scores, (score) => Math.exp(score - most));
  const total = powers.reduce((sum, v) => sum + v, 0);
  return Math.max(...powers.map((power, i) => Math.abs(power / total - probs[i]!)));
}
