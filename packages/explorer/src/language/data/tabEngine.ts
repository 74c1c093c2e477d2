import type { DecoderCard, GeneratedToken, Offers } from '@incognita/workspace/schema';
import {
  type DecoderEvent,
  type OpenDecoder,
  type OpenedDecoder,
  type Provider,
  startLanguageWorker,
  type TabEngine,
} from '../../engine/languageCalls.js';
import { WorkerClient } from '../../engine/workerClient.js';
import { createStore } from '../../state/store.js';
import { type EngineStatus, type LanguageEngine, rowsOf } from './engine.js';

/** Weights that a tab takes: a copy that was loaded, and one in each open session, in a heap of at most 4 GB. */
const LIMIT_BYTES = 400e6;
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
    const told = event as DecoderEvent;
    if ('engine' in told) status.set(statusOf(told.engine));
    else status.set({ where: null, about: `${megabytes(told)} …`, reason: null });
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

function megabytes({ loaded, total }: { loaded: number; total: number }): string {
  const mb = (bytes: number) => Math.round(bytes / 1e6);
  return total > 0 ? `${mb(loaded)} of ${mb(total)} MB loaded` : `${mb(loaded)} MB loaded`;
}

function statusOf({ provider, version, threads, reason }: TabEngine): EngineStatus {
  const on = provider === 'webgpu' ? '' : threads === 1 ? ' on one thread' : ` on ${threads} threads`;
  return { where: provider, about: `ONNX Runtime ${version}${on}.`, reason };
}
