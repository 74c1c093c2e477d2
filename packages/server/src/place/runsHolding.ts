import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Holding } from './holding.js';

const FILES = ['run.json', 'metrics.jsonl', 'card.md', 'labels.json', 'tokenizer.json', 'tokenizer_config.json', 'model.onnx'];
const STEPS: Readonly<Record<string, RegExp>> = {
  kernels: /^\d{8,}\.safetensors$/,
  icons: /^(\d{8,}\.webp|index\.json)$/,
};

/** Training runs: the folder itself is one, or folders in it are; null where there is none. */
export async function runsHolding(dir: string): Promise<Holding | null> {
  if ((await listRuns(dir)).length === 0) return null;
  return {
    offers: async () => ({ runs: await listRuns(dir) }),
    async cachePolicy(parts) {
      const inRun = isOfRun(parts) ? '' : isOfRun(parts.slice(1)) ? parts[0]! : null;
      return inRun !== null && (await isRun(join(dir, inRun))) ? 'revalidate' : null;
    },
  };
}

function isOfRun(parts: readonly string[]): boolean {
  if (parts.length === 1) return FILES.includes(parts[0]!);
  return parts.length === 2 && STEPS[parts[0]!]?.test(parts[1]!) === true;
}

async function listRuns(dir: string): Promise<{ name: string; path: string }[]> {
  if (await isRun(dir)) return [{ name: '', path: '' }];
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((e) => e.isDirectory() && !e.name.startsWith('.'));
  const found = await Promise.all(folders.map(async ({ name }) => ((await isRun(join(dir, name))) ? [name] : [])));
  return found.flat().map((name) => ({ name, path: `${encodeURIComponent(name)}/` }));
}

async function isRun(dir: string): Promise<boolean> {
  return (await stat(join(dir, 'run.json')).catch(() => null))?.isFile() ?? false;
}
