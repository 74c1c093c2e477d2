import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { serveFolder } from '../staticServer.ts';
import type { Engine } from './engine.ts';
import { runGraph } from './runGraph.ts';

const dist = fileURLToPath(new URL('../../../node_modules/onnxruntime-web/dist/', import.meta.url));
const LIMIT_MS = 30_000;

const html = (bundle: string): string => `<!doctype html><title>engine</title><script type="module">
import * as ort from './${bundle}';
ort.env.logLevel = 'fatal';
ort.env.wasm.numThreads = 1;
const runGraph = ${runGraph.toString()};
globalThis.runJob = ({ model, ...job }) =>
  runGraph(ort, { ...job, model: Uint8Array.from(atob(model), (c) => c.charCodeAt(0)) });
</script>`;

/** ONNX Runtime in a page of a browser, its files from a server of this machine. One graph at a time: WebGPU runs must not overlap. */
export async function pageEngine(browser: Browser, provider: 'wasm' | 'webgpu'): Promise<Engine> {
  const bundle = provider === 'wasm' ? 'ort.wasm.min.mjs' : 'ort.webgpu.min.mjs';
  const server = await serveFolder(dist, (path) => (path === '/index.html' ? html(bundle) : undefined));
  const open = async (): Promise<Page> => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${server.origin}/`);
    await page.waitForFunction(() => 'runJob' in globalThis);
    return page;
  };
  let page = await open();
  return {
    async run(model, feeds) {
      const job = { model: Buffer.from(model).toString('base64'), feeds, provider };
      const ran = page.evaluate(
        (given) => (globalThis as unknown as { runJob: (job: unknown) => Promise<never> }).runJob(given),
        job,
      );
      ran.catch(() => {});
      const limit = new Promise<null>((resolve) => setTimeout(() => resolve(null), LIMIT_MS).unref());
      const outcome = await Promise.race([ran, limit]);
      if (outcome) return outcome;
      await page.context().close();
      page = await open();
      return { whole: false, outputs: null, error: `no answer within ${LIMIT_MS / 1000} s` };
    },
    async close() {
      await page.context().close();
      await server.close();
    },
  };
}
