import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { EMBEDDED_MODELS } from '@incognita/learn';

/** An ONNX file that may take pictures. */
export interface NetworkFile {
  readonly name: string;
  /** In the offers: relative to the place, `workspace:model`, `given:N`, or `embedded:NAME`. */
  readonly path: string;
  /** Where it is on the disk; never told to the page. */
  readonly file: string;
  /** It is known to take pictures. */
  readonly known: boolean;
}

/** Files that are listed at most. */
const MOST = 60;

/**
 * ONNX files of a place: the one that its workspace was made from; those in its folder, in the folders in it (but for decoders of text), and in those of its
 * runs; then those that were named when the server was started, then those that come along.
 *
 * @param runs folders of training runs, relative to the place, as in its offers.
 * @param madeFrom the file of the workspace's model, where there is a workspace and the file is found.
 */
export async function listNetworks(
  dir: string,
  {
    runs = [],
    given = [],
    madeFrom = null,
  }: { readonly runs?: readonly string[]; readonly given?: readonly string[]; readonly madeFrom?: string | null } = {},
): Promise<NetworkFile[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const folders = entries
    .filter((e) => e.isDirectory() && !e.name.startsWith('.'))
    .map(({ name }) => `${encodeURIComponent(name)}/`);
  const places = [...new Set(['', ...folders.sort(), ...runs])];
  const here = (await Promise.all(places.map((place) => onnxFiles(dir, place)))).flat().slice(0, MOST);
  const own = madeFrom === null ? [] : [{ name: nameOf(madeFrom), path: 'workspace:model', file: madeFrom, known: false }];
  const named = given.map((file, i) => ({ name: nameOf(file), path: `given:${i}`, file, known: false }));
  const embedded = EMBEDDED_MODELS.map(({ name, path }) => ({ name, path: `embedded:${name}`, file: path, known: true }));
  // The folder of an embedded network may itself be served, and the demo names it.
  const list: NetworkFile[] = [];
  for (const one of [...own, ...here, ...named, ...embedded]) if (!list.some(({ file }) => file === one.file)) list.push(one);
  return list;
}

/** Whether an ONNX file lies in a folder or one in it, so that the folder is a place. */
export async function hasNetworks(dir: string): Promise<boolean> {
  return (await listNetworks(dir)).some(({ path }) => !/^(embedded|given|workspace):/.test(path));
}

async function onnxFiles(dir: string, place: string): Promise<NetworkFile[]> {
  const folder = join(dir, ...place.split('/').map(decodeURIComponent));
  const names = await readdir(folder).catch(() => [] as string[]);
  if (names.includes('tokenizer.json')) return [];
  const files = names.filter((name) => name.endsWith('.onnx') && !name.startsWith('.')).sort();
  const found = await Promise.all(
    files.map(async (name) => {
      const file = join(folder, name);
      const isFile = (await stat(file).catch(() => null))?.isFile() ?? false;
      return isFile ? [{ name: nameOf(file), path: `${place}${encodeURIComponent(name)}`, file, known: false }] : [];
    }),
  );
  return found.flat();
}

/** Files that are called `model.onnx`, as trainers and hubs leave them, are called after their folder. */
function nameOf(file: string): string {
  const name = basename(file, extname(file));
  return name === 'model' ? basename(dirname(file)) || name : name;
}
