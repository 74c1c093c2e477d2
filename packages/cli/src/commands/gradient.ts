import { openModel } from '@incognita/runtime';
import { UsageError } from '../errors.js';
import { defaultOf, defaultWrt } from '../gradientDefaults.js';
import { resolveTensor } from '../resolveTensor.js';
import { parseRules } from '../rules.js';
import { namedModel } from '../sources/namedModel.js';
import { readTensorFile, writeTensorFile } from '../tensorFile.js';
import { writeGradient } from './writeGradient.js';

/** Options of `incognita gradient`. */
export interface GradientCommandOptions {
  readonly of?: string;
  readonly wrt?: string;
  readonly out: string;
  readonly in?: string;
  readonly forward?: boolean;
  readonly rules?: readonly string[];
  readonly form?: 'cpu' | 'portable';
  readonly shape?: readonly (readonly [string, readonly (number | string)[]])[];
  readonly seed?: 'input' | 'ones';
  readonly keep?: readonly string[];
  readonly external?: boolean;
  readonly json?: boolean;
}

/** `incognita gradient`: the gradient's graph as an ONNX file, or its numbers for given inputs. */
export async function gradientCommand(model: string, options: GradientCommandOptions): Promise<void> {
  const { path: modelPath } = namedModel(model);
  if (options.in === undefined) return writeGradient(modelPath, options);
  return computeGradient(modelPath, options, options.in);
}

const GRAPH_ONLY = ['forward', 'form', 'shape', 'seed', 'external', 'json'] as const;

async function computeGradient(modelPath: string, options: GradientCommandOptions, input: string): Promise<void> {
  const misplaced = GRAPH_ONLY.find((name) => options[name] !== undefined);
  if (misplaced) throw new UsageError(`--${misplaced} is for writing the gradient's graph: leave it or --in out`);
  const feeds = await readTensorFile(input);
  const model = await openModel(modelPath);
  try {
    const named = { of: options.of ?? defaultOf(model.model), wrt: options.wrt ?? defaultWrt(model.model) };
    const [of, wrt] = [resolveTensor(model.model, named.of), resolveTensor(model.model, named.wrt)];
    const kept = (options.keep ?? []).map((name) => [name, resolveTensor(model.model, name)] as const);
    const keep = kept.map(([, tensor]) => tensor);
    const result = await model.gradient({ of, wrt, keep, rules: (options.rules ?? ['exact']).map(parseRules) }, feeds);
    const tensors = [[named.wrt, result[wrt]!] as const, ...kept.map(([name, tensor]) => [name, result[tensor]!] as const)];
    await writeTensorFile(options.out, Object.fromEntries(tensors));
  } finally {
    await model.dispose();
  }
}
