import { classOutput, findLayer, type Model } from '@incognita/onnx';
import {
  attentionHeads,
  channelObjective,
  cosineDirectionObjective,
  deepDream,
  difference,
  type Expression,
  findClassNames,
  head,
  layerLayout,
  neuronObjective,
  type Objective,
  type PictureSize,
  product,
  sum,
  unit,
} from '@incognita/vision';
import { UsageError } from '../errors.js';
import { parseUnits, type UnitName } from './parseUnit.js';

/** What `--objective` may name. */
export type ObjectiveName = 'channel' | 'neuron' | 'cosine' | 'deepdream';

/** What one row of pictures is made for. */
export interface SeeUnit {
  /** For the user, and for file names: `fire4:17`. */
  readonly name: string;
  readonly expression: Expression;
  /** The tensor of its first unit. */
  readonly tensor: string;
}

/** What units are resolved against. */
export interface SeeModel {
  readonly model: Model;
  readonly modelPath: string;
  readonly size: PictureSize;
  readonly objective: ObjectiveName;
  readonly labels?: string | undefined;
}

/** Channels shown of a layer of which none is named. */
const CHANNELS = 16;

/**
 * The objectives that the user's arguments mean.
 *
 * @throws UsageError, UnknownLayerError, RangeError for names that do not exist, with what there is instead
 */
export async function resolveUnits(texts: readonly string[], context: SeeModel): Promise<SeeUnit[]> {
  const units: SeeUnit[] = [];
  for (const text of texts) {
    const { first, others } = parseUnits(text);
    if (others.length === 0) {
      for (const single of await spread(first, context)) units.push(await resolve(single, context));
      continue;
    }
    const start = await resolve(first, context);
    let { expression } = start;
    for (const { operator, unit: name } of others) {
      const other = (await resolve(name, context)).expression;
      expression = { '+': sum, '-': difference, '*': product }[operator](expression, other);
    }
    units.push({ name: text.replaceAll(/\s+/g, ''), expression, tensor: start.tensor });
  }
  return units;
}

/** A name for each channel; of a layer without one, some of its channels. */
async function spread(name: UnitName, context: SeeModel): Promise<UnitName[]> {
  if (name.channels !== null) return name.channels.map((channel) => ({ ...name, channels: [channel] }));
  if (context.objective === 'deepdream') return [name];
  const total = name.layer === 'class' ? classesOf(context.model).classes : layoutOf(name.layer, context).channels;
  const count = Math.min(CHANNELS, total);
  return Array.from({ length: count }, (_, i) => ({ ...name, channels: [Math.floor((i * total) / count)] }));
}

async function resolve({ layer, channels, at }: UnitName, context: SeeModel): Promise<SeeUnit> {
  const { model, objective } = context;
  if (layer === 'class') {
    const { tensor, classes } = classesOf(model);
    const index = await classIndex(channels![0]!, classes, context);
    return { name: `class:${channels![0]!}`, expression: unit(tensor, index, channelObjective()), tensor };
  }
  if (layer.endsWith('.heads')) return resolveHead(layer, channels?.[0], context);
  const { tensor, channels: count } = layoutOf(layer, context);
  if (channels === null) return { name: layer, expression: deepDream(tensor), tensor };
  const channel = Number(channels[0]);
  if (channel >= count)
    throw new UsageError(
      `${layer} has ${count === 1 ? 'one channel, 0' : `channels 0 … ${count - 1}`}; there is no channel ${channel}`,
    );
  const formulas = {
    channel: channelObjective(),
    neuron: neuronObjective(),
    cosine: cosineDirectionObjective(),
    deepdream: null,
  };
  const formula = formulas[objective];
  if (formula === null) throw new UsageError(`--objective deepdream is for whole layers: name ${layer} without a channel`);
  return {
    name: `${layer}:${channel}${at === null ? '' : `@${at}`}`,
    expression: unit(tensor, channel, at === null ? formula : { ...formula, at: parseAt(at) }),
    tensor,
  };
}

function resolveHead(name: string, index: number | string | undefined, { model, size }: SeeModel): SeeUnit {
  const all = attentionHeads(model, size);
  const found = all.find((heads) => heads.name === name);
  if (!found)
    throw new UsageError(`the model has no attention "${name}"; it has ${all.map((heads) => heads.name).join(', ') || 'none'}`);
  const { tensor } = found.layout;
  if (index === undefined) return { name, expression: deepDream(tensor), tensor };
  return { name: `${name}:${index}`, expression: head(tensor, Number(index), found.layout), tensor };
}

function layoutOf(layer: string, { model, size }: SeeModel) {
  return layerLayout(model, findLayer(model, layer).tensor, size);
}

function classesOf(model: Model): NonNullable<ReturnType<typeof classOutput>> {
  const scores = classOutput(model);
  if (scores === null) throw new UsageError('the model has no class scores among its outputs: name a layer instead of class:…');
  return scores;
}

async function classIndex(channel: number | string, classes: number, context: SeeModel): Promise<number> {
  if (typeof channel === 'number') {
    if (channel < classes) return channel;
    throw new UsageError(`the model has classes 0 … ${classes - 1}; there is no class ${channel}`);
  }
  const { names } = await findClassNames(context.modelPath, classes, { file: context.labels, metadata: context.model.metadata });
  const wanted = channel.toLowerCase();
  const exact = names.findIndex((name) => name.toLowerCase() === wanted);
  const index = exact >= 0 ? exact : names.findIndex((name) => name.toLowerCase().includes(wanted));
  if (index < 0) throw new UsageError(`the model has no class "${channel}" (${names.slice(0, 3).join(', ')}, …)`);
  return index;
}

function parseAt(at: string): Objective['at'] {
  if (at === 'center' || at === 'everywhere') return at;
  if (at === 'class') return { token: 0 };
  const register = /^register(\d+)$/.exec(at);
  if (register) return { token: Number(register[1]) + 1 };
  const place = /^(\d+),(\d+)$/.exec(at);
  if (place) return { row: Number(place[1]), column: Number(place[2]) };
  throw new UsageError(`"@${at}" is no place; there are @center, @everywhere, @class, @register0 and @ROW,COLUMN`);
}
