import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cut, GraphBuilder, write } from '@incognita/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../engine/select.node.js';
import { float32 } from '../tensor.js';
import {
  CHANNELS,
  maxDifference,
  naiveTwoLayers,
  temporaryFolder,
  twoLayers,
  wave,
  withExternalData,
  writeModel,
} from '../testing/model.js';
import { loadModelSource } from './loadModelSource.node.js';
import { openSource } from './open.node.js';
import { sessionSource } from './sessionSource.node.js';
import type { SessionSource } from './source.js';

let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  scratch = await temporaryFolder();
});
afterAll(() => scratch.remove());

const x = float32([2, CHANNELS], wave(2 * CHANNELS, 0.7));
const expected = naiveTwoLayers(wave(2 * CHANNELS, 0.7), 2);

async function logitsOf(source: SessionSource, name: 'cpu' | 'wasm' = 'cpu', prepack = false) {
  const opened = await openSource(await loadEngine(name), source, { prepack, threads: 1 });
  const { logits } = await opened.session.run({ x }, ['logits']);
  await opened.session.dispose();
  return { access: opened.access, logits: logits!.data as Float32Array };
}

async function externalModel(folder: string, location = 'weights.bin') {
  await mkdir(folder, { recursive: true });
  const { model, data } = withExternalData(twoLayers(), location);
  const file = await writeModel(folder, 'model.onnx', model);
  await writeFile(path.join(folder, location), data);
  return { file, bytes: write(model) };
}

describe('the weights of a session', () => {
  it('are mapped from the model file, and the graph that is sent does not hold them', async () => {
    const source = await loadModelSource(await writeModel(scratch.folder, 'mapped.onnx'));
    const sent = sessionSource(source);
    expect(sent.weightBytes).toBe(4 * (CHANNELS * CHANNELS + CHANNELS * 5));
    expect(sent.graph.byteLength).toBeLessThan(1000);
    const { access, logits } = await logitsOf(sent);
    expect(access).toBe('mapped');
    expect(maxDifference(logits, expected.logits)).toBeLessThan(1e-5);
  });

  it.each(['cpu', 'wasm'] as const)('give the same outputs from memory on %s, with and without prepacking', async (engine) => {
    const source = await loadModelSource({ bytes: write(twoLayers()) });
    for (const prepack of [true, false]) {
      const { access, logits } = await logitsOf(sessionSource(source), engine, prepack);
      expect(access).toBe('memory');
      expect(maxDifference(logits, expected.logits)).toBeLessThan(1e-5);
    }
  });

  it('are identical to the bit whether mapped or in memory', async () => {
    const file = await writeModel(scratch.folder, 'either.onnx');
    const mapped = await logitsOf(sessionSource(await loadModelSource(file)));
    const memory = await logitsOf(sessionSource(await loadModelSource({ bytes: write(twoLayers()) })));
    expect([mapped.access, memory.access]).toEqual(['mapped', 'memory']);
    expect(mapped.logits).toEqual(memory.logits);
  });

  it('come from memory when the engine refuses the path', async () => {
    const source = sessionSource(await loadModelSource(await writeModel(scratch.folder, 'refused.onnx')));
    const elsewhere = await temporaryFolder();
    const { access, logits } = await logitsOf({ ...source, folder: elsewhere.folder });
    await elsewhere.remove();
    expect(access).toBe('memory');
    expect(maxDifference(logits, expected.logits)).toBeLessThan(1e-5);
  });

  it('travel within the graph of a model that was built here', async () => {
    const { access, logits } = await logitsOf(sessionSource(await loadModelSource(twoLayers())));
    expect(access).toBe('none');
    expect(maxDifference(logits, expected.logits)).toBeLessThan(1e-5);
  });

  it('are refused when the file changed since the model was read', async () => {
    const file = await writeModel(scratch.folder, 'changing.onnx');
    const source = sessionSource(await loadModelSource(file));
    await writeFile(file, 'something else');
    await expect(logitsOf(source)).rejects.toThrow('changed since the model was opened');
  });
});

describe('external data files', () => {
  it('are mapped where they lie beside the model, and read into memory when asked', async () => {
    const { file, bytes } = await externalModel(path.join(scratch.folder, 'external'));
    const folder = path.dirname(file);
    for (const input of [file, { bytes, file }, { bytes, folder }]) {
      const mapped = await logitsOf(sessionSource(await loadModelSource(input)));
      expect(maxDifference(mapped.logits, expected.logits)).toBeLessThan(1e-5);
      const source = sessionSource(await loadModelSource(input, { weights: 'memory' }));
      const memory = await logitsOf(source, 'wasm');
      expect(memory.access).toBe('memory');
      expect(maxDifference(memory.logits, expected.logits)).toBeLessThan(1e-5);
    }
    expect((await logitsOf(sessionSource(await loadModelSource(file)))).access).toBe('mapped');
  });

  it('are found through symbolic links, as in a hub cache of snapshots and blobs', async () => {
    const cache = path.join(scratch.folder, 'cache');
    const snapshot = path.join(cache, 'snapshots', 'main');
    const { file } = await externalModel(path.join(cache, 'blobs'));
    await mkdir(snapshot, { recursive: true });
    for (const [blob, name, link] of [
      [file, 'a1', 'model.onnx'],
      [path.join(cache, 'blobs', 'weights.bin'), 'b2', 'weights.bin'],
    ] as const) {
      await rename(blob, path.join(cache, 'blobs', name));
      await symlink(path.join('..', '..', 'blobs', name), path.join(snapshot, link));
    }
    const { access, logits } = await logitsOf(sessionSource(await loadModelSource(path.join(snapshot, 'model.onnx'))));
    expect(access).toBe('mapped');
    expect(maxDifference(logits, expected.logits)).toBeLessThan(1e-5);
  });

  it.each(['cpu', 'wasm'] as const)('may hold even shapes, which are read from there for %s', async (engine) => {
    const b = new GraphBuilder();
    const data = { kind: 'external', location: 'shapes.bin', offset: 8, length: 24 } as const;
    const shape = b.initializer({ dtype: 'int64', dims: [3], data });
    b.output(b.op('Reshape', [b.input('x', 'float32', ['n', 4]), shape]), 'float32', null, 'y');
    const file = await writeModel(scratch.folder, 'shapes.onnx', b.model());
    await writeFile(path.join(scratch.folder, 'shapes.bin'), new Uint8Array(BigInt64Array.of(0n, -1n, 2n, 2n).buffer));
    const source = await loadModelSource(file);
    const { session } = await openSource(await loadEngine(engine), sessionSource(source), { prepack: false, threads: 1 });
    const { y } = await session.run({ x: float32([3, 4], wave(12, 1)) }, ['y']);
    await session.dispose();
    expect(y?.dims).toEqual([3, 2, 2]);
    await writeFile(path.join(scratch.folder, 'shapes.bin'), new Uint8Array(12));
    await expect(loadModelSource(file)).rejects.toThrow('shapes.bin is too short: a tensor needs bytes 8 to 32');
  });

  it('that are missing are named, as are folders that are', async () => {
    const { model } = withExternalData(twoLayers(), 'lost.bin');
    const file = await writeModel(scratch.folder, 'lost.onnx', model);
    await expect(loadModelSource(file)).rejects.toThrow(
      `external data of ${file} cannot be read: ${path.join(scratch.folder, 'lost.bin')}`,
    );
    await expect(loadModelSource({ bytes: write(model) })).rejects.toThrow(
      "keeps weights in the file 'lost.bin': give the folder",
    );
    await expect(loadModelSource(model)).rejects.toThrow('open it by its path');
  });

  it('outside the folder of the model are refused', async () => {
    for (const location of ['../secret.bin', '/etc/hostname']) {
      const file = await writeModel(scratch.folder, 'outside.onnx', withExternalData(twoLayers(), location).model);
      await expect(loadModelSource(file)).rejects.toThrow("outside the model's own folder: refused");
    }
  });
});

describe('a model source', () => {
  it('names the file that does not exist', async () => {
    await expect(loadModelSource('/nowhere/model.onnx')).rejects.toThrow('/nowhere/model.onnx: there is no such file');
  });

  it('refuses what is no model, naming the file', async () => {
    const file = path.join(scratch.folder, 'text.onnx');
    await writeFile(file, 'this is no model at all');
    await expect(loadModelSource(file)).rejects.toThrow(file);
  });

  it('knows its digest, and gives each edit a key of its own', async () => {
    const source = await loadModelSource(await writeModel(scratch.folder, 'keys.onnx'));
    expect(await source.sha256()).toMatch(/^[0-9a-f]{64}$/);
    const upToY = cut(source.model, { outputs: ['y'] });
    expect(sessionSource(source, upToY).key).not.toBe(sessionSource(source).key);
    expect(sessionSource(source, upToY).key).toBe(sessionSource(source, upToY).key);
  });
});
