import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeAtomically } from '../disk/durable.js';
import type { FileSystem } from '../disk/fileSystem.js';
import { hasCode } from '../disk/fileSystem.js';
import { WorkspaceLockedError } from '../errors.js';
import { sha256 } from '../sha256.js';
import { isAlive, ownIdentity, type ProcessIdentity } from './processIdentity.js';
import { publishExclusively } from './publish.js';

/** Name of the lock file at the root of a workspace; claims on the lock of a dead process begin with it too. */
export const LOCK_FILE = 'lock';
const CLAIM_PREFIX = `${LOCK_FILE}.takeover-`;

interface LockRecord extends ProcessIdentity {
  /** Names this one holding of the lock. */
  readonly nonce: string;
}

/** The exclusive right to write to a workspace. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes the lock of the folder. A lock whose process is dead is taken over; of several processes that try to at once exactly
 * one succeeds. @throws WorkspaceLockedError when a living process, or one of another machine, holds it.
 *
 * How the takeover is safe: the successor of holding N must create `lock.takeover-N`, which succeeds once. It then looks
 * whether `lock` still is N: nobody else may replace N while this claim exists, so replacing it by rename is its own right.
 * If the claimant died as well, its claim is succeeded to in the same way.
 */
export async function takeLock(fs: FileSystem, dir: string): Promise<Lock> {
  const file = join(dir, LOCK_FILE);
  const own: LockRecord = { ...(await ownIdentity()), nonce: randomUUID() };
  const content = JSON.stringify(own) + '\n';
  while (!(await publishExclusively(fs, file, content))) {
    const holder = await readRecord(fs, file);
    if (holder === null) continue;
    await refuseUnlessDead(holder, file);
    if (await succeed(fs, { dir, file, stale: holder, content })) break;
    await sleep(10);
  }
  await sweepClaims(fs, dir);
  return {
    async release() {
      if ((await readRecord(fs, file))?.nonce === own.nonce) await fs.rm(file, { force: true });
    },
  };
}

interface Succession {
  dir: string;
  file: string;
  stale: LockRecord;
  content: string;
}

/** Claims the succession of `stale` and replaces the lock; false when somebody else was faster. */
async function succeed(fs: FileSystem, { dir, file, stale, content }: Succession): Promise<boolean> {
  let predecessor = stale;
  for (;;) {
    const claim = join(dir, CLAIM_PREFIX + predecessor.nonce);
    if (await publishExclusively(fs, claim, content)) {
      if ((await readRecord(fs, file))?.nonce !== stale.nonce) {
        await fs.rm(claim, { force: true });
        return false;
      }
      await writeAtomically(fs, { root: dir, file, data: Buffer.from(content) });
      return true;
    }
    const claimant = await readRecord(fs, claim);
    if (claimant === null) return false;
    await refuseUnlessDead(claimant, file);
    predecessor = claimant;
  }
}

async function sweepClaims(fs: FileSystem, dir: string): Promise<void> {
  for (const name of await fs.readdir(dir)) if (name.startsWith(CLAIM_PREFIX)) await fs.rm(join(dir, name), { force: true });
}

/** The record in a lock file, or null when the file is gone. A record that a crash of the machine has torn counts as dead. */
async function readRecord(fs: FileSystem, file: string): Promise<LockRecord | null> {
  for (let attempt = 0; ; attempt++) {
    const text = await readIfThere(fs, file);
    if (text === null) return null;
    const record = parseRecord(text);
    if (record !== null) return record;
    // On a disk without hard links the holder may be about to write it: give it a second.
    if (attempt === 20)
      return { pid: 0, hostname: (await ownIdentity()).hostname, started: null, space: null, nonce: sha256(text).slice(0, 32) };
    await sleep(50);
  }
}

async function readIfThere(fs: FileSystem, file: string): Promise<string | null> {
  try {
    return await fs.readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function parseRecord(text: string): LockRecord | null {
  try {
    const { pid, hostname, started, space, nonce } = JSON.parse(text) as Partial<LockRecord>;
    const whole = Number.isInteger(pid) && typeof hostname === 'string' && /^[0-9a-f-]{32,36}$/.test(nonce ?? '');
    return whole ? ({ pid, hostname, started: started ?? null, space: space ?? null, nonce } as LockRecord) : null;
  } catch {
    return null;
  }
}

async function refuseUnlessDead(holder: LockRecord, file: string): Promise<void> {
  if (holder.pid === 0) return;
  const alive = await isAlive(holder);
  if (alive === 'no') return;
  const { pid, hostname } = holder;
  throw new WorkspaceLockedError(
    alive === 'unknown'
      ? `Process ${pid} on the machine or in the container "${hostname}" holds the lock of this workspace (${file}). If it no longer runs there, delete that file and try again.`
      : `Process ${pid}${pid === process.pid ? ' (this one)' : ''} is writing to this workspace (${file}). Wait until it has finished, stop it, or choose another folder.`,
    { pid, hostname },
  );
}
