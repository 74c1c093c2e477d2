import './Language.css';
import type { DecoderCard, TokensAnswer } from '@incognita/workspace/schema';
import { lazy, Suspense, useEffect, useMemo } from 'react';
import { useResource } from '../data/resource.js';
import { useOffers } from '../data/useOffers.js';
import { formatCount } from '../ui/format.js';
import { useAnswer } from './data/ask.js';
import { EngineContext, useEngine } from './data/engine.js';
import { LanguageContext, type LanguageText } from './data/LanguageContext.js';
import { serverEngine } from './data/serverEngine.js';
import { endTabEngine, tabEngine } from './data/tabEngine.js';
import { EngineChoice, ServerInstead } from './EngineChoice.js';
import { LanguageHelp } from './LanguageHelp.js';
import { changeLanguage, useLanguageAddress, type View } from './languageAddress.js';
import { Prompt } from './prompt/Prompt.js';
import { SelfTestBadge } from './prompt/SelfTestBadge.js';
import { TokenDetail } from './prompt/TokenDetail.js';
import { TokenStrip } from './prompt/TokenStrip.js';
import { StepView } from './steps/StepView.js';
import { STEPS } from './steps/steps.js';
import { BlocksView } from './views/BlocksView.js';
import { ChangeView } from './views/ChangeView.js';
import { HeadsView } from './views/HeadsView.js';

const NAMES: Readonly<Record<View, string>> = {
  steps: 'Step by step',
  blocks: 'All blocks',
  heads: 'All heads',
  change: 'Change it',
};
const CONTENT: Readonly<Record<View, () => React.JSX.Element>> = {
  steps: StepView,
  blocks: BlocksView,
  heads: HeadsView,
  change: ChangeView,
};

/** Its code comes along only where it is shown. */
const ImageCompanion = lazy(() => import('./ImageCompanion.js'));

/** The page Language: a text, its tokens, and everything on the way to the next one. */
export default function LanguagePage() {
  const { decoders, server } = useOffers();
  const address = useLanguageAddress();
  const decoder = decoders.find(({ path }) => path === address.model) ?? decoders[0]!;
  const model = decoder.path;
  const where = address.engine ?? 'server';
  const onServer = server && where === 'server';
  const engine = onServer ? serverEngine(model) : tabEngine(decoder, where === 'wasm' ? 'wasm' : 'webgpu');
  useEffect(() => {
    if (onServer) endTabEngine();
  }, [onServer]);
  const card = useResource(`decoder ${engine.key}`, () => engine.card());
  return (
    <>
      <LanguageHelp />
      <main className="page language" id="content" tabIndex={-1}>
        <h1>{decoder.name}</h1>
        <div className="decoder-facts">
          {decoders.length > 1 && (
            <label>
              Model{' '}
              <select
                value={model}
                onChange={(event) => changeLanguage({ model: event.target.value, more: [], clamps: [], position: null })}
              >
                {decoders.map(({ name, path }) => (
                  <option key={path} value={path}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          )}
          {card.value && (
            <>
              <p className="lead number">
                {formatCount(card.value.parameters)} weights in {card.value.layers} blocks; a stream{' '}
                {formatCount(card.value.width)} wide; {formatCount(card.value.vocabulary)} tokens
                {card.value.context !== null && `; texts of up to ${formatCount(card.value.context)}`}.
              </p>
              <SelfTestBadge test={card.value.test} />
            </>
          )}
        </div>
        <EngineContext value={engine}>
          <EngineChoice server={server} />
          {card.error && (
            <p role="alert">
              This model cannot be opened: {card.error} <ServerInstead server={server} />
            </p>
          )}
          {!card.value && !card.error && <p role="status">Opening the model, and testing it …</p>}
          {card.value && <Text model={model} card={card.value} />}
        </EngineContext>
      </main>
    </>
  );
}

function Text({ model, card }: { model: string; card: DecoderCard }) {
  const address = useLanguageAddress();
  const { text, begin, more } = address;
  const { value: tokens, error } = useAnswer<TokensAnswer>('tokens', { model, text, special: begin, more });
  const shared = useMemo((): LanguageText | null => {
    if (tokens === null) return null;
    const ids = [...tokens.tokens, ...tokens.more].map(({ id }) => id);
    const labels = [...tokens.tokens, ...tokens.more].map(({ label }) => label);
    const layer = Math.min(address.layer, card.layers - 1);
    const at = {
      ...address,
      layer,
      head: Math.min(address.head, (card.heads[layer] ?? 1) - 1),
      position: Math.min(address.position ?? ids.length - 1, ids.length - 1),
      step: Math.min(address.step, STEPS.length - 1),
    };
    return { model, card, tokens, ids, labels, at };
  }, [tokens, address, card, model]);
  const count = shared?.ids.length ?? 0;
  const longest = useEngine().longest(card);
  const { server } = useOffers();
  const Content = CONTENT[address.view];
  return (
    <>
      <Prompt at={address} card={card} />
      {error && <p role="alert">{error}</p>}
      {shared && count === 0 && <p role="alert">The text has no tokens: write something.</p>}
      {shared && count > 0 && (
        <LanguageContext value={shared}>
          <TokenStrip />
          <TokenDetail />
          {card.context !== null && count > card.context ? (
            <p role="alert">
              The text has {formatCount(count)} tokens, and this model reads {formatCount(card.context)}: shorten it by{' '}
              {formatCount(count - card.context)}.
            </p>
          ) : longest !== null && count > longest ? (
            <p role="alert">
              The text has {formatCount(count)} tokens, and this tab runs up to {formatCount(longest)} with this model: the
              attention of a layer grows with their square. <ServerInstead server={server} />
            </p>
          ) : (
            <>
              <nav className="segments views" aria-label="Views">
                {(Object.keys(NAMES) as View[]).map((view) => (
                  <button
                    key={view}
                    type="button"
                    aria-current={view === address.view ? 'page' : undefined}
                    data-pressed={view === address.view ? '' : undefined}
                    onClick={() => changeLanguage({ view })}
                  >
                    {NAMES[view]}
                  </button>
                ))}
              </nav>
              {address.clamps.length > 0 && address.view !== 'change' && (
                <p className="clamped">
                  Clamped: <code>{address.clamps.join(', ')}</code>. All numbers below are what the model computes with it.
                </p>
              )}
              <Content />
              {address.view === 'steps' && (
                <Suspense fallback={null}>
                  <ImageCompanion />
                </Suspense>
              )}
            </>
          )}
        </LanguageContext>
      )}
      {!shared && !error && <p role="status">Cutting the text …</p>}
    </>
  );
}
