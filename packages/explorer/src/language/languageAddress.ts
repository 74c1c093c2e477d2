import { PLACES, type Where } from '../engine/engineStatus.js';
import { address, go } from '../state/address.js';
import { useStore } from '../state/store.js';

/** The ways in which the page shows a text. */
export const VIEWS = ['steps', 'blocks', 'heads', 'change'] as const;
export type View = (typeof VIEWS)[number];

/** What the address of the page Language says. */
export interface LanguageAddress {
  /** Path of the decoder in the offers; null: the first. */
  readonly model: string | null;
  /** Where it runs; null: on our server if there is one, else in the tab. */
  readonly engine: Where | null;
  readonly text: string;
  /** Whether the tokenizer puts its begin-of-text token. */
  readonly begin: boolean;
  /** Ids of the tokens that were generated behind the text. */
  readonly more: readonly number[];
  readonly view: View;
  readonly layer: number;
  readonly head: number;
  /** Position in the text; null: the last. */
  readonly position: number | null;
  /** Place in the list of steps. */
  readonly step: number;
  /** The number whose origin is shown: point and index (`q.0:17`). */
  readonly number: string | null;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
  readonly clamps: readonly string[];
}

export const DEFAULT_TEXT = 'Once upon a time';

const DEFAULTS: LanguageAddress = {
  ...{ model: null, engine: null, text: DEFAULT_TEXT, begin: true, more: [], view: 'steps', layer: 0, head: 0, position: null },
  ...{ step: 0, number: null },
  ...{ temperature: 0.8, topK: 0, topP: 0.95, seed: 1, clamps: [] },
};

export function parseLanguage(search: string): LanguageAddress {
  const query = new URLSearchParams(search);
  const number = (name: string, fallback: number, fits: (value: number) => boolean): number => {
    const text = query.get(name);
    const value = Number(text);
    return text !== null && text.trim() !== '' && fits(value) ? value : fallback;
  };
  const whole = (name: string, fallback: number) => number(name, fallback, (v) => Number.isSafeInteger(v) && v >= 0);
  const more = query.get('more') ?? '';
  const view = query.get('view') as View;
  const position = whole('pos', -1);
  return {
    model: query.get('model'),
    engine: PLACES.includes(query.get('engine') ?? '') ? (query.get('engine') as Where) : null,
    text: query.get('text') ?? DEFAULTS.text,
    begin: query.get('begin') !== 'no',
    more: /^\d+(\.\d+)*$/.test(more) ? more.split('.').map(Number) : [],
    view: VIEWS.includes(view) ? view : DEFAULTS.view,
    layer: whole('layer', DEFAULTS.layer),
    head: whole('head', DEFAULTS.head),
    position: position < 0 ? null : position,
    step: whole('step', DEFAULTS.step),
    number: /^[a-z_]+(\.\d+)?:\d+$/.exec(query.get('n') ?? '')?.[0] ?? null,
    temperature: number('t', DEFAULTS.temperature, (v) => v >= 0 && v <= 100),
    topK: whole('k', DEFAULTS.topK),
    topP: number('p', DEFAULTS.topP, (v) => v > 0 && v <= 1),
    seed: whole('seed', DEFAULTS.seed),
    clamps: query.getAll('clamp'),
  };
}

/** The shortest query that says the same. */
export function formatLanguage(state: LanguageAddress): string {
  const query = new URLSearchParams({ page: 'language' });
  const put = (name: string, value: string | number, usual: string | number | null): void => {
    if (value !== usual) query.set(name, String(value));
  };
  if (state.model !== null) query.set('model', state.model);
  put('engine', state.engine ?? '', '');
  put('text', state.text, DEFAULTS.text);
  if (!state.begin) query.set('begin', 'no');
  put('more', state.more.join('.'), '');
  put('view', state.view, DEFAULTS.view);
  put('layer', state.layer, DEFAULTS.layer);
  put('head', state.head, DEFAULTS.head);
  if (state.position !== null) query.set('pos', String(state.position));
  put('step', state.step, DEFAULTS.step);
  if (state.number !== null) query.set('n', state.number);
  put('t', state.temperature, DEFAULTS.temperature);
  put('k', state.topK, DEFAULTS.topK);
  put('p', state.topP, DEFAULTS.topP);
  put('seed', state.seed, DEFAULTS.seed);
  for (const clamp of state.clamps) query.append('clamp', clamp);
  return `?${query.toString().replaceAll('%2F', '/')}`;
}

/** Another view or model is a step in the history; all else rewrites the last one. */
export function changeLanguage(change: Partial<LanguageAddress>): void {
  const next = formatLanguage({ ...parseLanguage(location.search), ...change });
  go(next, { replace: change.view === undefined && change.model === undefined });
}

export function useLanguageAddress(): LanguageAddress {
  return parseLanguage(useStore(address, (text) => text));
}
