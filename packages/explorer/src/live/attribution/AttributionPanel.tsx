import type { LiveMethod } from '@incognita/workspace/schema';
import { useEffect, useRef, useState } from 'react';
import { useStore } from '../../state/store.js';
import { formatPercent, formatSigned } from '../../ui/format.js';
import { useLive } from '../data/LiveContext.js';
import type { Attribution } from '../data/LiveEngine.js';
import { keyOf as lookKey, type PictureSource } from '../data/LiveRun.js';
import { strongestClasses } from '../labels/softmax.js';
import { changeLive } from '../liveAddress.js';
import { Explainer } from './Explainer.js';
import { HeatOverlay } from './HeatOverlay.js';
import { METHODS } from './methods.js';

/** Steps of integrated gradients at first; each press doubles them. */
const FIRST_STEPS = 64;
const MOST_STEPS = 1024;
const NO_QUESTION = { question: '', moves: false };

/** Where in the picture a class or a channel comes from. */
export function AttributionPanel({ source }: { source: PictureSource | null }) {
  const { engine, run, network, card, layer, at } = useLive();
  const explainer = useRef<Explainer | null>(null);
  explainer.current ??= new Explainer(engine);
  useEffect(() => () => explainer.current!.ask(null, NO_QUESTION), []);
  const { found, of, error, busy } = useStore(explainer.current.state, (state) => state);
  const live = useStore(run.state, (state) => state);
  const [steps, setSteps] = useState(FIRST_STEPS);
  const scores = live.frame?.scores ?? null;
  const isChannel = at.target === 'channel' || card.classes === null;
  const top = scores ? strongestClasses(scores, 1)[0]!.index : null;
  const target = isChannel ? `channel:${at.channel}` : at.target === 'top' ? top !== null && `class:${top}` : at.target;
  const current = source !== null && layer !== null && live.of === lookKey(source, { network, layer: layer.name, values: false });
  const unit = isChannel ? target : at.target;
  const question = JSON.stringify([source?.key, network, layer?.name, at.method, unit, steps]);
  useEffect(() => {
    if (at.method === 'none') return explainer.current!.ask(null, NO_QUESTION);
    if (!current || !target || live.picture === null || layer === null) return;
    const request = { network, layer: layer.name, picture: live.picture, method: at.method, target, steps };
    explainer.current!.ask(request, { question, moves: source!.moves });
  }, [current, source, target, live.picture, network, layer, at.method, steps, question]);
  const nameOf = (unit: string) => {
    const [kind, index] = unit.split(':') as [string, string];
    return kind === 'class' ? card.classes!.names[Number(index)]! : `channel ${index} of ${layer!.name}`;
  };
  const most = card.classes?.names.length ?? 0;
  return (
    <section aria-labelledby="why-title" className="live-why">
      <h2 id="why-title">Where it comes from</h2>
      <div className="live-tools">
        <label>
          Method
          <select value={at.method} onChange={(event) => changeLive({ method: event.target.value as LiveMethod | 'none' })}>
            <option value="none">none</option>
            {Object.entries(METHODS).map(([id, { name }]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Of
          <select
            value={isChannel ? 'channel' : at.target === 'top' ? 'top' : 'class'}
            onChange={(event) =>
              changeLive({ target: event.target.value === 'class' ? `class:${top ?? 0}` : event.target.value })
            }
          >
            {card.classes && <option value="top">the strongest class</option>}
            {card.classes && <option value="class">this class</option>}
            <option value="channel">the chosen channel</option>
          </select>
        </label>
        {!isChannel && at.target !== 'top' && (
          <ClassChoice names={card.classes!.names} value={Number(at.target.slice(6))} most={most} />
        )}
      </div>
      {at.method !== 'none' && (
        <>
          {found && of ? (
            <>
              <HeatOverlay found={found} label={`${METHODS[of.method].name} of ${nameOf(of.target)}`} />
              <Check found={found} method={of.method} unit={nameOf(of.target)} />
              {of.method === 'integrated' && (found.check?.value ?? 0) >= 0.01 && steps < MOST_STEPS && (
                <button type="button" className="button" onClick={() => setSteps(2 * steps)}>
                  Take up to {2 * steps} steps
                </button>
              )}
            </>
          ) : (
            !error && <p role="status">{busy ? 'Explaining …' : 'Waiting for a picture …'}</p>
          )}
          {error && (
            <p className="refused" role="status">
              {METHODS[at.method].name} cannot be made here: {error} All else works without it.
            </p>
          )}
        </>
      )}
    </section>
  );
}

function Check({ found, method, unit }: { found: Attribution; method: LiveMethod; unit: string }) {
  const { score, check, over, passes, ms } = found;
  return (
    <div className="small">
      <p>
        <b>{unit}</b>: {formatSigned(score)}. {METHODS[method].name}: {METHODS[method].says}
        {over !== null && `, over the positions of ${over}`}.
      </p>
      {check && (
        <p className="number check" data-fails={check.value >= 0.01 || undefined}>
          {check.name === 'completeness error'
            ? `Completeness error ${formatPercent(check.value)} after ${passes} steps: by so much the pixels’ parts miss the difference that they should add up to.`
            : `Not conserved: ${formatPercent(check.value)} of the value, which biases and stabilisers took.`}
        </p>
      )}
      <p className="quiet number">
        {method === 'smoothgrad' && `${passes} noisy copies, seed 0. `}Measured in {(ms / 1000).toPrecision(2)} s.
      </p>
    </div>
  );
}

function ClassChoice({ names, value, most }: { names: readonly string[]; value: number; most: number }) {
  const [text, setText] = useState(names[value] ?? '');
  const index = names.indexOf(text);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is being typed is left alone
  useEffect(() => setText(names[value] ?? ''), [value]);
  return (
    <label className="wide">
      Class
      <input
        type="text"
        list="live-classes"
        value={text}
        aria-invalid={index < 0}
        onChange={(event) => {
          setText(event.target.value);
          const found = names.indexOf(event.target.value);
          if (found >= 0 && found < most) changeLive({ target: `class:${found}` });
        }}
      />
      <datalist id="live-classes">
        {[...new Set(names)].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}
