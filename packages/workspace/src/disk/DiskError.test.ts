import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readTree, temporaryFolder } from '../testing.js';
import { smallManifest } from '../testing.manifest.js';
import { createWorkspace } from '../workspace.js';
import { DiskError, type DiskErrorCode } from './DiskError.js';
import { type FileSystem, nodeFileSystem } from './fileSystem.js';

/** A disk on which the `after`-th call that may fail does fail with `code`; every later one too, until `mend`. */
function failingDisk(code: string, after: number) {
  let left = after;
  let broken = true;
  const step = () => {
    if (broken && left-- <= 0) throw Object.assign(new Error(`${code}: injected`), { code });
  };
  const fs: FileSystem = {
    ...nodeFileSystem,
    mkdir: (async (...args: Parameters<typeof nodeFileSystem.mkdir>) => {
      step();
      return nodeFileSystem.mkdir(...args);
    }) as typeof nodeFileSystem.mkdir,
    rename: async (...args) => {
      step();
      return nodeFileSystem.rename(...args);
    },
    open: async (...args) => {
      step();
      const handle = await nodeFileSystem.open(...args);
      return new Proxy(handle, {
        get(target, key) {
          const value = Reflect.get(target, key, target);
          if (typeof value !== 'function') return value;
          return (...rest: unknown[]) => {
            if (['writeFile', 'appendFile', 'sync'].includes(String(key))) step();
            return value.apply(target, rest);
          };
        },
      });
    },
  };
  return {
    fs,
    mend() {
      broken = false;
    },
  };
}

async function smallRun(dir: string, fs: FileSystem): Promise<void> {
  const workspace = await createWorkspace(dir, { fs });
  try {
    for (const seed of [1, 2, 3])
      await workspace.stage({ name: 'icons', version: 1, inputs: { seed } }, async (out) => {
        await out.write('a.bin', new Uint8Array(1000).fill(seed));
        await out.write('deep/b.txt', `seed ${seed}`);
      });
    await workspace.writeShared('index.html', '<p>');
    await workspace.writeManifest(smallManifest());
  } finally {
    await workspace.close();
  }
}

async function finalTree(dir: string) {
  const { 'run.jsonl': _log, ...tree } = await readTree(dir);
  return tree;
}

describe('a disk that refuses', () => {
  test('at whatever call it happens, the user is told and the next run ends as an undisturbed one', async () => {
    const calm = await temporaryFolder();
    await smallRun(calm, nodeFileSystem);
    const expected = await finalTree(calm);
    for (let after = 0, failed = true; failed; after += 3) {
      const dir = await temporaryFolder();
      const { fs, mend } = failingDisk('ENOSPC', after);
      const error: unknown = await smallRun(dir, fs).then(
        () => null,
        (reason) => reason,
      );
      failed = error !== null;
      if (failed) {
        expect(error, `call ${after}`).toBeInstanceOf(DiskError);
        expect((error as DiskError).message).toMatch(
          /^Cannot write .*: the disk is full \([\d,]+ bytes free\)\. Free some space and run the same command again: finished stages are kept/,
        );
      }
      mend();
      await smallRun(dir, fs);
      expect(await finalTree(dir), `call ${after}`).toEqual(expected);
    }
  });

  test.each<[DiskErrorCode, string]>([
    ['EDQUOT', 'the disk quota is used up'],
    ['EACCES', 'permission is denied'],
    ['EROFS', 'the disk is read-only'],
    ['EIO', 'the disk reports a hardware error'],
  ])('%s is said in plain words', async (code, words) => {
    const dir = await temporaryFolder();
    const error: DiskError = await smallRun(dir, failingDisk(code, 12).fs).then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(DiskError);
    expect(error).toMatchObject({ code, file: expect.stringContaining(dir), cause: { code } });
    expect(error.message).toContain(words);
  });

  test('other errors pass as they are', async () => {
    await expect(smallRun(await temporaryFolder(), failingDisk('EMFILE', 12).fs)).rejects.toMatchObject({ code: 'EMFILE' });
  });
});

test('a real disk that is full is reported, keeps the finished stages, and the run resumes when there is room', async (context) => {
  const mounted = join(await temporaryFolder(), 'tiny');
  await mkdir(mounted);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', mounted], { stdio: 'ignore' });
  } catch {
    return context.skip('this user may not mount a file system');
  }
  onTestFinished(() => void execFileSync('umount', [mounted]));
  const dir = join(mounted, 'atlas');
  const fill = async (count: number) => {
    const workspace = await createWorkspace(dir);
    const fresh: boolean[] = [];
    try {
      for (let seed = 0; seed < count; seed++) {
        const key = { name: 'big', version: 1, inputs: { seed } };
        fresh.push((await workspace.stage(key, (out) => out.write('a.bin', new Uint8Array(60_000)))).fresh);
      }
    } finally {
      await workspace.close();
    }
    return fresh;
  };
  await expect(fill(10)).rejects.toThrow(/Cannot write .*a\.bin: the disk is full \([\d,]+ bytes free\)/);
  expect(await fill(2)).toEqual([false, false]);
  execFileSync('mount', ['-o', 'remount,size=2m', mounted]);
  const fresh = await fill(10);
  expect(fresh.indexOf(true)).toBeGreaterThanOrEqual(2);
  expect(await fill(10)).toEqual(Array(10).fill(false));
});
