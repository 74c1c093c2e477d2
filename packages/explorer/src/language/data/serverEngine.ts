import { type DecoderCard, decodeSafetensors, type GeneratedToken } from '@incognita/workspace/schema';
import type { EngineStatus } from '../../engine/engineStatus.js';
import { createStore } from '../../state/store.js';
import { type LanguageEngine, rowsOf } from './engine.js';
import { readLines } from './readLines.js';

const engines = new Map<string, LanguageEngine>();

/** The decoder at a path, run by our server. */
export function serverEngine(model: string): LanguageEngine {
  const known = engines.get(model);
  if (known !== undefined) return known;
  const status: EngineStatus = { where: 'server', about: '', reason: null };
  const engine: LanguageEngine = {
    key: `server ${model}`,
    status: createStore(status),
    card: () => readCard(model),
    longest: () => null,
    ask: async <T>(route: string, body: object, signal: AbortSignal) => (await post(route, body, signal)).json() as Promise<T>,
    async numbers(question, signal) {
      const { tensors } = decodeSafetensors(new Uint8Array(await (await post('run', question, signal)).arrayBuffer()));
      return new Map([...tensors].map(([name, { data, shape }]) => [name, rowsOf(data as Float32Array, shape)]));
    },
    async generate(question, onToken, signal) {
      let finish: string | null = null;
      const response = await post('generate', question, signal);
      await readLines(response.body!, (line) => {
        const step = JSON.parse(line) as GeneratedToken & { finish?: string; error?: string };
        if (step.error !== undefined) throw new Error(step.error);
        if (step.finish !== undefined) finish = step.finish;
        else onToken(step);
      });
      if (finish === null) throw new Error('The server ended the text without a reason.');
      return finish;
    },
  };
  engines.set(model, engine);
  return engine;
}

async function readCard(model: string): Promise<DecoderCard> {
  const response = await fetch(`./api/language/model?model=${encodeURIComponent(model)}`);
  const body = (await response.json().catch(() => null)) as (DecoderCard & { error?: string }) | null;
  if (!response.ok || body === null) throw new Error(body?.error ?? `the server answered ${response.status}`);
  return body;
}

/** Asks a route of the server; errors carry its words. */
async function post(route: string, body: object, signal: AbortSignal): Promise<Response> {
  const response = await fetch(`./api/language/${route}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
  if (response.ok) return response;
  const answer = (await response.json().catch(() => null)) as { error?: string } | null;
  throw new Error(answer?.error ?? `The server answered ${response.status}.`);
}
