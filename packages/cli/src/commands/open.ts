import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { embeddedModel } from '@incognita/learn';
import { openBrowser, serveWorkspace } from '@incognita/server';
import { UsageError } from '../errors.js';
import { abortOnInterrupt } from '../interrupt.js';
import { printJson } from '../output.js';
import { namedModel } from '../sources/namedModel.js';

/** Options of `incognita open`. */
export interface OpenCommandOptions {
  readonly port?: number;
  /** False with `--no-browser`. */
  readonly browser: boolean;
  readonly json?: boolean;
  /** ONNX files elsewhere that pictures can be shown to. */
  readonly model?: readonly string[];
}

/** `incognita open`: serves the explorer until Ctrl-C. */
export async function openCommand(folder: string, options: OpenCommandOptions): Promise<void> {
  const dir = embeddedModel(folder)?.dir ?? folder;
  const networks = (options.model ?? []).map((model) => resolve(namedModel(model).path));
  for (const file of networks)
    await access(file).catch((error: Error) => {
      throw new UsageError(`--model: cannot read ${file}: ${error.message}`);
    });
  const interrupt = abortOnInterrupt(() => {});
  const server = await serveWorkspace({ dir, networks, ...(options.port === undefined ? {} : { port: options.port }) });
  try {
    if (options.json) printJson({ url: server.url, workspace: resolve(dir) });
    else process.stdout.write(`The explorer is at ${server.url}\nPress Ctrl-C to stop.\n`);
    if (options.browser) await openBrowser(server.url);
    await untilAborted(interrupt.signal);
  } finally {
    interrupt.release();
    await server.close();
  }
}

/** Resolves when the signal fires. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
