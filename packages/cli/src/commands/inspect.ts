import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { operatorsWithoutRule } from '@incognita/autodiff';
import { classOutput, discoverLayers, imageInput, type Model, parameterCount, read, type ValueInfo } from '@incognita/onnx';
import { UsageError } from '../errors.js';
import { printJson, table } from '../output.js';

/** Options of `incognita inspect`. */
export interface InspectCommandOptions {
  readonly json?: boolean;
}

/** `incognita inspect`: layers, shapes, parameters, and operators that no gradient can pass. */
export async function inspectCommand(path: string, options: InspectCommandOptions): Promise<void> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new UsageError(`cannot read ${path}: ${error.message}`);
  });
  const model = read(bytes);
  const facts = inspect(model);
  if (options.json) printJson({ file: basename(path), ...facts });
  else process.stdout.write(`${print(basename(path), facts)}\n`);
}

function inspect(model: Model) {
  return {
    producer: model.producer,
    irVersion: model.irVersion,
    opsets: Object.fromEntries(model.opsets),
    nodes: model.graph.nodes.length,
    parameters: parameterCount(model),
    inputs: model.graph.inputs.map(describe),
    outputs: model.graph.outputs.map(describe),
    image: tryImageInput(model),
    classes: classOutput(model),
    layers: discoverLayers(model).map(({ name, op, kind, channels, shape, tensor, recommended }) => ({
      name,
      op,
      kind,
      channels,
      shape,
      tensor,
      recommended,
    })),
    operators: countOperators(model),
    withoutGradient: operatorsWithoutRule(model),
  };
}

function tryImageInput(model: Model): ReturnType<typeof imageInput> | { reason: string } {
  try {
    return imageInput(model);
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

function describe({ name, type }: ValueInfo): string {
  if (type === null) return name;
  return `${name} ${type.dtype}[${type.shape?.map((dim) => dim ?? '?').join(', ') ?? '…'}]`;
}

function countOperators(model: Model): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { domain, op } of model.graph.nodes) {
    const name = domain === '' ? op : `${domain}.${op}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b, 'en')));
}

function print(file: string, facts: ReturnType<typeof inspect>): string {
  const opsets = Object.entries(facts.opsets).map(([domain, version]) => `${domain === '' ? 'opset' : domain} ${version}`);
  const layers = facts.layers.map(({ name, op, channels, shape, tensor, recommended }) => [
    recommended ? `${name} *` : name,
    op,
    channels,
    shape.map((dim) => dim ?? '?').join(' × '),
    tensor,
  ]);
  return [
    `${file}: ${facts.parameters.toLocaleString('en-US')} parameters in ${facts.nodes} nodes (${[facts.producer, `IR ${facts.irVersion}`, ...opsets].filter(Boolean).join(', ')})`,
    `inputs    ${facts.inputs.join(', ')}`,
    `outputs   ${facts.outputs.join(', ')}`,
    'reason' in facts.image ? `image     none: ${facts.image.reason}` : `image     ${facts.image.name} (${facts.image.layout})`,
    facts.classes === null
      ? 'classes   none: no output is a vector of class scores'
      : `classes   ${facts.classes.classes}, from ${facts.classes.tensor}`,
    '',
    table(['layer', 'operator', 'channels', 'shape', 'tensor'], layers),
    '',
    '* chosen when no layer is named',
    `operators ${Object.entries(facts.operators)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
    facts.withoutGradient.length === 0
      ? 'gradients pass every operator'
      : `no gradient rule for ${facts.withoutGradient.map(({ op, node }) => `${op} (${node})`).join(', ')}`,
  ].join('\n');
}
