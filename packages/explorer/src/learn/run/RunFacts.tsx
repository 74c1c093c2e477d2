import type { TrainingRun } from '@incognita/workspace/schema';
import type { ReactNode } from 'react';
import { useResource } from '../../data/resource.js';
import { formatCount } from '../../ui/format.js';

/** What a run was asked for, on which pictures, under which terms, and its files. */
export function RunFacts({ run, path, tokens }: { run: TrainingRun; path: string; tokens: boolean }) {
  const finished = run.state === 'finished';
  const key = `${path}card.md#${run.result?.modelSha256 ?? ''}`;
  const card = useResource(finished ? key : null, async () => {
    const response = await fetch(`./${path}card.md`, { cache: 'no-cache' });
    if (!response.ok) throw new Error(`card.md: the server answered ${response.status}`);
    return response.text();
  });
  const { network, data } = run;
  const [of, kinds] = tokens ? ['tokens', 'kinds'] : ['pictures', 'classes'];
  return (
    <section aria-labelledby="facts-title">
      <div className="section-head">
        <h2 id="facts-title">How it is made</h2>
      </div>
      <div className="fact-columns">
        <div>
          <h3>Network and pictures</h3>
          <Facts
            facts={[
              ['Network', network.description],
              ['Input', network.inputShape.join(' × ')],
              ['Data', data.description],
              ['Learns from', `${formatCount(data.training)} ${of} of ${formatCount(data.classes)} ${kinds}`],
              ['Held out', data.heldOut === 0 ? 'nothing' : `${formatCount(data.heldOut)} ${of}`],
              ['Skipped', data.skipped.length === 0 ? 'nothing' : data.skipped.map((s) => `${s.file}: ${s.reason}`).join('; ')],
              ['Terms', finished ? 'in the model card below' : 'are written to the model card when it is finished'],
              ['Pixels, SHA-256', <code key="sha">{data.sha256}</code>],
              ['Computed by', run.engine],
              ['Made with', run.generator],
            ]}
          />
        </div>
        <div>
          <h3>Settings</h3>
          <Facts facts={Object.entries(run.settings).map(([name, value]) => [spaced(name), shown(value)])} />
          {run.changes.map(({ step, from, to }) => (
            <p key={step} className="quiet">
              From step {formatCount(step)} on {shown(to)} instead of {shown(from)}.
            </p>
          ))}
        </div>
      </div>
      {finished && (
        <>
          <p className="run-files">
            <a href={`./${path}model.onnx`} download>
              model.onnx
            </a>
            <a href={`./${path}${tokens ? 'tokenizer' : 'labels'}.json`} download>
              {tokens ? 'tokenizer' : 'labels'}.json
            </a>
            <a href={`./${path}metrics.jsonl`} download>
              metrics.jsonl
            </a>
          </p>
          {card.value && (
            <details className="card">
              <summary>Model card</summary>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard could not scroll */}
              <pre tabIndex={0}>{card.value}</pre>
            </details>
          )}
          {card.error && <p className="quiet">{card.error}</p>}
        </>
      )}
    </section>
  );
}

function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** `labelSmoothing` → `label smoothing`. */
function spaced(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function shown(value: unknown): string {
  if (value === null) return 'none';
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, inner]) => (name === 'kind' ? shown(inner) : `${spaced(name)} ${shown(inner)}`))
      .join(', ');
  return String(value);
}
