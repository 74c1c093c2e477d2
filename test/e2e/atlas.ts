import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { incognita } from '../command.ts';
import { writeTinyNet } from '../tinyNet.ts';
import { drawPictures } from './pictures.ts';

const SETTINGS = '--activations 1500 --grid 6 --grid 12 --grid 24 --icons 12 --steps 12 --workers 2 --preprocessing zeroToOne';

export interface MadeAtlas {
  /** A temporary folder that holds everything; the caller removes it. */
  readonly root: string;
  readonly workspace: string;
}

/** Makes an atlas as a user does: pictures in folders, an ONNX file with names of its classes beside it, and the command. */
export async function makeAtlas(): Promise<MadeAtlas> {
  const root = await mkdtemp(join(tmpdir(), 'incognita-e2e-'));
  const pictures = join(root, 'pictures');
  const workspace = join(root, 'workspace');
  await drawPictures({ dir: pictures, perLabel: 7, sizePx: 64, seed: 7 });
  const model = join(root, 'tiny.onnx');
  await writeTinyNet(model, 48);
  await writeFile(join(root, 'tiny-labels.json'), JSON.stringify(await readdir(pictures)));
  const { code, stderr } = await incognita(['atlas', model, pictures, ...SETTINGS.split(' '), '--out', workspace]);
  if (code !== 0) throw new Error(`incognita atlas: exit ${code}\n${stderr}`);
  return { root, workspace };
}
