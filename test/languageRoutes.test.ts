import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { naiveDecoder } from '../packages/language/dist/testing/naiveDecoder.js';
import { type RunningServer, serveWorkspace } from '../packages/server/dist/index.js';
import {
  type DecoderCard,
  decodeSafetensors,
  type LensAnswer,
  type NextAnswer,
  type TokensAnswer,
} from '../packages/workspace/dist/index.js';
import { LETTER_WEIGHTS, writeLetterDecoder } from './letterDecoder.ts';

let folder: string;
let server: RunningServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita decoders '));
  const explorerDir = join(folder, '.explorer');
  await mkdir(explorerDir, { recursive: true });
  await writeFile(join(explorerDir, 'index.html'), '<!doctype html>');
  await writeLetterDecoder(join(folder, 'let ters'));
  await writeFile(join(folder, 'let ters', 'secret.txt'), 'not for the web');
  await mkdir(join(folder, 'let ters', 'other'));
  await writeFile(join(folder, 'let ters', 'other', 'model.onnx'), 'not for the web');
  await cp(join(folder, 'let ters'), join(folder, 'broken'), { recursive: true });
  await writeFile(join(folder, 'broken', 'model.onnx'), 'nothing');
  server = await serveWorkspace({ dir: folder, port: 0, explorerDir });
});
afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true });
});

const MODEL = 'let%20ters/';
const PROMPT = [1, 0, 3, 6, 4];
const GREEDY = { temperature: 0, topK: 0, topP: 1, seed: 1 };

async function post(route: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const origin = server.url.slice(0, -1);
  return fetch(`${server.url}api/language/${route}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: origin, ...headers },
    body: JSON.stringify({ model: MODEL, ...body }),
  });
}
const ask = async <T>(route: string, body: object): Promise<T> => (await (await post(route, body)).json()) as T;

describe('the routes of the page Language', () => {
  it('offers every folder with a decoder and its tokenizer, and hands out what a tab needs to run it, and nothing else', async () => {
    const offers = (await (await fetch(`${server.url}api/offers`)).json()) as { decoders: unknown };
    expect(offers.decoders).toEqual([
      { name: 'broken', path: 'broken/', file: 'model.onnx' },
      { name: 'let ters', path: MODEL, file: 'model.onnx' },
      { name: 'story-gpt', path: 'api/language/embedded/story-gpt/', file: 'model.onnx', embedded: true },
    ]);
    const statuses = ['tokenizer.json', 'model.onnx', 'secret.txt', 'other/model.onnx'].map(
      async (file) => (await fetch(`${server.url}${MODEL}${file}`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 200, 404, 404]);
  });

  it('offer the decoder that comes along, answer for it, and hand out what a tab needs to run it', async () => {
    const model = 'api/language/embedded/story-gpt/';
    const { tokens } = await ask<TokensAnswer>('tokens', { model, text: 'One snowy morning', special: false });
    expect(tokens.map(({ bytes }) => Buffer.from(bytes.replaceAll(' ', ''), 'hex').toString()).join('')).toBe(
      'One snowy morning',
    );
    const files = ['model.onnx', 'tokenizer.json', 'card.md', '..%2Femoji-alexnet%2Fmodel.onnx'];
    const statuses = files.map(async (file) => (await fetch(`${server.url}${model}${file}`)).status);
    expect(await Promise.all(statuses)).toEqual([200, 200, 404, 404]);
    expect((await fetch(`${server.url}api/language/embedded/other/model.onnx`)).status).toBe(404);
  });

  it('describe the decoder, with the errors that its self-test measured', async () => {
    const card = (await (
      await fetch(`${server.url}api/language/model?model=${encodeURIComponent(MODEL)}`)
    ).json()) as DecoderCard;
    expect([card.layers, card.width, card.vocabulary, card.heads]).toEqual([2, 32, 41, [4, 4]]);
    expect(card.points['k.1']).toEqual({ heads: 2, width: 16 });
    expect(card.test!.holds).toBe(true);
    expect(Math.max(...card.test!.measured.map(({ error }) => error))).toBeLessThan(1e-4);
  });

  it('cut a text into tokens, with bytes, places and merges', async () => {
    const { tokens, more, text } = await ask<TokensAnswer>('tokens', { text: 'ba d', special: true, more: [2] });
    expect(tokens.map(({ label, bytes, byteStart, byteEnd }) => [label, bytes, byteStart, byteEnd])).toEqual([
      ['b', '62', 0, 1],
      ['a', '61', 1, 2],
      ['·', '20', 2, 3],
      ['d', '64', 3, 4],
    ]);
    expect(tokens[0]!.merging).toEqual({ word: 'b', start: ['b'], steps: [], end: ['b'] });
    expect([more, text]).toEqual([[{ id: 2, label: 'c' }], 'ba dc']);
  });

  it('read slices of points, as loops compute them', async () => {
    const reads = {
      a: { point: 'z.1', head: 2, position: 3 },
      b: { point: 'attn_probs.0' },
      c: { point: 'resid_post.1', position: 4 },
    };
    const response = await post('run', { ids: PROMPT, reads });
    const { tensors } = decodeSafetensors(new Uint8Array(await response.arrayBuffer()));
    const naive = naiveDecoder(LETTER_WEIGHTS, PROMPT);
    expect(tensors.get('a')!.shape).toEqual([16]);
    expect(tensors.get('b')!.shape).toEqual([4, 5, 5]);
    const near = (name: string, expected: number[]) =>
      expect(Math.max(...expected.map((v, i) => Math.abs(v - Number(tensors.get(name)!.data[i]))))).toBeLessThan(1e-4);
    near('a', naive['z.1']!.slice((3 * 4 + 2) * 16, (3 * 4 + 3) * 16));
    near('b', naive['attn_probs.0']!);
    near('c', naive['resid_post.1']!.slice(4 * 32));
  });

  it('explain a number, choose a token, and show what each block would say', async () => {
    const { value, sum, left } = await ask<{ value: number; sum: number; left: { values: number[] } }>('explain', {
      ...{ ids: PROMPT, point: 'mlp_pre.1', position: 2, index: 7 },
    });
    expect([Math.abs(value - sum) < 1e-5, left.values.length]).toEqual([true, 32]);
    const next = await ask<NextAnswer>('next', { ids: PROMPT, ...GREEDY, drawn: 0 });
    const logits = naiveDecoder(LETTER_WEIGHTS, PROMPT).logits!.slice(-41);
    expect(next.id).toBe(logits.indexOf(Math.max(...logits)));
    expect(next.candidates.map(({ id }) => id)).toContain(next.id);
    const { rows } = await ask<LensAnswer>('lens', { ids: PROMPT, from: 1, to: 5 });
    expect(rows.map(({ point, top }) => [point, top.length])).toEqual([
      ['resid_pre.0', 4],
      ['resid_post.0', 4],
      ['resid_post.1', 4],
    ]);
    expect(rows[2]!.top[3]![0]!.id).toBe(next.id);
    expect(rows[2]!.top[3]![0]!.probability).toBeCloseTo(next.candidates[0]!.probability, 5);
  });

  it('generate line by line, the same with a clamp of no strength, and other text with a strong one', async () => {
    const lines = async (clamps: string[]) =>
      (await (await post('generate', { ids: PROMPT, ...GREEDY, maxTokens: 5, clamps })).text())
        .trim()
        .split('\n')
        .map((l) => JSON.parse(l));
    const plain = await lines([]);
    expect(plain.length).toBe(6);
    expect(plain.at(-1)).toEqual({ finish: 'length' });
    expect(await lines(['resid_post.0=add:0', 'z.0[h=1]=scale:1'])).toEqual(plain);
    const steered = await lines(['resid_post.1=towards:q*20']);
    expect(steered.slice(0, 5).map(({ label }) => label)).toEqual(['q', 'q', 'q', 'q', 'q']);
  });

  it('stop generating when the page goes away', async () => {
    const cancel = new AbortController();
    const response = await fetch(`${server.url}api/language/generate`, {
      method: 'POST',
      headers: { Origin: server.url.slice(0, -1) },
      body: JSON.stringify({ model: MODEL, ids: PROMPT, ...GREEDY, maxTokens: 15 }),
      signal: cancel.signal,
    });
    await response.body!.getReader().read();
    cancel.abort();
    expect((await ask<NextAnswer>('next', { ids: PROMPT, ...GREEDY, drawn: 0 })).kept).toBe(1);
  });

  it.each([
    [
      'next',
      { ids: new Array(30).fill(1), ...GREEDY, drawn: 0 },
      422,
      /30 tokens, the context of this model holds 24: shorten it by 6/,
    ],
    ['next', { ids: [], ...GREEDY, drawn: 0 }, 422, /no tokens/],
    ['next', { ids: [99], ...GREEDY, drawn: 0 }, 422, /99 is no token/],
    ['next', { ids: PROMPT, ...GREEDY, drawn: 0, clamps: ['resid_post.1=scale:1e38'] }, 422, /logit/],
    ['next', { ids: PROMPT, ...GREEDY, drawn: 0, clamps: ['z.0=set:@/etc/passwd'] }, 422, /names a file/],
    [
      'next',
      { ids: PROMPT, ...GREEDY, drawn: 0, clamps: ['resid_post.0=towards:dog'] },
      422,
      /is 3 tokens: a direction leads towards one/,
    ],
    ['run', { ids: PROMPT, reads: { a: { point: 'z.7' } } }, 422, /There is no point "z.7" in a model of 2 layers/],
    ['run', { ids: PROMPT, reads: { a: { point: 'z.0', head: 9 } } }, 422, /z.0 has no head 9/],
    ['explain', { ids: PROMPT, point: 'attn_in.0', position: 0, index: 0 }, 422, /no dot products/],
    ['tokens', { text: 7 }, 400, /no request for tokens/],
    ['next', { model: '../x', ids: PROMPT, ...GREEDY, drawn: 0 }, 404, /no decoder/],
    ['next', { model: 'broken/', ids: PROMPT, ...GREEDY, drawn: 0 }, 422, /./],
  ])('say in one line what is wrong: %s %j', async (route, body, status, message) => {
    const response = await post(route, body);
    expect(response.status).toBe(status);
    expect(((await response.json()) as { error: string }).error).toMatch(message);
  });

  it('answer no other site', async () => {
    expect((await post('tokens', { text: 'a', special: true }, { Origin: 'http://example.com' })).status).toBe(403);
  });
});
