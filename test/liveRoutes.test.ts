import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedModel } from '../packages/learn/dist/index.js';
import { type RunningServer, serveWorkspace } from '../packages/server/dist/index.js';
import {
  decodeSafetensors,
  type LiveAttributionFacts,
  type LiveFrameFacts,
  type LiveNetworkCard,
  type Offers,
} from '../packages/workspace/dist/index.js';
import { writeLetterDecoder } from './letterDecoder.ts';

const EMBEDDED = 'embedded:emoji-alexnet';
let folder: string;
let server: RunningServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita networks '));
  const explorerDir = join(folder, '.explorer');
  await mkdir(explorerDir, { recursive: true });
  await writeFile(join(explorerDir, 'index.html'), '<!doctype html>');
  await mkdir(join(folder, 'my net'));
  await cp(embeddedModel('emoji-alexnet')!.path, join(folder, 'my net', 'model.onnx'));
  await writeFile(join(folder, 'broken.onnx'), 'nothing');
  await writeLetterDecoder(join(folder, 'letters'));
  await cp(join(folder, 'letters', 'model.onnx'), join(folder, 'text.onnx'));
  server = await serveWorkspace({ dir: folder, port: 0, explorerDir });
});
afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true });
});

const get = async <T>(path: string): Promise<T> => (await (await fetch(`${server.url}${path}`)).json()) as T;
const post = (route: string, query: Record<string, string>, body: Uint8Array<ArrayBuffer>) =>
  fetch(`${server.url}api/live/${route}?${new URLSearchParams({ network: EMBEDDED, ...query })}`, {
    method: 'POST',
    headers: { Origin: server.url.slice(0, -1) },
    body,
  });
const read = async <F>(response: Response) => {
  const { tensors, metadata } = decodeSafetensors(new Uint8Array(await response.arrayBuffer()));
  return { tensors, facts: JSON.parse(metadata.facts!) as F };
};
/** Half red, half blue. */
const pixels = (channels: 3 | 4): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: 96 * 80 * channels }, (_, i) => {
    const red = Math.floor(i / channels) % 96 < 48;
    return [red ? 255 : 0, 0, red ? 0 : 255, 255][i % channels]!;
  });
const size = (channels: 3 | 4) => ({ width: '96', height: '80', channels: `${channels}` });

describe('the routes of the page Live', () => {
  it('offer every network of pictures, say why others take none, and keep decoders and files to themselves', async () => {
    const { networks } = await get<Offers>('api/offers');
    expect(networks.map(({ name, path, lacks }) => [name, path, lacks === null])).toEqual([
      ['broken', 'broken.onnx', false],
      ['text', 'text.onnx', false],
      ['my net', 'my%20net/model.onnx', true],
      ['emoji-alexnet', EMBEDDED, true],
    ]);
    expect(networks[1]!.lacks).toMatch(/No input of the model is a picture/);
    expect((await fetch(`${server.url}my%20net/model.onnx`)).status).toBe(404);
  });

  it('describe a network: its layers, classes, how pictures become input, and what runs it', async () => {
    const card = await get<LiveNetworkCard>(`api/live/network?network=${EMBEDDED}`);
    expect(card.layers.map(({ name }) => name)).toContain('conv5');
    expect(card.layers.find(({ name }) => name === card.suggested)!.layout.rows).toBeGreaterThan(1);
    expect(card.classes!.names).toHaveLength(1914);
    expect(card.preprocessing).toMatchObject({ widthPx: 64, heightPx: 64 });
    expect(card.engine.version).toMatch(/^1\./);
    const own = await get<LiveNetworkCard>(`api/live/network?network=${encodeURIComponent('my%20net/model.onnx')}`);
    expect(own.sha256).toBe(card.sha256);
    expect(JSON.stringify([card, own])).not.toContain(folder);
    const unknown = await fetch(`${server.url}api/live/network?network=../x.onnx`);
    expect([unknown.status, await unknown.json()]).toEqual([404, { error: 'There is no network "../x.onnx" here.' }]);
    const text = await fetch(`${server.url}api/live/network?network=text.onnx`);
    expect([text.status, ((await text.json()) as { error: string }).error]).toEqual([422, expect.stringMatching(/is a picture/)]);
  });

  it('answer a frame with scores and every channel of a layer, the same for pixels and for a file of them', async () => {
    const png = await sharp(pixels(3), { raw: { width: 96, height: 80, channels: 3 } })
      .png()
      .toBuffer();
    const answers = await Promise.all([
      post('frame', { ...size(3), layer: 'conv5', values: '1', stream: 'a' }, pixels(3)),
      post('frame', { ...size(4), layer: 'conv5', values: '1', stream: 'b' }, pixels(4)),
      post('frame', { layer: 'conv5', values: '1', stream: 'c' }, new Uint8Array(png)),
    ]);
    const [first, ...others] = await Promise.all(answers.map((answer) => read<LiveFrameFacts>(answer)));
    const shapes = Object.fromEntries([...first!.tensors].map(([name, { shape }]) => [name, shape]));
    expect(shapes).toMatchObject({ seen: [64, 64, 3], scores: [1914], maps: [192, 7, 7], ranges: [192, 2], values: [192, 49] });
    for (const other of others)
      for (const [name, { data }] of first!.tensors) expect(other.tensors.get(name)!.data, name).toEqual(data);
    expect(first!.facts.pool).toBe(1);
    expect(Object.values(first!.facts.ms).every((ms) => ms >= 0)).toBe(true);
    const scoresAlone = await read(await post('frame', size(3), pixels(3)));
    expect([...scoresAlone.tensors.keys()].sort()).toEqual(['scores', 'seen']);
  });

  it('answer only the latest of the frames that wait', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => post('frame', { ...size(3), layer: 'conv5', stream: 'camera' }, pixels(3))),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status === 204).length).toBeGreaterThan(0);
    expect(statuses.every((status) => status === 200 || status === 204)).toBe(true);
  });

  it('explain a class and a channel, with what the parts miss', async () => {
    const query = { ...size(3), layer: 'conv4' };
    const cam = await read<LiveAttributionFacts>(
      await post('attribute', { ...query, method: 'gradcam', target: 'class:5' }, pixels(3)),
    );
    expect(cam.tensors.get('map')!.shape).toEqual([7, 7]);
    expect(cam.facts).toMatchObject({ over: 'conv4', check: null, passes: 1 });
    const parts = await read<LiveAttributionFacts>(
      await post('attribute', { ...query, method: 'integrated', target: 'channel:5', steps: '256' }, pixels(3)),
    );
    expect(parts.tensors.get('map')!.shape).toEqual([64, 64]);
    expect(parts.facts.check!.name).toBe('completeness error');
    expect(parts.facts.check!.value).toBeLessThan(0.05);
  });

  it.each([
    ['a text', {}, new TextEncoder().encode('hello'), 422, /not a picture or damaged/],
    ['nothing', {}, new Uint8Array(0), 422, /the file is empty/],
    ['pixels of another size', { ...size(4), width: '5' }, pixels(4), 422, /5×80 pixels of 4 channels .* do not make/],
    ['a size that is no number', { width: 'x' }, pixels(3), 400, /no request for a frame/],
    ['a layer that is not there', { ...size(3), layer: 'conv9' }, pixels(3), 422, /no layer "conv9". Nearest: conv/],
    ['a network that is not there', { ...size(3), network: 'none.onnx' }, pixels(3), 404, /no network "none.onnx"/],
  ])('refuse %s with the reason', async (_, query, body, status, words) => {
    const answer = await post('frame', query, body as Uint8Array<ArrayBuffer>);
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([status, expect.stringMatching(words)]);
  });

  it('refuse a picture with too many pixels, a body that is too large, and a unit that is not there', async () => {
    const huge = await sharp({ create: { width: 9000, height: 6000, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    const answer = await post('frame', {}, new Uint8Array(huge));
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([
      422,
      '9000 × 6000 = 54 megapixels exceeds the limit of 50: make the picture smaller',
    ]);
    expect((await post('frame', {}, new Uint8Array(65 * 2 ** 20))).status).toBe(413);
    const query = { ...size(3), layer: 'conv4', method: 'saliency', target: 'class:1914' };
    const none = await post('attribute', query, pixels(3));
    expect(((await none.json()) as { error: string }).error).toMatch(/no channel 1914 .*0 … 1913/);
  });

  it('have pictures to pick that the embedded network has never seen', async () => {
    const samples = await get<{ id: string; name: string; path: string }[]>('api/live/samples');
    expect(samples.length).toBeGreaterThan(20);
    const image = await fetch(`${server.url}${samples[0]!.path}`);
    expect(image.headers.get('Content-Type')).toBe('image/svg+xml');
    expect(await image.text()).toMatch(/^<svg/);
    const frame = await read(
      await post('frame', {}, new Uint8Array(await (await fetch(`${server.url}${samples[0]!.path}`)).arrayBuffer())),
    );
    const scores = [...(frame.tensors.get('scores')!.data as Float32Array)];
    const card = await get<LiveNetworkCard>(`api/live/network?network=${EMBEDDED}`);
    expect(card.classes!.names[scores.indexOf(Math.max(...scores))]).toBe(samples[0]!.name);
  });

  it('are for own pages only', async () => {
    const foreign = await fetch(`${server.url}api/live/frame?network=${EMBEDDED}`, {
      method: 'POST',
      headers: { Origin: 'http://elsewhere' },
      body: 'x',
    });
    expect(foreign.status).toBe(403);
  });
});
