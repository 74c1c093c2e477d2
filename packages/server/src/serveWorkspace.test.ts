import { once } from 'node:events';
import { readdir, rename, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createWorkspace, WorkspaceError, WorkspaceVersionError } from '@incognita/workspace';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ExplorerMissingError } from './explorerFiles.js';
import { DEFAULT_PORT, PortInUseError } from './listen.js';
import { type ServeOptions, serveWorkspace } from './serveWorkspace.js';
import { builtExplorer, rawRequest, sampleWorkspace, temporaryFolder } from './testing.js';

async function start(options: Partial<ServeOptions> & { dir: string }) {
  const server = await serveWorkspace({ port: 0, explorerDir: await builtExplorer(), ...options });
  onTestFinished(() => server.close());
  return server;
}

/** Takes a port for the length of the test; false when it is taken already. */
function occupy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const blocker = createServer();
    blocker.once('error', () => resolve(false));
    blocker.listen(port, '127.0.0.1', () => resolve(true));
    onTestFinished(() => void blocker.close());
  });
}

describe('over real sockets', () => {
  test('pages, parts and HEAD arrive whole, and many at once', async () => {
    const { dir, stage } = await sampleWorkspace();
    const { port, url } = await start({ dir });
    expect(url).toBe(`http://127.0.0.1:${port}/`);
    expect((await rawRequest(port, '/')).body.toString()).toContain('<!doctype html>');
    const part = await rawRequest(port, `${stage}/data.bin`, { headers: { Range: 'bytes=5-7' } });
    expect([part.status, part.headers['content-length'], [...part.body]]).toEqual([206, '3', [5, 6, 7]]);
    const head = await rawRequest(port, `${stage}/data.bin`, { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '100', 0]);
    const many = await Promise.all(Array.from({ length: 200 }, () => rawRequest(port, `${stage}/data.bin`)));
    for (const { body } of many) expect(body.length).toBe(100);
  });

  test('no path, however it is written, leads out of what is public', async () => {
    const { dir, stage } = await sampleWorkspace();
    const { port } = await start({ dir });
    const escapes = [
      '/../run.jsonl',
      '/%2e%2e/run.jsonl',
      '/stages/../run.jsonl',
      '/stages/%2e%2e/run.jsonl',
      `${stage}/../../../run.jsonl`,
    ];
    escapes.push(
      `${stage}/..%2f..%2f..%2frun.jsonl`,
      `${stage}/..%5c..%5crun.jsonl`,
      `${stage}/%2e%2e%2f%2e%2e%2f%2e%2e%2frun.jsonl`,
    );
    escapes.push(
      '/explorer/../../../../etc/passwd',
      '/explorer/%2e%2e/%2e%2e/etc/passwd',
      '/explorer/..%2f..%2fetc%2fpasswd',
      '//etc/passwd',
      '/explorer//etc/passwd',
    );
    escapes.push(
      `${stage}/data.bin%00.json`,
      `${stage}/%`,
      '/%ff',
      `${stage}/C:%5cx`,
      '/explorer/%252e%252e/index.html',
      '/./run.jsonl',
      '/run.jsonl',
    );
    for (const path of escapes) {
      const { status, body } = await rawRequest(port, path);
      expect([path, status]).toEqual([path, status === 400 ? 400 : 404]);
      expect(body.toString()).not.toMatch(/stage-start|root:/);
    }
  });

  test('a request under the name of another site is refused', async () => {
    const { port } = await start({ dir: (await sampleWorkspace()).dir });
    expect((await rawRequest(port, '/', { headers: { Host: `evil.example:${port}` } })).status).toBe(403);
    expect((await rawRequest(port, '/', { headers: { Origin: 'http://evil.example' } })).status).toBe(403);
    expect((await rawRequest(port, '/', { method: 'POST' })).status).toBe(405);
    expect((await rawRequest(port, '/', { headers: { Host: `localhost:${port}` } })).status).toBe(200);
  });

  test('readers that go away and answers that are conditional leave no file open', {
    skip: process.platform !== 'linux',
  }, async () => {
    const { dir, stage } = await sampleWorkspace();
    await writeFile(join(dir, stage, 'large.bin'), new Uint8Array(20_000_000));
    const { port, url, close } = await start({ dir });
    const { headers } = await rawRequest(port, `${stage}/data.bin`);
    for (let i = 0; i < 20; i++) {
      const leaving = new AbortController();
      const answer = await fetch(`${url.slice(0, -1)}${stage}/large.bin`, { signal: leaving.signal });
      await answer.body!.getReader().read();
      leaving.abort();
      await rawRequest(port, `${stage}/data.bin`, { headers: { 'If-None-Match': String(headers.etag) } });
      await rawRequest(port, `${stage}/data.bin`, { method: 'HEAD' });
    }
    await close();
    const openFiles = async () => {
      const { readlink } = await import('node:fs/promises');
      const links = await Promise.all(
        (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
      );
      return links.filter((link) => link.startsWith(dir));
    };
    await expect.poll(openFiles, { timeout: 5000 }).toEqual([]);
  });
});

describe('live events', () => {
  /** Reads the stream until `count` manifest events have come; returns their ids. */
  async function readEvents(
    url: string,
    { count, headers = {}, onFirst }: { count: number; headers?: Record<string, string>; onFirst?: () => unknown },
  ) {
    const leaving = new AbortController();
    const answer = await fetch(`${url}api/events`, { headers, signal: leaving.signal });
    expect(answer.headers.get('Content-Type')).toMatch('text/event-stream');
    let text = '';
    const ids = () => [...text.matchAll(/event: manifest\n(?:.*\n)*?id: (.*)\n/g)].map((match) => match[1]!);
    let told = false;
    for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (!told) {
        told = true;
        await onFirst?.();
      }
      if (ids().length >= count) break;
    }
    leaving.abort();
    return ids();
  }

  async function replaceManifest(dir: string, text: string) {
    await writeFile(join(dir, 'new'), text);
    await rename(join(dir, 'new'), join(dir, 'incognita.json'));
  }

  test('a reader hears of the manifest at once and of each change, and again only of what it does not know', async () => {
    const dir = await temporaryFolder();
    await (await createWorkspace(dir)).close();
    const { url, port } = await start({ dir });
    const [first] = await readEvents(url, { count: 1, onFirst: () => replaceManifest(dir, '{"a":1}') });
    expect(first).toBe((await rawRequest(port, '/incognita.json')).headers.etag);
    const both = await readEvents(url, { count: 2, onFirst: () => replaceManifest(dir, '{"a":22}') });
    expect(both.length).toBe(2);
    expect(both[0]).toBe(first);
    const [third] = await readEvents(url, {
      count: 1,
      headers: { 'Last-Event-ID': both[1]! },
      onFirst: () => replaceManifest(dir, '{"a":333}'),
    });
    expect(both).not.toContain(third);
  });

  test('closing ends the streams, and gives the port back', async () => {
    const { dir } = await sampleWorkspace();
    const server = await start({ dir });
    const answer = await fetch(`${server.url}api/events`);
    const rest = answer.text();
    await server.close();
    await server.close();
    await server.closed;
    expect(await rest).toContain('retry: 1000');
    expect(await occupy(server.port)).toBe(true);
  });

  test('closing lets an answer that is under way finish, and does not wait for connections without a request', async () => {
    const { dir, stage } = await sampleWorkspace();
    const large = new Uint8Array(8_000_000).fill(7);
    await writeFile(join(dir, stage, 'large.bin'), large);
    const server = await start({ dir });
    const silent = connect(server.port, '127.0.0.1');
    await once(silent, 'connect');
    const answer = await fetch(`${server.url.slice(0, -1)}${stage}/large.bin`);
    const [body] = await Promise.all([answer.arrayBuffer(), server.close(), once(silent, 'close')]);
    expect(Buffer.from(body).equals(large)).toBe(true);
    await expect(fetch(server.url)).rejects.toThrow();
  });

  test('a signal closes it', async () => {
    const closing = new AbortController();
    const server = await start({ dir: (await sampleWorkspace()).dir, signal: closing.signal });
    closing.abort();
    await server.closed;
  });
});

describe('starting', () => {
  test('a port that was asked for and is taken is an error that says so', async () => {
    const { dir } = await sampleWorkspace();
    const { port } = await start({ dir });
    const error = await start({ dir, port }).catch((reason) => reason);
    expect(error).toBeInstanceOf(PortInUseError);
    expect(error.message).toBe(
      `Port ${port} is in use by another program. Give another one with --port, or leave the option out.`,
    );
  });

  test('without one it goes on to the next free port', async () => {
    const { dir } = await sampleWorkspace();
    await occupy(DEFAULT_PORT);
    let told = 0;
    const { port } = await start({ dir, port: undefined, onListen: (server) => (told = server.port) });
    expect(port).toBeGreaterThan(DEFAULT_PORT);
    expect(told).toBe(port);
  });

  test('what is no port is refused', async () => {
    const { dir } = await sampleWorkspace();
    for (const port of [-1, 65_536, 1.5, Number.NaN]) await expect(start({ dir, port })).rejects.toThrow('is not a port');
  });

  test('what is no workspace, a newer one, and an explorer that is not built are refused', async () => {
    await expect(start({ dir: await temporaryFolder({ 'a.txt': '' }) })).rejects.toThrow(WorkspaceError);
    const newer = await temporaryFolder({ 'incognita.json': '{"format":"incognita-workspace","version":9}' });
    await expect(start({ dir: newer })).rejects.toThrow(WorkspaceVersionError);
    const { dir } = await sampleWorkspace();
    await expect(start({ dir, explorerDir: await temporaryFolder() })).rejects.toThrow(ExplorerMissingError);
  });
});
