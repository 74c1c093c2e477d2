import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Feeds, SessionSource, TaskContext, Tensor, WorkerSession } from '@incognita/runtime';
import { decodePicture, inputDims, type Preprocessing, preprocess } from '@incognita/vision';
import { copyActivation, type LayerMap } from './layerMap.js';

/** How a worker turns pictures into activations. */
export interface ForwardSetup {
  /** The model up to the layers, which are its outputs. */
  readonly session: SessionSource;
  /** Name of the input that takes pictures. */
  readonly input: string;
  readonly preprocessing: Preprocessing;
  readonly maxMegapixels: number;
  /** Pictures in one run. */
  readonly batch: number;
  readonly folder: string;
}

export interface ProbeArgs extends ForwardSetup {
  readonly outputs: readonly string[];
  /** Dimensions of further inputs, fed with zeros. */
  readonly others?: Readonly<Record<string, readonly number[]>>;
}

/** Worker task: runs the network once on zeros and gives the shapes of outputs for one picture. */
export async function probeShapes(args: ProbeArgs, context: TaskContext): Promise<number[][]> {
  const session = await context.openSession(args.session);
  const zeros = (dims: readonly number[]): Tensor => ({
    dtype: 'float32',
    dims,
    data: new Float32Array(dims.reduce((a, b) => a * b, 1)),
  });
  const feeds = { [args.input]: zeros(inputDims(args.preprocessing, args.batch)) };
  for (const [name, dims] of Object.entries(args.others ?? {})) feeds[name] = zeros(dims);
  const result = await session.run(feeds);
  return args.outputs.map((name) => [1, ...result[name]!.dims.slice(1)]);
}

export interface CollectLayer {
  readonly tensor: string;
  readonly map: LayerMap;
  /** Sampled positions of each picture. */
  readonly positions: readonly Int32Array[];
}

export interface CollectArgs extends ForwardSetup {
  readonly files: readonly string[];
  readonly layers: readonly CollectLayer[];
}

/** Worker task: the activations of each layer at the sampled positions, [positions of all files, channels], in order. */
export async function collectActivations(args: CollectArgs, context: TaskContext): Promise<Float32Array[]> {
  const session = await context.openSession(args.session);
  const collected = args.layers.map(({ map, positions }) => {
    const count = positions.reduce((sum, some) => sum + some.length, 0);
    return { data: new Float32Array(count * map.channels), at: 0 };
  });
  for (let from = 0; from < args.files.length; from += args.batch) {
    context.throwIfAborted();
    const files = args.files.slice(from, from + args.batch);
    const outputs = await forwardPictures(args, session, files);
    for (const [l, { tensor, map, positions }] of args.layers.entries()) {
      const batch = outputs[tensor]!.data as Float32Array;
      const target = collected[l]!;
      for (let index = 0; index < files.length; index++) {
        for (const position of positions[from + index]!) {
          copyActivation(map, batch, { index, position }, target.data, target.at);
          target.at += map.channels;
        }
      }
    }
    context.progress(files.length);
  }
  const results = collected.map(({ data }) => data);
  return context.transfer(
    results.map(({ buffer }) => buffer),
    results,
  );
}

/** Runs up to `batch` pictures through the network; a batch that is not full ends with zeros. `others` feeds further inputs. */
export async function forwardPictures(
  setup: ForwardSetup,
  session: WorkerSession,
  files: readonly string[],
  others: Feeds = {},
): Promise<Record<string, Tensor>> {
  const dims = inputDims(setup.preprocessing, setup.batch);
  const size = dims.slice(1).reduce((a, b) => a * b, 1);
  const data = new Float32Array(setup.batch * size);
  for (const [i, file] of files.entries()) {
    const bytes = await readFile(path.join(setup.folder, file));
    const picture = await decodePicture(bytes, { maxMegapixels: setup.maxMegapixels });
    data.set(preprocess(picture, setup.preprocessing).input, i * size);
  }
  return session.run({ [setup.input]: { dtype: 'float32', dims, data }, ...others });
}
