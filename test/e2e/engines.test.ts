import { readFileSync, writeFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, noBrowser } from './browser.ts';
import type { Engine } from './engines/engine.ts';
import { compare, type Measured, measureOnNode, type Verdict } from './engines/measure.ts';
import { pageEngine } from './engines/page.ts';
import { wasmInNode } from './engines/wasm.ts';

const table = new URL('../../packages/autodiff/src/conformance/engines.json', import.meta.url);
type Table = Record<string, { wasm: Verdict; webgpu: Verdict }>;

/** Problems an operator; ENGINE_PROBLEMS=5 for a long run. */
const count = Number(process.env.ENGINE_PROBLEMS ?? 1);

/** Derivatives of every operator, in both forms, with the results of Node's CPU kernels. */
let tasks: Measured[];
let portable: Measured[];
beforeAll(async () => {
  portable = await measureOnNode('portable', count);
  tasks = [...portable, ...(await measureOnNode('cpu', count))];
});

async function using(engine: Engine, kind: 'wasm' | 'webgpu', list: readonly Measured[]): Promise<Record<string, Verdict>> {
  try {
    const { verdicts, wrong } = await compare(engine, kind, list);
    expect(wrong).toEqual([]);
    return verdicts;
  } finally {
    await engine.close();
  }
}

describe('the derivatives of every operator are those of the CPU kernels', () => {
  it('on WebAssembly in Node', async () => {
    await using(await wasmInNode(), 'wasm', tasks);
  });
});

describe.skipIf(noBrowser !== null)(`the derivatives of every operator in a browser${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser;
  const measured: Partial<Record<'wasm' | 'webgpu', Record<string, Verdict>>> = {};
  beforeAll(async () => {
    browser = await launchBrowser(['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan']);
  });
  afterAll(() => browser?.close());

  it('are those of the CPU kernels on WebAssembly', async () => {
    measured.wasm = await using(await pageEngine(browser, 'wasm'), 'wasm', portable);
  });

  it('are those of the CPU kernels on WebGPU', async () => {
    measured.webgpu = await using(await pageEngine(browser, 'webgpu'), 'webgpu', portable);
  });

  it('run where the table of engines says (UPDATE=1 rewrites it)', () => {
    const { wasm = {}, webgpu = {} } = measured;
    const operators = [...new Set([...Object.keys(wasm), ...Object.keys(webgpu)])].sort();
    const now = Object.fromEntries(operators.map((op) => [op, { wasm: wasm[op]!, webgpu: webgpu[op]! }]));
    if (process.env.UPDATE === '1') writeFileSync(table, `${JSON.stringify(now, null, 2)}\n`);
    expect(now).toEqual(JSON.parse(readFileSync(table, 'utf8')) as Table);
  });
});
