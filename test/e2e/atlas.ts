import { spawn } from 'node:child_process';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawPictures } from './pictures.ts';
import { writeTinyNetwork } from './tinyNetwork.ts';

const COMMAND = fileURLToPath(new URL('../../packages/cli/bin/incognita.js', import.meta.url));
const SEED = 7;

export interface MadeAtlas {
  /** A temporary folder that holds everything; the caller removes it. */
  readonly root: string;
  readonly workspace: string;
}

/** Makes an atlas as a user does: pictures in folders, an ONNX file, and the command. */
export async function makeAtlas(): Promise<MadeAtlas> {
  const root = await mkdtemp(join(tmpdir(), 'incognita-e2e-'));
  const pictures = join(root, 'pictures');
  const workspace = join(root, 'workspace');
  await drawPictures({ dir: pictures, perLabel: 7, sizePx: 64, seed: SEED });
  const model = await writeTinyNetwork({ dir: root, classNames: await readdir(pictures), seed: SEED });
  const sizes = [
    '--activations',
    '1500',
    '--grid',
    '6',
    '--grid',
    '12',
    '--grid',
    '24',
    '--icons',
    '12',
    '--steps',
    '12',
    '--workers',
    '2',
  ];
  await incognita(['atlas', model, pictures, ...sizes, '--preprocessing', 'zeroToOne', '--out', workspace, '--json']);
  return { root, workspace };
}

function incognita(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`incognita ${args.join(' ')}: exit ${code}\n${said}`)),
    );
  });
}
