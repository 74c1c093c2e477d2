import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

/** What tells one process from every other, also from a later one that was given the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly hostname: string;
  /** When the process began, in whatever words the system has for it; null where it has none. */
  readonly started: string | null;
}

/** The identity of this process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  return { pid: process.pid, hostname: hostname(), started: await startOf(process.pid) };
}

/** Does the process still run? `unknown` for a process of another machine. */
export async function isAlive(identity: ProcessIdentity): Promise<'yes' | 'no' | 'unknown'> {
  if (identity.hostname !== hostname()) return 'unknown';
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'no';
  }
  const started = await startOf(identity.pid);
  return started !== null && identity.started !== null && started !== identity.started ? 'no' : 'yes';
}

/** On Linux the boot and the clock tick of the start (proc(5), `/proc/[pid]/stat` field 22); elsewhere what `ps` prints. */
async function startOf(pid: number): Promise<string | null> {
  try {
    if (process.platform === 'linux') {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return `${boot.trim()}:${fields[19]}`;
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
