import { answers, type LanguageModel } from '@incognita/language';
import {
  type DecoderCard,
  type ExplainAnswer,
  encodeSafetensors,
  explainRequestSchema,
  type GeneratedToken,
  generateRequestSchema,
  type LensAnswer,
  lensRequestSchema,
  type NextAnswer,
  nextRequestSchema,
  runRequestSchema,
  type TokensAnswer,
  tokensRequestSchema,
} from '@incognita/workspace';
import type { Context } from 'hono';
import { stream } from 'hono/streaming';
import { Decoders, NoSuchDecoderError } from '../language/decoders.js';
import { embeddedDecoderFile } from '../language/embeddedDecoders.js';
import type { Routes } from './routes.js';
import { serveFile } from './serveFile.js';

const FRESH = { 'Cache-Control': 'no-store' };

/** A schema of requests. */
interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: { message: string } };
}

/** `/api/language/…`: what the page Language asks of decoders; see `languageApi.ts` of the workspace's schema. */
export const languageRoutes: Routes = (app, { place, closing }) => {
  const decoders = new Decoders(place.dir);
  closing.addEventListener('abort', () => void decoders.dispose(), { once: true });

  app.get('/api/language/model', (c) =>
    answer(c, async () => json(c, answers.cardOf(await decoders.get(c.req.query('model') ?? '')) satisfies DecoderCard)),
  );

  /** Files of decoders that come along, for a tab that runs them itself. */
  app.get('/api/language/embedded/:name/:file', async (c) => {
    const file = embeddedDecoderFile(c.req.param('name'), c.req.param('file'));
    const found = file && (await serveFile(c, file, 'revalidate'));
    return found || c.json({ error: 'There is no such file.' }, 404, FRESH);
  });

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

  /** Routes whose answer is JSON; each as the package language makes it, in the tab as here. */
  ask('tokens', tokensRequestSchema, async (c, model, body) => json(c, answers.cutText(model, body) satisfies TokensAnswer));
  ask('explain', explainRequestSchema, async (c, model, body) =>
    json(c, (await answers.explain(model, body)) satisfies ExplainAnswer),
  );
  ask('lens', lensRequestSchema, async (c, model, body) =>
    json(c, (await answers.lensOf(model, body, c.req.raw.signal)) satisfies LensAnswer),
  );
  ask('next', nextRequestSchema, async (c, model, body) => json(c, (await answers.nextToken(model, body)) satisfies NextAnswer));

  ask('run', runRequestSchema, async (c, model, body) => {
    const slices = await answers.readParts(model, body);
    return c.body(encodeSafetensors(slices) as Uint8Array<ArrayBuffer>, 200, {
      ...FRESH,
      'Content-Type': 'application/octet-stream',
    });
  });

  ask('generate', generateRequestSchema, async (c, model, body) => {
    const cancel = new AbortController();
    const signal = AbortSignal.any([cancel.signal, c.req.raw.signal, closing]);
    const steps = await answers.goOn(model, body, signal);
    c.header('Content-Type', 'application/x-ndjson');
    c.header('Cache-Control', 'no-store');
    return stream(c, async (out) => {
      out.onAbort(() => cancel.abort());
      const line = (value: object) => out.write(`${JSON.stringify(value)}\n`);
      try {
        for (;;) {
          const next = await steps.next();
          if (next.done) return void (await line({ finish: next.value }));
          await line(next.value satisfies GeneratedToken);
        }
      } catch (error) {
        if (!signal.aborted) await line({ error: (error as Error).message });
      }
    });
  });
};

function json(c: Context, value: object): Response {
  return c.json(value, 200, FRESH);
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
