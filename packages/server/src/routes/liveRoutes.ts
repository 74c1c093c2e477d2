import { dirname, join } from 'node:path';
import { type SampleEmoji, sampleEmojiTask } from '@incognita/learn';
import type { LiveAttribution, LiveFrameResult, LivePicture } from '@incognita/vision';
import {
  encodeSafetensors,
  type LiveAttributionFacts,
  type LiveFrameFacts,
  type LiveNetworkCard,
  liveAttributeQuerySchema,
  liveFrameQuerySchema,
  type SafetensorsInput,
} from '@incognita/workspace';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { LatestOnly, type Outcome } from '../live/latestOnly.js';
import { NoSuchNetworkError } from '../live/networks.js';
import type { Routes } from './routes.js';
import { serveFile } from './serveFile.js';

/** What a tab calls the file of any network. */
const TAB_NAME = 'network.onnx';
/** External data as exporters name it. */
const DATA = /^[^./\\][^/\\]*(\.onnx_data(_\d+)?|\.data|\.bin)$/;
const FRESH = { 'Cache-Control': 'no-store' };
/** Largest body: a picture file, or 16 megapixels of RGBA. */
const MOST_BYTES = 64 * 2 ** 20;

/** `/api/live/…`: what the page Live asks of networks; see `liveApi.ts` of the workspace's schema. */
export const liveRoutes: Routes = (app, { networks, closing }) => {
  const answer = (c: Context, respond: () => Promise<Response>) => answerWith(c, closing, respond);
  const frames = new LatestOnly<LiveFrameResult>();
  const attributions = new LatestOnly<LiveAttribution>();
  let samples: Promise<readonly SampleEmoji[]> | null = null;
  const sampleList = (): Promise<readonly SampleEmoji[]> => {
    samples ??= networks.pool.run<null, readonly SampleEmoji[]>(sampleEmojiTask, null);
    samples.catch(() => {
      samples = null;
    });
    return samples;
  };

  app.get('/api/live/network', (c) =>
    answer(c, async () => {
      const { name, file } = await networks.find(c.req.query('network') ?? '');
      const [card, engine] = await Promise.all([networks.card(file), networks.pool.engine()]);
      const { names, source } = card.classes ?? { names: [], source: '' };
      const classes = card.classes && { names: [...names], source };
      return c.json({ ...card, name, classes, engine } as LiveNetworkCard, 200, FRESH);
    }),
  );

  app.get('/api/live/samples', (c) =>
    answer(c, async () => {
      const list = await sampleList();
      return c.json(
        list.map(({ id, name }) => ({ id, name, path: `api/live/samples/${id}` })),
        200,
        FRESH,
      );
    }),
  );
  app.get('/api/live/samples/:id', (c) =>
    answer(c, async () => {
      const found = (await sampleList()).find(({ id }) => id === c.req.param('id'));
      if (found === undefined) return c.json({ error: 'There is no such sample.' }, 404, FRESH);
      return c.body(found.svg, 200, { 'Content-Type': 'image/svg+xml', 'Cache-Control': 'no-cache' });
    }),
  );

  // For a tab that runs the network itself: its file by this name, and data files that lie beside it.
  app.get('/api/live/file/:network/:name', (c) =>
    answer(c, async () => {
      const { file } = await networks.find(c.req.param('network'));
      const name = c.req.param('name');
      const beside = name === TAB_NAME ? file : DATA.test(name) ? join(dirname(file), name) : null;
      return (beside && (await serveFile(c, beside, 'revalidate'))) || c.json({ error: 'There is no such file.' }, 404, FRESH);
    }),
  );

  const limit = bodyLimit({
    maxSize: MOST_BYTES,
    onError: (c) => c.json({ error: `The picture is larger than ${MOST_BYTES / 2 ** 20} MB: make it smaller.` }, 413, FRESH),
  });

  app.post('/api/live/frame', limit, (c) =>
    answer(c, async () => {
      const query = liveFrameQuerySchema.safeParse(c.req.query());
      if (!query.success) return c.json({ error: `This is no request for a frame: ${query.error.message}` }, 400, FRESH);
      const { network, layer = null, values, stream } = query.data;
      const { file } = await networks.find(network);
      const picture = await pictureOf(c, query.data);
      const signal = AbortSignal.any([c.req.raw.signal, closing]);
      const asked = performance.now();
      const args = { file, picture, layer, values: values !== undefined };
      const outcome = await frames.run(`${network} ${stream}`, () => networks.frame(args, signal));
      return reply(c, outcome, (frame) => {
        const spent = frame.ms.decode + frame.ms.prepare + frame.ms.run + frame.ms.pack;
        const ms = { ...frame.ms, wait: performance.now() - asked - spent };
        return { tensors: frameTensors(frame), facts: { pool: frame.maps?.pool ?? 1, ms } satisfies LiveFrameFacts };
      });
    }),
  );

  app.post('/api/live/attribute', limit, (c) =>
    answer(c, async () => {
      const query = liveAttributeQuerySchema.safeParse(c.req.query());
      if (!query.success) return c.json({ error: `This is no request for an attribution: ${query.error.message}` }, 400, FRESH);
      const { network, layer, method, target, seed, steps, stream } = query.data;
      const { file } = await networks.find(network);
      const picture = await pictureOf(c, query.data);
      const [kind, index] = target.split(':') as ['class' | 'channel', string];
      const unit = kind === 'class' ? { class: Number(index) } : { channel: Number(index) };
      const signal = AbortSignal.any([c.req.raw.signal, closing]);
      const start = performance.now();
      const args = { file, picture, request: { method, target: unit, layer, seed, ...(steps === undefined ? {} : { steps }) } };
      const outcome = await attributions.run(`${network} ${stream}`, () => networks.attribute(args, signal));
      return reply(c, outcome, ({ seen, map, rows, columns, score, check, over, passes }) => ({
        tensors: { ...seenTensor(seen), map: { shape: [rows, columns], data: map } },
        facts: { score, check, over, passes, ms: performance.now() - start } satisfies LiveAttributionFacts,
      }));
    }),
  );
};

function frameTensors({ seen, scores, maps, values }: LiveFrameResult): Record<string, SafetensorsInput> {
  const shape = maps === null ? [] : [maps.channels, maps.rows, maps.columns];
  return {
    ...seenTensor(seen),
    ...(scores && { scores: { shape: [scores.length], data: scores } }),
    ...(maps && { maps: { shape, data: maps.bytes }, ranges: { shape: [maps.channels, 2], data: maps.ranges } }),
    ...(values && { values: { shape: [maps!.channels, values.length / maps!.channels], data: values } }),
  };
}

function seenTensor({ width, height, data }: LiveFrameResult['seen']): Record<string, SafetensorsInput> {
  return { seen: { shape: [height, width, 3], data } };
}

/** The body as a picture: raw pixels where the query says their size, else a file. */
async function pictureOf(c: Context, size: { width?: number; height?: number; channels?: number }): Promise<LivePicture> {
  const data = new Uint8Array(await c.req.arrayBuffer());
  const { width, height, channels } = size;
  if (width === undefined && height === undefined && channels === undefined) return { file: data };
  return { pixels: { width: width ?? 0, height: height ?? 0, channels: channels ?? 0, data } };
}

function reply<T>(
  c: Context,
  outcome: Outcome<T>,
  content: (value: T) => { tensors: Record<string, SafetensorsInput>; facts: object },
): Response {
  if (outcome.kind === 'superseded') return c.body(null, 204, FRESH);
  const { tensors, facts } = content(outcome.value);
  const bytes = encodeSafetensors(tensors, { metadata: { facts: JSON.stringify(facts) } });
  return c.body(bytes, 200, { ...FRESH, 'Content-Type': 'application/octet-stream' });
}

/** What a user's input brought about is said with its reason; all else is a failure of ours. */
async function answerWith(c: Context, closing: AbortSignal, respond: () => Promise<Response>): Promise<Response> {
  try {
    return await respond();
  } catch (error) {
    if (closing.aborted) return c.json({ error: 'The server is closing.' }, 503, FRESH);
    if (!(error instanceof Error)) throw error;
    const status = error instanceof NoSuchNetworkError ? 404 : 422;
    return c.json({ error: error.message }, status, FRESH);
  }
}
