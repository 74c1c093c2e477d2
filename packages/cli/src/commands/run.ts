import { openModel } from '@incognita/runtime';
import { UsageError } from '../errors.js';
import { resolveTensor } from '../resolveTensor.js';
import { namedModel } from '../sources/namedModel.js';
import { readTensorFile, writeTensorFile } from '../tensorFile.js';

/** Options of `incognita run`. */
export interface RunCommandOptions {
  readonly in: string;
  readonly out: string;
  /** Tensors to read beside the outputs, separated by commas; layer names are understood too. */
  readonly tap?: string;
}

/** `incognita run`: the forward pass, with any tensor of the graph. */
export async function runCommand(modelPath: string, options: RunCommandOptions): Promise<void> {
  const feeds = await readTensorFile(options.in);
  const model = await openModel(namedModel(modelPath).path);
  try {
    const asked = (options.tap ?? '').split(',').filter((name) => name !== '');
    const tensors = asked.map((name) => resolveTensor(model.model, name));
    const outputs = await model.run(feeds, { tap: tensors });
    const own = new Set(model.model.graph.outputs.map(({ name }) => name));
    // What was asked for by a layer's name comes back under that name.
    const named = Object.entries(outputs).flatMap(([name, value]) => {
      const names = asked.filter((_, index) => tensors[index] === name);
      return [...new Set(own.has(name) ? [name, ...names] : names)].map((as) => [as, value] as const);
    });
    if (named.length === 0) throw new UsageError('nothing was computed: the model has no outputs and --tap names no tensor');
    await writeTensorFile(options.out, Object.fromEntries(named));
  } finally {
    await model.dispose();
  }
}
