import type { DecoderCard, GeneratedToken, Offers } from '@incognita/workspace/schema';
import { type EngineStatus, loadingStatus, statusOf } from '../../engine/engineStatus.js';
import { type OpenDecoder, type OpenedDecoder, startLanguageWorker } from '../../engine/languageCalls.js';
import { LIMIT_BYTES, type Provider, type TabEvent } from '../../engine/tabEngine.js';
import { WorkerClient } from '../../engine/workerClient.js';
import { createStore } from '../../state/store.js';
import { type LanguageEngine, rowsOf } from './engine.js';

/** Numbers of attention that one layer may hold: its scores, and what is read of them. */
const MOST_SCORES = 2 ** 26;

/** The last one: a tab holds one decoder at a time. */
let last: { readonly engine: LanguageEngine; dispose(): void } | null = null;

/** Ends the worker of this tab, and gives its memory back. */
export function endTabEngine(): void {
  last?.dispose();
  last = null;
}

/** A decoder, run by a worker in this tab. The one before is ended. */
export function tabEngine({ path, file }: Offers['decoders'][number], provider: Provider): LanguageEngine {
  const key = `${provider} ${path}`;
  if (last?.engine.key === key) return last.engine;
  endTabEngine();
  const status = createStore<EngineStatus>({ where: null, about: 'Being loaded …', reason: null });
  const client = new WorkerClient(startLanguageWorker(), (event) => {
    const told = event as TabEvent;
    status.set('engine' in told ? statusOf(told.engine) : loadingStatus(told));
  });
  const folder = new URL(path, new URL('.', location.href)).href;
  let opening: Promise<DecoderCard> | null = null;
  const open = async (): Promise<DecoderCard> => {
    const args: OpenDecoder = { folder, file, provider, limitBytes: LIMIT_BYTES };
    const { card, engine } = await client.call<OpenedDecoder>('open', args);
    status.set(statusOf(engine));
    return card;
  };
  const engine: LanguageEngine = {
    key,
    status,
    card() {
      opening ??= open();
      return opening;
    },
    longest: ({ heads }) => Math.floor(Math.sqrt(MOST_SCORES / Math.max(1, ...heads.map((count) => count ?? 1)))),
    ask: (route, body, signal) => client.call(route, body, { signal }),
    async numbers(question, signal) {
      const slices = await client.call<Record<string, { shape: number[]; data: Float32Array }>>('run', question, { signal });
      return new Map(Object.entries(slices).map(([name, { data, shape }]) => [name, rowsOf(data, shape)]));
    },
    generate: (question, onStep, signal) => client.call<string, GeneratedToken>('generate', question, { onStep, signal }),
  };
  last = { engine, dispose: () => client.dispose() };
  return engine;
}
