import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Offers } from '@incognita/workspace';
import type { Holding } from './holding.js';

const FILES = ['run.json', 'metrics.jsonl', 'card.md', 'labels.json', 'tokenizer.json', 'tokenizer_config.json', 'model.onnx'];
const STEPS: Readonly<Record<string, RegExp>> = {
  kernels: /^\d{8,}\.safetensors$/,
  icons: /^(\d{8,}\.webp|index\.json)$/,
};
/** What a study calls itself; its runs lie in `runs/` beside it. */
const STUDIES = { sweep: 'sweep.json', lineage: 'lineage.json' } as const;

type Found = Pick<Offers, 'runs' | 'studies'>;

/** Training runs, sweeps and lineages: the folder itself is one, or folders in it are; null where there is none. */
export async function runsHolding(dir: string): Promise<Holding | null> {
  const { runs, studies } = await findRuns(dir);
  if (runs.length + studies.length === 0) return null;
  return {
    offers: () => findRuns(dir),
    async cachePolicy(parts) {
      const file = parts.at(-1)!;
      if (Object.values<string>(STUDIES).includes(file)) return parts.length <= 2 ? 'revalidate' : null;
      const length = STEPS[parts.at(-2) ?? ''] ? 2 : 1;
      const [folder, inside] = [parts.slice(0, -length), parts.slice(-length)];
      const known = length === 1 ? FILES.includes(file) : STEPS[inside[0]!]!.test(file);
      return known && folder.length <= 3 && (await isFile(join(dir, ...folder, 'run.json'))) ? 'revalidate' : null;
    },
  };
}

/** Looks at the folder, then at those in it, and of those that are studies at their runs. */
async function findRuns(dir: string): Promise<Found> {
  const here = await lookAt(dir, []);
  if (here.runs.length + here.studies.length > 0) return here;
  return joined(await Promise.all((await foldersIn(dir)).map((name) => lookAt(dir, [name]))));
}

async function lookAt(dir: string, parts: readonly string[]): Promise<Found> {
  const folder = join(dir, ...parts);
  const name = parts.filter((part, i) => !(part === 'runs' && i === parts.length - 2)).join(' / ');
  const path = parts.map((part) => `${encodeURIComponent(part)}/`).join('');
  if (await isFile(join(folder, 'run.json'))) return { runs: [{ name, path }], studies: [] };
  for (const kind of ['sweep', 'lineage'] as const) {
    if (!(await isFile(join(folder, STUDIES[kind])))) continue;
    const names = await foldersIn(join(folder, 'runs'));
    const runs = await Promise.all(names.map((run) => lookAt(dir, [...parts, 'runs', run])));
    return joined([{ runs: [], studies: [{ kind, name, path }] }, ...runs]);
  }
  return { runs: [], studies: [] };
}

function joined(found: readonly Found[]): Found {
  return { runs: found.flatMap(({ runs }) => runs), studies: found.flatMap(({ studies }) => studies) };
}

async function foldersIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries.flatMap((entry) => (entry.isDirectory() && !entry.name.startsWith('.') ? [entry.name] : [])).sort();
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}
