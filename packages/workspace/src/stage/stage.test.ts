import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEvents, readTree, temporaryFolder } from '../testing.js';
import { createWorkspace, openWorkspace } from '../workspace.js';
import type { StageWriter } from './StageWriter.js';

const KEY = { name: 'collect', version: 1, inputs: { seed: 7, model: 'abc' } };

async function produce(out: StageWriter) {
  await out.write('a.txt', 'hello');
  await out.write('deep/er/b.bin', new Uint8Array([1, 2, 3]));
  const stream = await out.stream('c.bin');
  for (const byte of [4, 5]) await stream.write(new Uint8Array([byte]));
  await stream.close();
  await writeFile(join(out.dir, 'tool.txt'), 'written by another tool');
  return { count: 3, place: out.path('a.txt') };
}

test('a stage lies at the hash of its key and records what it holds', async () => {
  const dir = await temporaryFolder();
  const workspace = await createWorkspace(dir);
  const result = await workspace.stage(KEY, produce);
  const hash = createHash('sha256')
    .update('{"inputs":{"model":"abc","seed":7},"name":"collect","version":1}')
    .digest('hex')
    .slice(0, 16);
  expect(result).toEqual({
    hash,
    path: `stages/collect/${hash}`,
    fresh: true,
    value: { count: 3, place: `stages/collect/${hash}/a.txt` },
  });
  const record = JSON.parse(Buffer.from(await workspace.read(`${result.path}/stage.json`)).toString());
  const digest = (data: string) => createHash('sha256').update(data).digest('hex');
  expect(record).toEqual({
    ...KEY,
    value: result.value,
    files: {
      'a.txt': { bytes: 5, sha256: digest('hello') },
      'deep/er/b.bin': { bytes: 3, sha256: digest('\x01\x02\x03') },
      'c.bin': { bytes: 2, sha256: digest('\x04\x05') },
      'tool.txt': { bytes: 23, sha256: digest('written by another tool') },
    },
  });
  await workspace.close();
});

test('a finished stage is not run again, by the same writer or a later one, whatever the order of its inputs', async () => {
  const dir = await temporaryFolder();
  let runs = 0;
  for (let i = 0; i < 3; i++) {
    const workspace = await createWorkspace(dir);
    for (const inputs of [KEY.inputs, { model: 'abc', seed: 7 }]) {
      const { fresh, value } = await workspace.stage({ ...KEY, inputs }, (out) => {
        runs++;
        return produce(out);
      });
      expect(fresh).toBe(runs === 1 && i === 0 && inputs === KEY.inputs);
      expect(value.count).toBe(3);
    }
    await workspace.close();
  }
  expect(runs).toBe(1);
});

test('another name, version or input is another stage', async () => {
  const workspace = await createWorkspace(await temporaryFolder());
  const keys = [KEY, { ...KEY, name: 'layout' }, { ...KEY, version: 2 }, { ...KEY, inputs: { seed: 8 } }];
  const hashes = await Promise.all(keys.map(async (key) => (await workspace.stage(key, () => null)).hash));
  expect(new Set(hashes).size).toBe(4);
  await workspace.close();
});

test('calls with one key at the same time share one run', async () => {
  const workspace = await createWorkspace(await temporaryFolder());
  let runs = 0;
  const results = await Promise.all([1, 2, 3].map(() => workspace.stage(KEY, async () => ++runs)));
  expect(results.map(({ value }) => value)).toEqual([1, 1, 1]);
  await workspace.close();
});

test('two undisturbed runs leave the same bytes but for the log', async () => {
  const trees = [];
  for (let run = 0; run < 2; run++) {
    const dir = await temporaryFolder();
    const workspace = await createWorkspace(dir);
    await Promise.all([1, 2, 3].map((seed) => workspace.stage({ ...KEY, inputs: { seed } }, produce)));
    await workspace.close();
    const { 'run.jsonl': log, ...tree } = await readTree(dir);
    expect(log).toBeDefined();
    trees.push(tree);
  }
  expect(trees[0]).toEqual(trees[1]);
});

test.each([
  ['a file is shorter', (dir: string) => truncate(join(dir, 'a.txt'), 2), 'a.txt has 2 bytes instead of 5'],
  ['a file is missing', (dir: string) => rm(join(dir, 'deep'), { recursive: true }), 'deep/er/b.bin has no bytes instead of 3'],
  ['stage.json is torn', (dir: string) => truncate(join(dir, 'stage.json'), 20), "stage.json is not a stage's record"],
  ['stage.json is missing', (dir: string) => rm(join(dir, 'stage.json')), 'stage.json is missing'],
])('a damaged stage is set aside, logged and made again: %s', async (_what, damage, reason) => {
  const dir = await temporaryFolder();
  const workspace = await createWorkspace(dir);
  const first = await workspace.stage(KEY, produce);
  const whole = await readTree(dir, `${first.path}/`);
  await damage(join(dir, first.path));
  const again = await workspace.stage(KEY, produce);
  expect(again).toEqual(first);
  expect(await readTree(dir, `${first.path}/`)).toEqual(whole);
  expect(await readEvents(dir)).toContainEqual(expect.objectContaining({ event: 'stage-damaged', hash: first.hash, reason }));
  const removed = await workspace.prune(new Set([first.hash]));
  expect(removed).toEqual([expect.stringMatching(/\.damaged-/)]);
  await workspace.close();
});

test('a stage that fails leaves nothing and can be tried again', async () => {
  const dir = await temporaryFolder();
  const workspace = await createWorkspace(dir);
  const broken = workspace.stage(KEY, async (out) => {
    await out.write('a', 'half');
    throw new Error('cancelled');
  });
  await expect(broken).rejects.toThrow('cancelled');
  expect(await readTree(join(dir, 'stages'))).toEqual({ 'collect/': '' });
  expect((await workspace.stage(KEY, produce)).fresh).toBe(true);
  await workspace.close();
});

test('a writer removes what broken-off stages and writes have left; a reader does not', async () => {
  const dir = await temporaryFolder();
  await (await createWorkspace(dir)).close();
  await mkdir(join(dir, 'stages/collect/0123456789abcdef.partial-77'), { recursive: true });
  await writeFile(join(dir, 'stages/collect/0123456789abcdef.partial-77/x'), 'x');
  await writeFile(join(dir, '.tmp-0123'), 'x');
  await openWorkspace(dir, { write: false });
  expect(Object.keys(await readTree(dir))).toContain('.tmp-0123');
  await (await createWorkspace(dir)).close();
  expect(Object.keys(await readTree(dir))).toEqual(['run.jsonl', 'stages/', 'stages/collect/']);
});

test('prune keeps what it is told to and removes the rest', async () => {
  const dir = await temporaryFolder();
  const workspace = await createWorkspace(dir);
  const [a, b] = [await workspace.stage(KEY, produce), await workspace.stage({ ...KEY, version: 2 }, produce)];
  expect(await workspace.prune(new Set([a.hash]))).toEqual([b.path]);
  expect((await workspace.stage(KEY, produce)).fresh).toBe(false);
  expect((await workspace.stage({ ...KEY, version: 2 }, produce)).fresh).toBe(true);
  await workspace.close();
});

test.each([
  ['twice', (out: StageWriter) => Promise.all([out.write('a', ''), out.write('a', '')]), 'writes "a" twice'],
  ['outside', (out: StageWriter) => out.write('../a', ''), 'is not a path inside'],
  ['over the record', (out: StageWriter) => out.write('stage.json', ''), 'reserved'],
  ['hidden', (out: StageWriter) => out.write('.a', ''), 'reserved'],
  ['without closing', async (out: StageWriter) => void (await out.stream('a')), 'has not closed "a"'],
  ['a value that JSON cannot hold', async () => ({ mean: Number.NaN }), '$.value.mean is NaN'],
])('a stage that writes %s is refused', async (_what, act, message) => {
  const workspace = await createWorkspace(await temporaryFolder());
  await expect(workspace.stage<unknown>(KEY, act)).rejects.toThrow(message);
  await workspace.close();
});

test('a name that would lead elsewhere cannot name a stage', async () => {
  const workspace = await createWorkspace(await temporaryFolder());
  for (const name of ['..', 'a/b', '', '.x'])
    await expect(workspace.stage({ ...KEY, name }, () => 1)).rejects.toThrow('cannot name a stage');
  await workspace.close();
});

test('the log keeps every event in order with its time, and loses only a line that a crash has torn', async () => {
  const dir = await temporaryFolder();
  const workspace = await createWorkspace(dir);
  await Promise.all([1, 2, 3].map((n) => workspace.log({ event: 'note', n })));
  await workspace.close();
  await appendFile(join(dir, 'run.jsonl'), '{"event":"to');
  const again = await createWorkspace(dir);
  await again.log({ event: 'note', n: 4 });
  await again.close();
  expect((await readEvents(dir)).map((event) => (event as { n?: number }).n)).toEqual([1, 2, 3, 4]);
  expect(await readFile(join(dir, 'run.jsonl'), 'utf8')).toMatch(/"time":"\d{4}-\d\d-\d\dT[\d:.]+Z"/);
});
