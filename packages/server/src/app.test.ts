import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createApp } from './app.js';
import { Networks } from './live/networks.js';
import { watchManifest } from './manifestWatch.js';
import { openPlace } from './place/openPlace.js';
import { builtExplorer, sampleWorkspace, temporaryFolder } from './testing.js';

const BASE = 'http://127.0.0.1:5173';

async function sampleApp() {
  const { dir, stage } = await sampleWorkspace();
  const closing = new AbortController();
  const app = createApp({
    place: await openPlace(dir),
    networks: new Networks(async () => []),
    explorerDir: await builtExplorer(),
    port: () => 5173,
    manifest: watchManifest(dir),
    closing: closing.signal,
  });
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    app.request(BASE + path, { method, headers: { Host: '127.0.0.1:5173', ...headers } });
  return { dir, stage, get };
}

describe('what is served', () => {
  test('the explorer lies at / and its files at /explorer/', async () => {
    const { get } = await sampleApp();
    for (const path of ['/', '/index.html', '/?layer=fire8']) {
      const page = await get(path);
      expect(page.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
      expect(page.headers.get('Cache-Control')).toBe('no-cache');
      expect(await page.text()).toContain('./explorer/assets/index.js');
    }
    expect((await get('/explorer/assets/index.js')).headers.get('Content-Type')).toBe('text/javascript; charset=utf-8');
    expect((await get('/explorer/assets/style.css')).headers.get('Content-Type')).toBe('text/css; charset=utf-8');
  });

  test('files of stages have their types and may be kept for ever', async () => {
    const { get, stage } = await sampleApp();
    const types = {
      'stage.json': 'application/json; charset=utf-8',
      'sheets/a.webp': 'image/webp',
      'points.parquet': 'application/vnd.apache.parquet',
      'vectors.safetensors': 'application/octet-stream',
      '%C3%BC%20%26%20%25.json': 'application/json; charset=utf-8',
    };
    for (const [file, type] of Object.entries(types)) {
      const answer = await get(`${stage}/${file}`);
      expect([answer.status, answer.headers.get('Content-Type')], file).toEqual([200, type]);
      expect(answer.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    }
  });

  test('the manifest is asked for anew each time, and answered 304 while it is the same', async () => {
    const { dir, get } = await sampleApp();
    expect((await get('/incognita.json')).status).toBe(404);
    await writeFile(join(dir, 'incognita.json'), '{}');
    const first = await get('/incognita.json');
    expect(first.headers.get('Cache-Control')).toBe('no-cache');
    const etag = first.headers.get('ETag')!;
    for (const header of [etag, `"x", W/${etag}`, '*']) {
      const same = await get('/incognita.json', { 'If-None-Match': header });
      expect([same.status, await same.text()]).toEqual([304, '']);
    }
    await writeFile(join(dir, 'incognita.json'), '{"a":1}');
    expect((await get('/incognita.json', { 'If-None-Match': etag })).status).toBe(200);
  });

  test.each([
    ['bytes=10-19', 206, 'bytes 10-19/100', 10, 10],
    ['bytes=-1', 206, 'bytes 99-99/100', 99, 1],
    ['bytes=200-', 416, 'bytes */100', null, 0],
    ['bytes=0-1,2-3', 200, null, 0, 100],
  ])('a part of a file: %s', async (range, status, contentRange, firstByte, length) => {
    const { get, stage } = await sampleApp();
    const answer = await get(`${stage}/data.bin`, { Range: range });
    const body = new Uint8Array(await answer.arrayBuffer());
    expect([answer.status, answer.headers.get('Content-Range'), body[0] ?? null, body.length]).toEqual([
      status,
      contentRange,
      firstByte,
      length,
    ]);
  });

  test('a part is only given of the file that the reader knows', async () => {
    const { get, stage } = await sampleApp();
    const etag = (await get(`${stage}/data.bin`)).headers.get('ETag')!;
    expect((await get(`${stage}/data.bin`, { Range: 'bytes=0-1', 'If-Range': etag })).status).toBe(206);
    expect((await get(`${stage}/data.bin`, { Range: 'bytes=0-1', 'If-Range': '"other"' })).status).toBe(200);
  });

  test('HEAD answers as GET does, without a body', async () => {
    const { get, stage } = await sampleApp();
    const answer = await get(`${stage}/data.bin`, {}, 'HEAD');
    expect([answer.status, answer.headers.get('Content-Length'), await answer.text()]).toEqual([200, '100', '']);
    expect((await get(`${stage}/empty.bin`)).headers.get('Content-Length')).toBe('0');
  });

  test('health says that it runs', async () => {
    expect(await (await (await sampleApp()).get('/api/health')).json()).toEqual({ ok: true });
  });
});

describe('what is not served', () => {
  test('the log, the lock, unfinished and damaged stages, hidden files, folders and all else', async () => {
    const { dir, stage, get } = await sampleApp();
    for (const file of ['lock', 'notes.txt', '.tmp-1', 'stages/sample/.x', 'stages/a.txt']) await writeFile(join(dir, file), 'x');
    for (const folder of [`${stage}.partial-1`, `${stage}.damaged-1`]) {
      await mkdir(join(dir, folder));
      await writeFile(join(dir, folder, 'data.bin'), 'x');
    }
    const paths = [
      '/run.jsonl',
      '/lock',
      '/notes.txt',
      '/.tmp-1',
      '/stages/a.txt',
      '/stages',
      '/stages/',
      stage,
      `${stage}/`,
      `${stage}/sheets`,
    ];
    for (const path of [
      ...paths,
      `${stage}.partial-1/data.bin`,
      `${stage}.damaged-1/data.bin`,
      '/explorer',
      '/explorer/',
      '/explorer/index.html',
      '/api/x',
    ])
      expect((await get(path)).status, path).toBe(404);
  });

  test('symbolic links that lead outside', async () => {
    const { dir, stage, get } = await sampleApp();
    const outside = await temporaryFolder({ 'secret.json': 'secret' });
    await symlink(join(outside, 'secret.json'), join(dir, stage, 'link.json'));
    await symlink(outside, join(dir, stage, 'folder'));
    await symlink(join(dir, 'run.jsonl'), join(dir, 'incognita.json'));
    await symlink(join(dir, stage, 'data.bin'), join(dir, stage, 'inside.bin'));
    expect((await get(`${stage}/link.json`)).status).toBe(404);
    expect((await get(`${stage}/folder/secret.json`)).status).toBe(404);
    expect((await get(`${stage}/inside.bin`)).status).toBe(200);
  });
});

describe('who is answered', () => {
  test.each([
    [{ Host: '127.0.0.1:5173' }, 200],
    [{ Host: 'localhost:5173' }, 200],
    [{ Host: 'LOCALHOST:5173' }, 200],
    [{ Host: '[::1]:5173' }, 200],
    [{ Host: 'localhost' }, 403],
    [{ Host: 'localhost:80' }, 403],
    [{ Host: 'evil.example:5173' }, 403],
    [{ Host: '127.0.0.1.evil.example:5173' }, 403],
    [{ Host: '' }, 403],
    [{ Origin: 'http://127.0.0.1:5173' }, 200],
    [{ Origin: 'http://localhost:5173' }, 200],
    [{ Origin: 'http://127.0.0.1:8080' }, 403],
    [{ Origin: 'https://127.0.0.1:5173' }, 403],
    [{ Origin: 'http://evil.example' }, 403],
    [{ Origin: 'null' }, 403],
  ])('%j gets %i', async (headers, status) => {
    const { get } = await sampleApp();
    expect((await get('/', headers as Record<string, string>)).status).toBe(status);
  });

  test('only GET and HEAD, and under /api/ what starts and ends work', async () => {
    const { get } = await sampleApp();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const answer = await get('/', {}, method);
      expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
    }
    for (const method of ['PUT', 'OPTIONS', 'PATCH'])
      expect((await get('/api/x', {}, method)).headers.get('Allow')).toBe('GET, HEAD, POST, DELETE');
  });

  test.each([
    ['POST', { Origin: 'http://127.0.0.1:5173' }, 404],
    ['DELETE', { Origin: 'http://localhost:5173', 'Sec-Fetch-Site': 'same-origin' }, 404],
    ['POST', {}, 403],
    ['POST', { Origin: 'http://127.0.0.1:8080' }, 403],
    ['GET', { 'Sec-Fetch-Site': 'none' }, 404],
    ['GET', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['GET', { 'Sec-Fetch-Site': 'cross-site' }, 403],
  ])('under /api/ only own pages are heard: %s %j gets %i', async (method, headers, status) => {
    const { get } = await sampleApp();
    expect((await get('/api/x', headers as Record<string, string>, method)).status).toBe(status);
  });

  test('every answer, refusals too, carries the headers that keep other sites out', async () => {
    const { get, stage } = await sampleApp();
    const answers = [
      await get('/'),
      await get('/absent'),
      await get('/', { Host: 'evil' }),
      await get(`${stage}/data.bin`, { Range: 'bytes=999-' }),
    ];
    for (const { headers } of answers) {
      expect(headers.get('Content-Security-Policy')).toContain("default-src 'self'; img-src 'self' blob: data:");
      expect(headers.get('Content-Security-Policy')).toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('Referrer-Policy')).toBe('no-referrer');
      expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
      expect(headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
      expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin');
      expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
    }
  });
});
