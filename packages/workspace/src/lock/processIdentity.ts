import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

/** What tells one process from every other, also from a later one that was given the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly hostname: string;
  /** When the process began, in whatever words the system has for it; null where it has none. */
  readonly started: string | null;
  /** On Linux the running of the machine and the space of process numbers (container) that `pid` belongs to, else null. */
  readonly space: ProcessSpace | null;
}

interface ProcessSpace {
  readonly boot: string;
  readonly pidNamespace: string;
}

/** The identity of this process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  return { pid: process.pid, hostname: hostname(), started: await startOf(process.pid), space: await ownSpace() };
}

/** Does the process still run? `unknown` for a process of another machine or container, whose processes we do not see. */
export async function isAlive(identity: ProcessIdentity): Promise<'yes' | 'no' | 'unknown'> {
  if (identity.hostname !== hostname()) return 'unknown';
  const space = await ownSpace();
  if (space !== null && identity.space !== null) {
    if (identity.space.boot !== space.boot) return 'no';
    if (identity.space.pidNamespace !== space.pidNamespace) return 'unknown';
  }
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'no';
  }
  const started = await startOf(identity.pid);
  return started !== null && identity.started !== null && started !== identity.started ? 'no' : 'yes';
}

/** On Linux the clock tick of the start (proc(5), `/proc/[pid]/stat` field 22); elsewhere what `ps` prints. */
async function startOf(pid: number): Promise<string | null> {
  try {
    if (process.platform === 'linux') {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
    }
    if (process.platform === 'win32') return null;
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C' },
    });
    return stdout.trim() || null;
  } catch {
    return null;
  }
}

/** Null where the system has no such thing. */
async function ownSpace(): Promise<ProcessSpace | null> {
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    return { boot, pidNamespace: await readlink('/proc/self/ns/pid') };
  } catch {
    return null;
  }
}
