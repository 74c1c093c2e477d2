import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readEvents, readTree, temporaryFolder } from '../testing.js';

/** A run of forty stages of several files each, shared files and manifests, as a process of its own. */
function startRun(dir: string) {
  const source = `
    import { createWorkspace } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
    import { smallManifest } from ${JSON.stringify(new URL('../../dist/testing.manifest.js', import.meta.url).href)};
    const workspace = await createWorkspace(${JSON.stringify(dir)});
    console.log('begun');
    let upstream = 'none';
    for (let n = 0; n < 40; n++) {
      const { hash } = await workspace.stage({ name: n % 4 === 0 ? 'collect' : 'icons', version: 1, inputs: { n, upstream } }, async (out) => {
        for (let file = 0; file < 3; file++) await out.write('part/' + file + '.bin', new Uint8Array(20000 * (file + 1)).fill(n));
        return { n };
      });
      upstream = hash;
      await workspace.writeManifest(smallManifest({ seed: n, complete: n === 39 }));
      if (n % 10 === 0) await workspace.writeShared('explorer/' + n + '.js', 'export default ' + n);
    }
    await workspace.close();`;
  return spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function finish(dir: string): Promise<void> {
  const child = startRun(dir);
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
}

async function finishedStages(dir: string): Promise<string[]> {
  const stages = await readdir(join(dir, 'stages'), { recursive: true }).catch(() => []);
  return stages.filter((path) => /^[^/\\]+[/\\][0-9a-f]{16}$/.test(path)).map((path) => path.slice(-16));
}

async function treeWithoutLog(dir: string) {
  const { 'run.jsonl': _log, ...tree } = await readTree(dir);
  return tree;
}

/** Marsaglia's xorshift32: numbers from 0 to 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Was any stage begun again behind its end, or ended twice? */
async function expectNothingRepeated(dir: string, finishedBefore: string[][]): Promise<void> {
  const events = await readEvents(dir);
  expect(events.filter(({ event }) => event === 'stage-damaged')).toEqual([]);
  for (const hash of await finishedStages(dir)) {
    const own = events.filter((event) => event.hash === hash).map(({ event }) => event);
    // Begun at most once in each run before which it was not finished, and nothing follows its end.
    const unfinishedRuns = finishedBefore.filter((finished) => !finished.includes(hash)).length;
    expect(own.filter((event) => event === 'stage-start').length).toBeLessThanOrEqual(unfinishedRuns);
    expect(own.slice(0, -1)).not.toContain('stage-done');
  }
}

test('killed at twenty moments and run again, it ends with the bytes of an undisturbed run and repeats nothing', async () => {
  const calm = await temporaryFolder();
  await finish(calm);
  const expected = await treeWithoutLog(calm);
  const random = randomNumbers(20);
  let dir = await temporaryFolder();
  let finishedBefore: string[][] = [];
  for (let kills = 0; kills < 20; ) {
    finishedBefore.push(await finishedStages(dir));
    const child = startRun(dir);
    const exit = once(child, 'exit');
    // A quarter of the moments lie while it starts and opens the workspace, the others behind that.
    const early = kills % 4 === 0;
    if (!early) await once(child.stdout, 'data');
    await sleep(random() * (early ? 120 : 40));
    child.kill('SIGKILL');
    const [, signal] = await exit;
    if (signal === 'SIGKILL') kills++;
    else {
      // This machine is so fast that the run had ended: begin with a new folder.
      expect(await treeWithoutLog(dir)).toEqual(expected);
      dir = await temporaryFolder();
      finishedBefore = [];
    }
  }
  finishedBefore.push(await finishedStages(dir));
  await finish(dir);
  expect(await treeWithoutLog(dir)).toEqual(expected);
  await expectNothingRepeated(dir, finishedBefore);
});
