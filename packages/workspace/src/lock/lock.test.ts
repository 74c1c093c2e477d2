import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeFileSystem } from '../disk/fileSystem.js';
import { WorkspaceLockedError } from '../errors.js';
import { temporaryFolder } from '../testing.js';
import { createWorkspace, openWorkspace } from '../workspace.js';
import { takeLock } from './lock.js';
import { isAlive, ownIdentity } from './processIdentity.js';

const DEAD = 2 ** 22 + 1; // above the largest pid_max of Linux

const record = (changes: object) =>
  JSON.stringify({ pid: DEAD, hostname: hostname(), started: null, nonce: '00000000-0000-4000-8000-000000000000', ...changes });

/** A process that opens the workspace, prints one line about it and waits for its input to end. */
async function contender(dir: string) {
  const source = `
    import { createWorkspace } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
    try { await createWorkspace(${JSON.stringify(dir)}); console.log('holds'); } catch (error) { console.log(error.name); }
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { child, outcome: String(line).trim() };
}

describe('the lock', () => {
  test('a second writer is told which process holds it, and readers do not need it', async () => {
    const dir = await temporaryFolder();
    const workspace = await createWorkspace(dir);
    const { child, outcome } = await contender(dir);
    expect(outcome).toBe('WorkspaceLockedError');
    child.stdin.end();
    await expect(createWorkspace(dir)).rejects.toThrow(
      `Process ${process.pid} (this one) is writing to this workspace (${join(dir, 'lock')}). Wait until it has finished, stop it, or choose another folder.`,
    );
    await openWorkspace(dir, { write: false });
    await workspace.close();
    await (await createWorkspace(dir)).close();
    expect(await readdir(dir)).toEqual(['run.jsonl', 'stages']);
  });

  test('a killed process loses it at once', async () => {
    const dir = await temporaryFolder();
    const { child, outcome } = await contender(dir);
    expect(outcome).toBe('holds');
    await expect(createWorkspace(dir)).rejects.toThrow(`Process ${child.pid} is writing`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await createWorkspace(dir)).close();
  });

  test('of many processes that find a dead lock exactly one takes it over', async () => {
    const dir = await temporaryFolder();
    await mkdir(join(dir, 'stages'));
    await writeFile(join(dir, 'lock'), record({}));
    const contenders = await Promise.all(Array.from({ length: 5 }, () => contender(dir)));
    expect(contenders.map(({ outcome }) => outcome).sort()).toEqual([...Array(4).fill('WorkspaceLockedError'), 'holds']);
    for (const { child } of contenders) child.stdin.end();
  });

  test('of many attempts within one process, over many rounds, exactly one takes a dead lock over', async () => {
    for (let round = 0; round < 30; round++) {
      const dir = await temporaryFolder();
      await writeFile(join(dir, 'lock'), record({}));
      if (round % 2 === 1)
        await writeFile(join(dir, 'lock.takeover-00000000-0000-4000-8000-000000000000'), record({ nonce: 'f'.repeat(32) }));
      const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(nodeFileSystem, dir)));
      const refusals = attempts
        .filter(({ status }) => status === 'rejected')
        .map((attempt) => (attempt as PromiseRejectedResult).reason);
      for (const reason of refusals) expect(reason).toBeInstanceOf(WorkspaceLockedError);
      expect(refusals.length).toBe(7);
      expect(JSON.parse(await readFile(join(dir, 'lock'), 'utf8')).pid).toBe(process.pid);
    }
  });

  test('a process number that has been given to a later process does not hold it', async () => {
    const dir = await temporaryFolder();
    const own = await ownIdentity();
    await writeFile(join(dir, 'lock'), record({ pid: process.pid, started: `${own.started}-earlier` }));
    await (await createWorkspace(dir)).close();
  });

  test('a process of another machine holds it until the user says otherwise', async () => {
    const dir = await temporaryFolder();
    await writeFile(join(dir, 'lock'), record({ hostname: 'elsewhere' }));
    await expect(createWorkspace(dir)).rejects.toThrow(
      /on the machine or in the container "elsewhere" holds the lock.*If it no longer runs there, delete that file/,
    );
  });

  test('a process of another container holds it; one from before the machine was started again does not', async (context) => {
    const { space } = await ownIdentity();
    if (space === null) return context.skip('this system has no containers');
    const dir = await temporaryFolder();
    await writeFile(join(dir, 'lock'), record({ space: { ...space, pidNamespace: 'pid:[1]' } }));
    await expect(createWorkspace(dir)).rejects.toThrow('in the container');
    await writeFile(join(dir, 'lock'), record({ pid: process.pid, space: { ...space, boot: 'earlier' } }));
    await (await createWorkspace(dir)).close();
  });

  test.each(['', '{"pid":', 'null', '{"pid":1.5}'])('a lock that a crash has torn (%j) is taken over', async (content) => {
    const dir = await temporaryFolder();
    await writeFile(join(dir, 'lock'), content);
    const lock = await takeLock(nodeFileSystem, dir);
    expect(JSON.parse(await readFile(join(dir, 'lock'), 'utf8')).pid).toBe(process.pid);
    await lock.release();
    expect(await readdir(dir)).toEqual([]);
  });

  test('a disk without hard links has locks too', async () => {
    const dir = await temporaryFolder();
    const withoutLinks = {
      ...nodeFileSystem,
      link: () => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' })),
    } as unknown as typeof nodeFileSystem;
    const attempts = await Promise.allSettled(Array.from({ length: 4 }, () => takeLock(withoutLinks, dir)));
    expect(attempts.filter(({ status }) => status === 'fulfilled').length).toBe(1);
  });

  test('a temporary file that is swept away while the lock is being taken is made again', async () => {
    const dir = await temporaryFolder();
    let failures = 2;
    const swept = {
      ...nodeFileSystem,
      link: async (from: string, to: string) => {
        if (failures-- > 0) await nodeFileSystem.unlink(from);
        return link(from, to);
      },
    } as typeof nodeFileSystem;
    await (await takeLock(swept, dir)).release();
  });
});

test('a process knows itself to be alive, and an absent one to be dead', async () => {
  const own = await ownIdentity();
  expect(await isAlive(own)).toBe('yes');
  expect(await isAlive({ ...own, pid: DEAD })).toBe('no');
  expect(await isAlive({ ...own, hostname: 'elsewhere' })).toBe('unknown');
});
