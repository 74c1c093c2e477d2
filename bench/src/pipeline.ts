import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AtlasResult, buildAtlas } from '@incognita/atlas';
import { imageInput } from '@incognita/onnx';
import { loadModelSource, sessionSource, WorkerPool } from '@incognita/runtime';
import { createWorkspace, scanPictures } from '@incognita/workspace';
import { pipelineInput } from './models.js';
import { normals } from './noise.js';
import type { Table } from './table.js';
import type { TimeArgs } from './time.task.js';

const count = 200;
const workers = 2;

/** Pictures collected a second against the raw forward pass, and icons a second, on a trained network and photographs. */
export async function benchPipeline(): Promise<Table[]> {
  const input = pipelineInput();
  if (input === null) return [];
  const folder = await mkdtemp(join(tmpdir(), 'incognita-bench-'));
  try {
    const pictures = join(folder, 'pictures');
    await mkdir(pictures);
    const scan = await scanPictures(input.picturesDir);
    for (const { path, file } of scan.pictures.slice(0, count)) await symlink(path, join(pictures, file.replaceAll('/', '-')));
    const raw = await rawForward(input.modelPath);
    const plain = await atlas(join(folder, 'a'), input.modelPath, pictures, input.layer, { icons: 'none' });
    const iconed = await atlas(join(folder, 'b'), input.modelPath, pictures, input.layer, { icons: 32 });
    const collected = count / plain.layers[0]!.seconds.collect;
    const { icons, seconds } = iconed.layers[0]!;
    return [
      {
        title: `Collecting activations (SqueezeNet 1.1 at 224 px, ${count} photographs, ${workers} workers)`,
        header: ['', 'pictures / s'],
        rows: [
          ['raw forward pass, batch 8', raw.toFixed(1)],
          ['decode, resize, forward pass, sample, store', collected.toFixed(1)],
          ['ratio', (collected / raw).toFixed(2)],
        ],
      },
      {
        title: `Icons (SqueezeNet 1.1, fire8, ${workers} workers)`,
        header: ['', 'icons', 'seconds', 'icons / s'],
        rows: [['default preset, coarse to fine', String(icons), seconds.icons.toFixed(1), (icons / seconds.icons).toFixed(2)]],
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function atlas(
  dir: string,
  modelPath: string,
  picturesDir: string,
  layer: string,
  { icons }: { icons: 'none' | number },
): Promise<AtlasResult> {
  const workspace = await createWorkspace(dir);
  const pool = new WorkerPool({ workers });
  try {
    return await buildAtlas(
      { modelPath, picturesDir, layers: [layer], grids: [10, 20], icons, seed: 1, activations: 4000 },
      { workspace, pool },
    );
  } finally {
    await pool.dispose();
    await workspace.close();
  }
}

/** Pictures a second through the whole network, nothing else. */
async function rawForward(modelPath: string): Promise<number> {
  const source = await loadModelSource(modelPath, { weights: 'map' });
  const feeds = {
    [imageInput(source.model).name]: { dtype: 'float32', dims: [8, 3, 224, 224], data: normals(1, 8 * 3 * 224 * 224) } as const,
  };
  const pool = new WorkerPool({ workers });
  const args: TimeArgs = { sessions: [{ source: sessionSource(source), feeds }], rounds: 12 };
  const task = { module: new URL('./time.task.js', import.meta.url).href, export: 'timeSessions' };
  const each = await Promise.all(Array.from({ length: workers }, () => pool.run<TimeArgs, number[]>(task, args)));
  await pool.dispose();
  return each.reduce((sum, [ms]) => sum + 8000 / ms!, 0);
}
