import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { canonicalJson, type Json } from '../canonicalJson.js';
import { onDisk } from '../disk/DiskError.js';
import { makeFolder, syncFolder, writeDurably } from '../disk/durable.js';
import type { FileSystem } from '../disk/fileSystem.js';
import { hasCode } from '../disk/fileSystem.js';
import { WorkspaceError } from '../errors.js';
import { sha256 } from '../sha256.js';
import type { RunLog } from './runLog.js';
import { STAGE_FILE, type StageFile, type StageWriter, stageWriter } from './StageWriter.js';

/** What determines a stage's result. Two stages with equal keys have equal files. */
export interface StageKey {
  /** Names the directory: letters, digits, `-` and `_`. */
  readonly name: string;
  /** Raise it when the code of the stage changes its result. */
  readonly version: number;
  /** Everything else that the result depends on: settings, seeds, hashes of files and of earlier stages. */
  readonly inputs: Json;
}

/** `stage.json` in a finished stage's directory. */
export interface StageRecord extends StageKey {
  readonly files: Readonly<Record<string, StageFile>>;
  readonly value: Json;
}

export interface StageResult<T> {
  /** The first 16 hexadecimal digits of the content address: enough to name it as an input of later stages. */
  readonly hash: string;
  /** `stages/<name>/<hash>`, relative to the workspace. */
  readonly path: string;
  /** False when the stage had been finished by an earlier run. */
  readonly fresh: boolean;
  readonly value: T;
}

/** The content address of a stage: SHA-256 of the canonical JSON of its key, 64 hexadecimal digits. */
export function stageAddress({ name, version, inputs }: StageKey): string {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_-]*$/.test(name))
    throw new WorkspaceError(`"${name}" cannot name a stage. Use letters, digits, "-" and "_", for example "collect".`);
  return sha256(canonicalJson({ name, version, inputs }));
}

interface StageContext {
  fs: FileSystem;
  root: string;
  log: RunLog;
}

/** Runs a stage, or returns the value of the finished one: see {@link Workspace.stage}. */
export async function runStage<T>(
  { fs, root, log }: StageContext,
  key: StageKey,
  produce: (out: StageWriter) => T | Promise<T>,
): Promise<StageResult<T>> {
  const hash = stageAddress(key).slice(0, 16);
  const path = `stages/${key.name}/${hash}`;
  const dir = join(root, 'stages', key.name, hash);
  const { name } = key;
  const found = await readStage(fs, dir, key);
  if (found !== null && 'value' in found) return { hash, path, fresh: false, value: found.value as T };
  if (found !== null) {
    const aside = `${dir}.damaged-${randomBytes(4).toString('hex')}`;
    await onDisk(fs, dir, () => fs.rename(dir, aside));
    await log.append({ event: 'stage-damaged', name, hash, reason: found.damage, movedTo: aside.slice(dirname(dir).length + 1) });
  }
  await log.append({ event: 'stage-start', name, hash });
  const partial = `${dir}.partial-${randomBytes(4).toString('hex')}`;
  await makeFolder(fs, partial);
  try {
    const { writer, finish } = stageWriter(fs, { dir: partial, path });
    const value = (await produce(writer)) ?? null;
    const text = canonicalJson({ name, version: key.version, inputs: key.inputs, files: await finish(), value }) + '\n';
    await writeDurably(fs, join(partial, STAGE_FILE), Buffer.from(text));
    await syncFolder(fs, partial);
    await onDisk(fs, dir, () => fs.rename(partial, dir));
    await syncFolder(fs, dirname(dir));
    await log.append({ event: 'stage-done', name, hash });
    return { hash, path, fresh: true, value: (JSON.parse(text) as StageRecord).value as T };
  } catch (error) {
    await fs.rm(partial, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

/** The record of a finished stage; null when there is none; what is wrong with it when it is damaged. */
async function readStage(fs: FileSystem, dir: string, key: StageKey): Promise<StageRecord | { damage: string } | null> {
  let text: string;
  try {
    text = await fs.readFile(join(dir, STAGE_FILE), 'utf8');
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) throw error;
    return (await exists(fs, dir)) ? { damage: `${STAGE_FILE} is missing` } : null;
  }
  const record = parseRecord(text);
  if (record === null) return { damage: `${STAGE_FILE} is not a stage's record` };
  const { name, version, inputs } = record;
  if (canonicalJson({ name, version, inputs }) !== canonicalJson({ name: key.name, version: key.version, inputs: key.inputs }))
    return { damage: `${STAGE_FILE} belongs to another stage` };
  for (const [file, { bytes }] of Object.entries(record.files)) {
    const found = await sizeOf(fs, join(dir, ...file.split('/')));
    if (found !== bytes) return { damage: `${file} has ${found ?? 'no'} bytes instead of ${bytes}` };
  }
  return record;
}

function parseRecord(text: string): StageRecord | null {
  try {
    const record = JSON.parse(text) as StageRecord;
    const whole = typeof record.name === 'string' && typeof record.version === 'number' && record.value !== undefined;
    return whole && Object.values(record.files).every(({ bytes }) => Number.isInteger(bytes)) ? record : null;
  } catch {
    return null;
  }
}

async function sizeOf(fs: FileSystem, file: string): Promise<number | null> {
  try {
    return (await fs.stat(file)).size;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

async function exists(fs: FileSystem, path: string): Promise<boolean> {
  try {
    await fs.lstat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
