import { distribution, explainNumber, type LanguageModel } from '@incognita/language';
import {
  encodeSafetensors,
  explainRequestSchema,
  type GeneratedToken,
  generateRequestSchema,
  lensRequestSchema,
  type NextAnswer,
  nextRequestSchema,
  runRequestSchema,
  type TokensAnswer,
  type TokensRequest,
  tokensRequestSchema,
} from '@incognita/workspace';
import type { Context } from 'hono';
import { stream } from 'hono/streaming';
import { cardOf } from '../language/card.js';
import { Decoders, NoSuchDecoderError } from '../language/decoders.js';
import { lastLogits } from '../language/lastLogits.js';
import { labelOf, lensOf } from '../language/lens.js';
import { readClamps } from '../language/readClamps.js';
import { sliceOf } from '../language/slice.js';
import type { Routes } from './routes.js';

const FRESH = { 'Cache-Control': 'no-store' };
/** How many candidates a choice is shown with. */
const CANDIDATES = 40;

/** A schema of requests. */
interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: { message: string } };
}

/** `/api/language/…`: what the page Language asks of decoders; see `languageApi.ts` of the workspace's schema. */
export const languageRoutes: Routes = (app, { place, closing }) => {
  const decoders = new Decoders(place.dir);
  closing.addEventListener('abort', () => void decoders.dispose(), { once: true });

  app.get('/api/language/model', (c) =>
    answer(c, async () => c.json(cardOf(await decoders.get(c.req.query('model') ?? '')), 200, FRESH)),
  );

  /** A route whose answer is made from a checked body, with the decoder that it names. */
  const ask = <T extends { model: string }>(
    name: string,
    schema: Schema<T>,
    reply: (c: Context, model: LanguageModel, body: T) => Promise<Response>,
  ): void => {
    app.post(`/api/language/${name}`, (c) =>
      answer(c, async () => {
        const body = schema.safeParse(await c.req.json().catch(() => null));
        if (!body.success) return c.json({ error: `This is no request for ${name}: ${body.error.message}` }, 400, FRESH);
        return reply(c, await decoders.get(body.data.model), body.data);
      }),
    );
  };

  ask('tokens', tokensRequestSchema, async (c, model, body) => c.json(tokensOf(model, body), 200, FRESH));

  ask('run', runRequestSchema, async (c, model, { ids, clamps, reads }) => {
    const taps = [...new Set(Object.values(reads).map(({ point }) => point))];
    const { points } = await model.run(ids, { taps, clamps: await readClamps(model, clamps, ids), logits: false });
    const slices = Object.entries(reads).map(([key, read]) => [key, sliceOf(points[read.point]!, read)]);
    return c.body(encodeSafetensors(Object.fromEntries(slices)) as Uint8Array<ArrayBuffer>, 200, {
      ...FRESH,
      'Content-Type': 'application/octet-stream',
    });
  });

  ask('explain', explainRequestSchema, async (c, model, { ids, clamps, point, position, head, index }) => {
    const at = { point, position, index, ...(head === undefined ? {} : { head }) };
    const { left, right, ...rest } = await explainNumber(model, ids, at, await readClamps(model, clamps, ids));
    const plain = ({ name, values }: typeof left) => ({ name, values: Array.from(values) });
    return c.json({ ...rest, left: plain(left), right: plain(right) }, 200, FRESH);
  });

  ask('lens', lensRequestSchema, async (c, model, { ids, clamps, from, to }) =>
    c.json(await lensOf(model, ids, await readClamps(model, clamps, ids), { from, to }, c.req.raw.signal), 200, FRESH),
  );

  ask('next', nextRequestSchema, async (c, model, { ids, clamps, seed, drawn, ...sampling }) => {
    const logits = await lastLogits(model, ids, await readClamps(model, clamps, ids));
    const choice = distribution(logits, ids, sampling, { seed, drawn, count: CANDIDATES });
    const reply: NextAnswer = {
      ...{ id: choice.id, label: labelOf(model, choice.id), ends: model.ends.includes(choice.id) },
      ...{ kept: choice.kept, entropyBits: choice.entropyBits, draw: choice.draw },
      candidates: choice.candidates.map((one) => ({ ...one, label: labelOf(model, one.id) })),
    };
    return c.json(reply, 200, FRESH);
  });

  ask('generate', generateRequestSchema, async (c, model, { model: _, ids, clamps, ...options }) => {
    const ready = await readClamps(model, clamps, ids);
    model.ids(ids);
    const cancel = new AbortController();
    const signal = AbortSignal.any([cancel.signal, c.req.raw.signal, closing]);
    c.header('Content-Type', 'application/x-ndjson');
    c.header('Cache-Control', 'no-store');
    return stream(c, async (out) => {
      out.onAbort(() => cancel.abort());
      const line = (value: object) => out.write(`${JSON.stringify(value)}\n`);
      try {
        const steps = model.generate(ids, { ...options, clamps: ready, signal });
        for (;;) {
          const next = await steps.next();
          if (next.done) return void (await line({ finish: next.value }));
          const { id, label, text, logprob } = next.value;
          await line({ id, label, text, probability: Math.exp(logprob) } satisfies GeneratedToken);
        }
      } catch (error) {
        if (!signal.aborted) await line({ error: (error as Error).message });
      }
    });
  });
};

function tokensOf(model: LanguageModel, { text, special, more }: TokensRequest): TokensAnswer {
  const tokenizer = model.tokenizer!;
  const tokens = tokenizer.encode(text, { special });
  const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return {
    tokens: tokens.map((token) => ({ ...token, bytes: hex(token.bytes), merging: tokenizer.mergesOf(token.id) })),
    more: more.map((id) => ({ id, label: tokenizer.label(id) })),
    text: tokenizer.decode([...tokens.map(({ id }) => id), ...more]),
  };
}

/** What a user's input brought about is said with its reason; all else is a failure of ours. */
async function answer(c: Context, reply: () => Promise<Response>): Promise<Response> {
  try {
    return await reply();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const status = error instanceof NoSuchDecoderError ? 404 : 422;
    return c.json({ error: error.message }, status, FRESH);
  }
}
