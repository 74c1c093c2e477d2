import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GraphBuilder, read, write } from '@incognita/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchModel, TooLargeForBrowserError } from './fetchModel.web.js';
import { sessionSource } from './sessionSource.web.js';

const WEIGHTS = Float32Array.from({ length: 64 * 64 }, (_, i) => Math.sin(i));

/** A product with weights, in one file, and with its weights in another. */
function files(): Record<string, Uint8Array> {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', ['n', 64]);
  b.output(b.op('MatMul', [x, b.f32(WEIGHTS, [64, 64])]), 'float32', ['n', 64], 'y');
  const whole = write(b.model());
  const split = (location: string) => write(read(whole), { external: { location } });
  return {
    '/whole.onnx': whole,
    '/split.onnx': split('some weights.data'),
    '/some%20weights.data': whole,
    '/lost.onnx': split('nowhere.data'),
    '/outside.onnx': split('../whole.onnx'),
    '/nothing.onnx': new TextEncoder().encode('nothing'),
  };
}

let server: Server;
let origin: string;
const asked: string[] = [];
beforeAll(async () => {
  const served = files();
  server = createServer((request, response) => {
    asked.push(request.url!);
    const body = served[request.url!];
    if (body === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'Content-Length': body.byteLength }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

describe('a model that a tab loads', () => {
  it('comes with the files of its weights, each asked for once, and says how far it is', async () => {
    asked.length = 0;
    const progress: number[] = [];
    const source = await fetchModel(`${origin}/split.onnx`, { onProgress: (loaded, total) => progress.push(loaded / total) });
    expect(asked).toEqual(['/split.onnx', '/some%20weights.data']);
    expect(source.weights.map(({ location }) => location)).toEqual(['split.onnx', 'some weights.data']);
    expect(source.weights[1]!.bytes!.byteLength).toBeGreaterThan(WEIGHTS.byteLength);
    expect(progress.at(-1)).toBe(1);
    expect(await source.sha256()).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is written without its weights, and the same edit is the same session', async () => {
    const source = await fetchModel(`${origin}/whole.onnx`);
    const written = sessionSource(source);
    expect(written.graph.byteLength).toBeLessThan(1000);
    expect(written.weightBytes).toBe(WEIGHTS.byteLength);
    expect(sessionSource(source)).toBe(written);
    expect(sessionSource(source, { ...source.model }).key).not.toBe(written.key);
    expect([...read(written.graph).graph.initializers.values()][0]!.data).toMatchObject({
      kind: 'external',
      location: 'whole.onnx',
    });
  });

  it('is refused when its weights are more than the tab takes, before they are loaded where the sizes say so', async () => {
    asked.length = 0;
    const limited = fetchModel(`${origin}/split.onnx`, { limitBytes: 10_000 });
    await expect(limited).rejects.toThrow(TooLargeForBrowserError);
    await expect(limited).rejects.toThrow(/has 0.0164 MB of weights, and a tab takes 0.01 MB/);
    expect(asked).toEqual(['/split.onnx']);
    await expect(fetchModel(`${origin}/whole.onnx`, { limitBytes: 10_000 })).rejects.toThrow(TooLargeForBrowserError);
  });

  it('says which file is missing, is no model, or lies elsewhere', async () => {
    await expect(fetchModel(`${origin}/absent.onnx`)).rejects.toThrow(/absent.onnx cannot be loaded: the server answered 404/);
    await expect(fetchModel(`${origin}/lost.onnx`)).rejects.toThrow(/nowhere.data cannot be loaded/);
    await expect(fetchModel(`${origin}/nothing.onnx`)).rejects.toThrow(/nothing.onnx cannot be opened/);
    await expect(fetchModel(`${origin}/outside.onnx`)).rejects.toThrow(/outside the model's own folder: refused/);
  });
});
