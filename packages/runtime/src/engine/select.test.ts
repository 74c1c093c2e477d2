import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const index = new URL('../../dist/index.js', import.meta.url).href;

/** Runs a script that prints JSON, in a process of its own: the choice of an engine depends on environment and packages. */
async function inProcess(
  script: string,
  env: Record<string, string> = {},
  execArgv: string[] = [],
): Promise<{ out: unknown; err: string }> {
  const code = `import * as runtime from ${JSON.stringify(index)}; console.log(JSON.stringify(await (async () => { ${script} })()));`;
  const args = [...execArgv, '--input-type=module', '--eval', code];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env } });
  return { out: JSON.parse(stdout), err: stderr };
}

/** A resolve hook under which the native package is not installed. */
const hook = `export async function resolve(name, context, next) {
  if (name === 'onnxruntime-node') throw Object.assign(new Error("Cannot find package 'onnxruntime-node'"), { code: 'ERR_MODULE_NOT_FOUND' });
  return next(name, context);
}`;
const hookUrl = `data:text/javascript,${encodeURIComponent(hook)}`;
const withoutNative = [
  '--import',
  `data:text/javascript,${encodeURIComponent(`import { register } from 'node:module'; register(${JSON.stringify(hookUrl)});`)}`,
];
const engineOf = (options = '') => `const pool = new runtime.WorkerPool({ ${options} });
  try { return await pool.engine(); } catch (error) { return { error: error.message }; } finally { await pool.dispose(); }`;

describe('the choice of the engine', () => {
  it('is the native one by default, said without noise on the console', async () => {
    const { out, err } = await inProcess(engineOf('threadsPerWorker: 2'));
    expect(out).toMatchObject({ name: 'cpu', threads: 2, reason: 'the native ONNX Runtime is installed' });
    expect(err).toBe('');
  });

  it('is WebAssembly on one thread where the native package is missing, and the reason says so', async () => {
    const { out, err } = await inProcess(engineOf('threadsPerWorker: 2'), {}, withoutNative);
    expect(out).toMatchObject({ name: 'wasm', threads: 1, reason: expect.stringContaining('onnxruntime-node is not installed') });
    expect(err).toBe('');
  });

  it('is an error where the native engine is demanded but missing', async () => {
    const { out } = await inProcess(engineOf("engine: 'cpu'"), {}, withoutNative);
    expect(out).toMatchObject({ error: expect.stringContaining("the engine 'cpu' cannot run") });
  });

  it.each(['cpu', 'wasm'] as const)('is %s where INCOGNITA_ENGINE demands it, whatever was asked for', async (name) => {
    const { out } = await inProcess(engineOf(`engine: '${name === 'cpu' ? 'wasm' : 'cpu'}'`), { INCOGNITA_ENGINE: name });
    expect(out).toMatchObject({ name, reason: `INCOGNITA_ENGINE=${name} demands it` });
  });

  it('is an error where INCOGNITA_ENGINE names no engine', async () => {
    const { out } = await inProcess(engineOf(), { INCOGNITA_ENGINE: 'gpu' });
    expect(out).toMatchObject({ error: 'INCOGNITA_ENGINE=gpu names no engine; known are cpu and wasm, or leave it unset' });
  });

  it('is described for every engine, with what is missing', async () => {
    const { out } = await inProcess('return runtime.describeEngine();', {}, withoutNative);
    expect(out).toMatchObject([
      { name: 'cpu', available: false, chosen: false, reason: expect.stringContaining('not installed') },
      { name: 'wasm', available: true, chosen: true, sharesWeights: false, threads: 1 },
    ]);
  });

  it('is described as sharing weights by mapping where the native engine runs', async () => {
    const { out } = await inProcess('return runtime.describeEngine();', { INCOGNITA_ENGINE: '' });
    expect(out).toMatchObject([{ name: 'cpu', available: true, chosen: true, sharesWeights: true }, { name: 'wasm' }]);
  });
});
