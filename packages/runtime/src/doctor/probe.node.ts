import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { GraphBuilder, write } from '@incognita/onnx';
import { type Engine, type EngineName, EngineUnavailableError } from '../engine/engine.js';
import { loadEngine } from '../engine/select.node.js';
import type { ProbeAnswer } from './describe.node.js';

/** The task behind {@link describeEngine}: loads one engine and tries to map a file. */
export async function probe(name: EngineName): Promise<ProbeAnswer> {
  try {
    const engine = await loadEngine(name);
    const sharesWeights = engine.mapsFiles && (await mapsAFile(engine));
    return {
      name,
      available: true,
      version: engine.version,
      reason: 'it is installed',
      threads: engine.threads(1),
      sharesWeights,
    };
  } catch (error) {
    if (!(error instanceof EngineUnavailableError)) throw error;
    return { name, available: false, version: '', reason: error.message, threads: 0, sharesWeights: false };
  }
}

const LENGTH = 512;

/** Takes the first bytes of this very module for weights: a file that is surely there, so that nothing need be written. */
async function mapsAFile(engine: Engine): Promise<boolean> {
  const file = fileURLToPath(import.meta.url);
  const builder = new GraphBuilder();
  const data = { kind: 'external', location: path.basename(file), offset: 0, length: LENGTH } as const;
  const weights = builder.initializer({ dtype: 'uint8', dims: [LENGTH], data });
  const shift = builder.input('shift', 'int64', []);
  builder.output(builder.op('Gather', [weights, shift]), 'uint8', [], 'byte');
  try {
    const session = await engine.open({
      graph: write(builder.model()),
      access: { kind: 'mapped', folder: path.dirname(file) },
      contents: new Map(),
      prepack: false,
      threads: 1,
    });
    const { byte } = await session.run({ shift: { dtype: 'int64', dims: [], data: BigInt64Array.of(7n) } }, ['byte']);
    await session.dispose();
    return byte?.data[0] === (await readFile(file))[7];
  } catch {
    return false; // the engine refuses to map: that is the answer
  }
}
