import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { jvp, MissingRuleError, NoPathError, operatorsWithoutRule, vjp } from '@incognita/autodiff';
import { type Model, write } from '@incognita/onnx';
import { loadModelSource, type ModelSource } from '@incognita/runtime';
import { UsageError } from '../errors.js';
import { defaultOf, defaultWrt } from '../gradientDefaults.js';
import { withWeightsInside } from '../inlineWeights.js';
import { describeValue, printJson, writeOutput } from '../output.js';
import { resolveTensor } from '../resolveTensor.js';
import { parseRules } from '../rules.js';
import type { GradientCommandOptions } from './gradient.js';

/** Writes the gradient's graph as an ONNX file, and says what goes in and out. */
export async function writeGradient(modelPath: string, options: GradientCommandOptions): Promise<void> {
  const source = await loadModelSource(modelPath);
  const { model } = source;
  const of = resolveTensor(model, options.of ?? defaultOf(model));
  const wrt = resolveTensor(model, options.wrt ?? defaultWrt(model));
  const gradient = derive(model, of, wrt, options);
  const bytes = options.external
    ? await pointing(source, gradient, options.out)
    : write(await withWeightsInside(source, gradient));
  await writeOutput(options.out, bytes);
  const facts = {
    file: options.out,
    bytes: bytes.length,
    nodes: gradient.graph.nodes.length,
    inputs: gradient.graph.inputs.map(describeValue),
    outputs: gradient.graph.outputs.map(describeValue),
    weights: options.external ? modelPath : null,
    withoutGradient: operatorsWithoutRule(model),
  };
  if (options.json) printJson(facts);
  else process.stdout.write(`${print(facts)}\n`);
}

function derive(model: Model, of: string, wrt: string, options: GradientCommandOptions): Model {
  const keep = (options.keep ?? []).map((name) => resolveTensor(model, name));
  const shapes = Object.fromEntries(options.shape ?? []);
  for (const name of Object.keys(shapes))
    if (!model.graph.inputs.some((input) => input.name === name))
      throw new UsageError(`--shape names no input: "${name}" (inputs: ${model.graph.inputs.map((i) => i.name).join(', ')})`);
  const { form = 'cpu', seed = 'input' } = options;
  const rules = (options.rules ?? ['exact']).map(parseRules);
  if (options.forward && (options.rules || options.seed))
    throw new UsageError('--rules and --seed are for gradients, not --forward');
  try {
    return options.forward
      ? jvp(model, { of, wrt, keep, form, shapes })
      : vjp(model, { of, wrt, keep, form, shapes, seed, rules });
  } catch (error) {
    if (error instanceof NoPathError || error instanceof RangeError) throw new UsageError(error.message);
    if (!(error instanceof MissingRuleError)) throw error;
    const others = operatorsWithoutRule(model).map(({ op, node }) => `${op} (${node})`);
    throw new UsageError(
      [error.message, ...(others.length > 0 ? [`Without a rule in this model: ${others.join(', ')}`] : [])].join('\n'),
    );
  }
}

/** The graph with its weights as references into the model's files, which must lie beside it. */
async function pointing(source: ModelSource, gradient: Model, out: string): Promise<Uint8Array> {
  const folder = await realpath(dirname(out)).catch(() => dirname(out));
  const location = source.weights[0]?.location;
  if (location === undefined || source.folder !== folder)
    throw new UsageError(
      `with --external the weights stay in ${source.file ?? 'the model'}, and a runtime finds them only beside the gradient: ` +
        `write it as ${join(source.folder ?? '.', 'gradient.onnx')}, or leave --external out`,
    );
  return write(gradient, { external: { location } });
}

interface Facts {
  readonly file: string;
  readonly bytes: number;
  readonly nodes: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly weights: string | null;
  readonly withoutGradient: readonly { readonly op: string; readonly node: string }[];
}

function print({ file, bytes, nodes, inputs, outputs, weights, withoutGradient }: Facts): string {
  const size = bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  const beside = withoutGradient.map(({ op, node }) => `${op} (${node})`).join(', ');
  return [
    `${file}: ${size}, ${nodes} nodes${weights === null ? '' : `; its weights stay in ${weights}`}`,
    `inputs     ${inputs.join(', ')}`,
    `outputs    ${outputs.join(', ')}`,
    ...(beside === '' ? [] : [`beside the way lie operators without a rule: ${beside}`]),
  ].join('\n');
}
