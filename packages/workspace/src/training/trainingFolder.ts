import { resolve as absolutePath, join } from 'node:path';
import { canonicalJson } from '../canonicalJson.js';
import { onDisk } from '../disk/DiskError.js';
import { makeFolder, writeAtomically } from '../disk/durable.js';
import { type FileSystem, nodeFileSystem } from '../disk/fileSystem.js';
import { type LineLog, openLineLog } from '../disk/lineLog.js';
import { WorkspaceError } from '../errors.js';
import { LOCK_FILE, takeLock } from '../lock/lock.js';
import { encodeSafetensors, type SafetensorsInput } from '../schema/encodeSafetensors.js';
import type { SafetensorsFile } from '../schema/safetensors.js';
import type { MetricsLine, TrainingIcons, TrainingRun } from '../schema/training.js';
import { listFolder, readIfThere, refuseForeign, removeTemporary } from './folderFiles.js';
import { iconsOf, readTensors } from './readable.js';
import { METRICS_FILE, readMetrics } from './readTrainingRun.js';
import { parseRun, RUN_FILE } from './runFile.js';

const CHECKPOINTS = 'checkpoints';
const KERNELS = 'kernels';
const ICONS = 'icons';
const ICONS_FILE = join(ICONS, 'index.json');
const KEPT_CHECKPOINTS = 2;
/** Made when a run ends. */
const PRODUCTS = ['model.onnx', 'labels.json', 'tokenizer.json', 'tokenizer_config.json', 'card.md'] as const;
const OWN: readonly string[] = [
  RUN_FILE,
  METRICS_FILE,
  CHECKPOINTS,
  KERNELS,
  ICONS,
  LOCK_FILE,
  'index.html',
  'explorer',
  ...PRODUCTS,
];

/** Tensors of a checkpoint with the text that belongs to them. */
export interface SavedTensors {
  readonly tensors: Readonly<Record<string, SafetensorsInput>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The folder of one training run, open for writing: see docs/training.md. Every file is replaced in one step. */
export interface TrainingFolder {
  /** Absolute path. */
  readonly dir: string;
  /** `run.json`, checked; null before the first was written. */
  readRun(): Promise<TrainingRun | null>;
  writeRun(run: TrainingRun): Promise<void>;
  /** The newest checkpoint that can be read whole, with its step. */
  lastCheckpoint(): Promise<{ readonly step: number; readonly file: SafetensorsFile } | null>;
  /** Writes a checkpoint, then removes all but the last two. */
  writeCheckpoint(step: number, saved: SavedTensors): Promise<void>;
  /** The best weights until now, beside the checkpoints; null where there are none. */
  readBest(): Promise<SafetensorsFile | null>;
  writeBest(saved: SavedTensors): Promise<void>;
  /** The first layer's kernels of a step; all are kept. */
  writeKernels(step: number, saved: SavedTensors): Promise<void>;
  /** What optimised images there are; null where there are none, or the file is damaged. */
  readIcons(): Promise<TrainingIcons | null>;
  /** Writes the picture of the last step that `icons` lists, then the list. */
  writeIcons(icons: TrainingIcons, sheet: Uint8Array): Promise<void>;
  /** Cuts the metrics after a step, from which the run goes on; must come before {@link TrainingFolder.appendMetrics}. */
  cutMetrics(step: number): Promise<void>;
  appendMetrics(line: MetricsLine): Promise<void>;
  /** All metrics, checked. @throws WorkspaceError naming the line that is damaged. */
  readMetrics(): Promise<MetricsLine[]>;
  /** Writes what the run was for. */
  writeProduct(name: (typeof PRODUCTS)[number], data: Uint8Array | string): Promise<void>;
  /** Writes a file of the explorer, `index.html` or one below `explorer/`, unless it has these bytes already. */
  writeShared(path: string, data: Uint8Array | string): Promise<void>;
  /** Removes a file that {@link TrainingFolder.writeShared} wrote. */
  removeShared(path: string): Promise<void>;
  /** Removes everything that a run left here. */
  clear(): Promise<void>;
  /** Waits for what is being written and gives the lock back. */
  close(): Promise<void>;
}

/**
 * Opens the folder of a training run for writing; makes it when it is absent.
 *
 * @throws WorkspaceError when the folder holds something else, WorkspaceLockedError while another process trains there, DiskError.
 * @example const folder = await openTrainingFolder('runs/alexnet');
 */
export async function openTrainingFolder(
  dir: string,
  { fs = nodeFileSystem }: { fs?: FileSystem } = {},
): Promise<TrainingFolder> {
  const root = absolutePath(dir);
  const checkpoints = join(root, CHECKPOINTS);
  await refuseForeign(fs, root, { own: OWN, mark: RUN_FILE, what: 'a training run' });
  await makeFolder(fs, root);
  const lock = await takeLock(fs, root);
  let metrics: LineLog | null = null;
  const write = (file: string, data: Uint8Array | string): Promise<void> =>
    writeAtomically(fs, { root, file: join(root, file), data: Buffer.from(data) });
  const writeTensors = (file: string, { tensors, metadata }: SavedTensors): Promise<void> =>
    write(file, encodeSafetensors(tensors, { metadata }));
  const closeMetrics = async (): Promise<void> => {
    await metrics?.close();
    metrics = null;
  };
  /** Steps of the checkpoints, the newest first. */
  const stepsSaved = async (): Promise<number[]> =>
    (await listFolder(fs, checkpoints))
      .flatMap((name) => /^(\d{8,})\.safetensors$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => b - a);
  try {
    await removeTemporary(fs, root);
  } catch (error) {
    await lock.release();
    throw error;
  }

  return {
    dir: root,
    async readRun() {
      const text = await readIfThere(fs, join(root, RUN_FILE));
      return text === null ? null : parseRun(text.toString('utf8'), join(root, RUN_FILE));
    },
    writeRun: (run) => write(RUN_FILE, `${JSON.stringify(run, null, 2)}\n`),
    async lastCheckpoint() {
      for (const step of await stepsSaved()) {
        const file = await readTensors(fs, join(checkpoints, stepName(step)));
        if (file !== null) return { step, file };
      }
      return null;
    },
    async writeCheckpoint(step, saved) {
      await writeTensors(join(CHECKPOINTS, stepName(step)), saved);
      for (const old of (await stepsSaved()).slice(KEPT_CHECKPOINTS))
        await fs.rm(join(checkpoints, stepName(old)), { force: true });
    },
    readBest: () => readTensors(fs, join(checkpoints, 'best.safetensors')),
    writeBest: (saved) => writeTensors(join(CHECKPOINTS, 'best.safetensors'), saved),
    writeKernels: (step, saved) => writeTensors(join(KERNELS, stepName(step)), saved),
    async readIcons() {
      const text = await readIfThere(fs, join(root, ICONS_FILE));
      return text === null ? null : iconsOf(text.toString('utf8'));
    },
    async writeIcons(icons, sheet) {
      await write(join(ICONS, icons.steps.at(-1)!.file), sheet);
      await write(ICONS_FILE, `${JSON.stringify(icons)}\n`);
    },
    async cutMetrics(step) {
      await closeMetrics();
      const text = (await readIfThere(fs, join(root, METRICS_FILE)))?.toString('utf8') ?? '';
      const lines = text.split('\n').slice(0, -1);
      const kept = lines.filter((line) => (stepOf(line) ?? Infinity) <= step);
      if (kept.length < lines.length) await write(METRICS_FILE, kept.map((line) => `${line}\n`).join(''));
      metrics = await openLineLog(fs, join(root, METRICS_FILE));
    },
    async appendMetrics(line) {
      if (metrics === null) throw new WorkspaceError(`${root} is closed, or its metrics were not opened with cutMetrics.`);
      await metrics.append(canonicalJson(line));
    },
    readMetrics: () => readMetrics(fs, root),
    writeProduct: write,
    async writeShared(path, data) {
      const bytes = Buffer.from(data);
      const file = explorerFile(root, path);
      if (!(await readIfThere(fs, file))?.equals(bytes)) await write(path, bytes);
    },
    removeShared: (path) => fs.rm(explorerFile(root, path), { force: true }),
    async clear() {
      await closeMetrics();
      for (const name of OWN)
        if (name !== LOCK_FILE)
          await onDisk(fs, join(root, name), () => fs.rm(join(root, name), { force: true, recursive: true }));
    },
    async close() {
      await closeMetrics();
      await lock.release();
    },
  };
}

function stepName(step: number): string {
  return `${String(step).padStart(8, '0')}.safetensors`;
}

function stepOf(line: string): number | null {
  try {
    return (JSON.parse(line) as { step: number }).step;
  } catch {
    return null;
  }
}

function explorerFile(root: string, path: string): string {
  if (path !== 'index.html' && !/^explorer(\/(?!\.)[^/\\]+)+$/.test(path))
    throw new WorkspaceError(`"${path}" is no file of the explorer.`);
  return join(root, path);
}
