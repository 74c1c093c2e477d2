import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { operatorsWithoutRule } from '@incognita/autodiff';
import {
  classOutput,
  discoverLayers,
  imageInput,
  inferShapes,
  type Model,
  parameterCount,
  read,
  suggestLayers,
} from '@incognita/onnx';
import type { Preprocessing } from '@incognita/vision';
import { UsageError } from '../errors.js';
import { describeValue, printJson, table } from '../output.js';
import { choosePreprocessing } from '../preprocessing.js';
import { namedModel } from '../sources/namedModel.js';

/** Options of `incognita inspect`. */
export interface InspectCommandOptions {
  readonly json?: boolean;
  /** List the layers inside blocks too. */
  readonly all?: boolean;
}

/** `incognita inspect`: layers, shapes, parameters, and operators that no gradient can pass. */
export async function inspectCommand(name: string, options: InspectCommandOptions): Promise<void> {
  const { path } = namedModel(name);
  const bytes = await readFile(path).catch((error: Error) => {
    throw new UsageError(`cannot read ${path}: ${error.message}`);
  });
  const model = read(bytes);
  const facts = inspect(model, await tryPreprocessing(model, path));
  if (options.json) printJson({ file: basename(path), ...facts });
  else process.stdout.write(`${print(basename(path), facts, options.all === true)}\n`);
}

/** How pictures become input, or why they cannot. */
type PictureInput = Preprocessing | { readonly reason: string };

async function tryPreprocessing(model: Model, path: string): Promise<PictureInput> {
  try {
    return await choosePreprocessing(model, path, {});
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

function inspect(model: Model, picture: PictureInput) {
  const chosen = new Set(suggestLayers(model, 3).map(({ name }) => name));
  const shapes = inferShapes(model, 'reason' in picture ? {} : pictureShape(model, picture));
  return {
    producer: model.producer,
    irVersion: model.irVersion,
    opsets: Object.fromEntries(model.opsets),
    nodes: model.graph.nodes.length,
    parameters: parameterCount(model),
    inputs: model.graph.inputs.map(describeValue),
    outputs: model.graph.outputs.map(describeValue),
    picture,
    classes: classOutput(model),
    layers: discoverLayers(model).map(({ name, op, kind, channels, shape, tensor, recommended }) => ({
      name,
      op,
      kind,
      channels,
      shape: shapes.get(tensor)?.shape ?? shape,
      tensor,
      block: recommended || kind === 'block',
      chosen: chosen.has(name),
    })),
    operators: countOperators(model),
    withoutGradient: operatorsWithoutRule(model),
  };
}

/** The input's shape for one picture of the size that preprocessing makes. */
function pictureShape(model: Model, { widthPx, heightPx, layout }: Preprocessing): Record<string, (number | string | null)[]> {
  const { name } = imageInput(model);
  const shape = model.graph.inputs.find((input) => input.name === name)?.type?.shape;
  const [batch, channels] = [shape?.[0] ?? null, shape?.[layout === 'nchw' ? 1 : 3] ?? null];
  return { [name]: layout === 'nchw' ? [batch, channels, heightPx, widthPx] : [batch, heightPx, widthPx, channels] };
}

function countOperators(model: Model): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { domain, op } of model.graph.nodes) {
    const name = domain === '' ? op : `${domain}.${op}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b, 'en')));
}

function print(file: string, facts: ReturnType<typeof inspect>, all: boolean): string {
  const shown = facts.layers.filter(({ block, chosen }) => all || block || chosen);
  const rows = shown.map(({ name, chosen, op, channels, shape, tensor }) => [
    chosen ? `${name} *` : name,
    op,
    channels ?? '?',
    shape === null ? '?' : shape.map((dim) => dim ?? '?').join(' × '),
    tensor,
  ]);
  const hidden = facts.layers.length - shown.length;
  const format = [
    facts.producer,
    `IR ${facts.irVersion}`,
    ...Object.entries(facts.opsets).map(([domain, version]) => `${domain || 'opset'} ${version}`),
  ];
  return [
    `${file}: ${facts.parameters.toLocaleString('en-US')} parameters in ${facts.nodes} nodes (${format.filter(Boolean).join(', ')})`,
    `inputs     ${facts.inputs.join(', ')}`,
    `outputs    ${facts.outputs.join(', ')}`,
    'reason' in facts.picture ? `pictures   none: ${facts.picture.reason}` : `pictures   ${facts.picture.statement}`,
    facts.classes === null
      ? 'classes    none: no output is a vector of class scores'
      : `classes    ${facts.classes.classes}, from ${facts.classes.tensor}`,
    `operators  ${Object.entries(facts.operators)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
    facts.withoutGradient.length === 0
      ? 'gradients  pass every operator'
      : `gradients  no rule for ${facts.withoutGradient.map(({ op, node }) => `${op} (${node})`).join(', ')}`,
    '',
    table(['layer', 'operator', 'channels', 'shape', 'tensor'], rows),
    '',
    `* mapped when no --layer is named${hidden > 0 ? `; ${hidden} layers inside these: --all` : ''}`,
  ].join('\n');
}
