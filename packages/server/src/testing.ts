import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createWorkspace } from '@incognita/workspace';
import { onTestFinished } from 'vitest';

/** A folder of its own for one test, with these files in it. */
export async function temporaryFolder(files: Record<string, string | Uint8Array> = {}): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'incognita-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), content);
  }
  return dir;
}

/** A built web app as small as can be. */
export function builtExplorer(): Promise<string> {
  return temporaryFolder({
    'index.html': '<!doctype html><script type="module" src="./explorer/assets/index.js"></script>',
    'explorer/assets/index.js': 'export {};',
    'explorer/assets/style.css': 'body {}',
  });
}

/** A workspace with one stage that holds `data.bin` (bytes 0 to 99) and files of other types. */
export async function sampleWorkspace(): Promise<{ dir: string; stage: string }> {
  const dir = await temporaryFolder();
  const workspace = await createWorkspace(dir);
  const { path } = await workspace.stage({ name: 'sample', version: 1, inputs: null }, async (out) => {
    await out.write(
      'data.bin',
      Uint8Array.from({ length: 100 }, (_, i) => i),
    );
    await out.write('empty.bin', '');
    await out.write('sheets/a.webp', 'webp');
    await out.write('points.parquet', 'PAR1');
    await out.write('vectors.safetensors', 'x');
    await out.write('ü & %.json', '{}');
  });
  await workspace.close();
  return { dir, stage: `/${path}` };
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** One request over a real socket; the path is sent as it is, without the normalisation that `fetch` does. */
export function rawRequest(
  port: number,
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
) {
  return new Promise<RawAnswer>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(pieces) }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}
