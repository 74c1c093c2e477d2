import { readFile } from 'node:fs/promises';
import { jvp, MissingRuleError, NoPathError } from '@incognita/autodiff';
import { imageInput } from '@incognita/onnx';
import {
  activationTimesGradient,
  channel as channelTerm,
  classEffectGraphs,
  classEffects,
  decodePicture,
  type Picture,
  pictureValues,
  prepareAttribution,
  preprocess,
  strongestLinks,
  weightLinks,
} from '@incognita/vision';
import { type ChannelLinkRow, type ClassPushRow, writeParquet } from '@incognita/workspace';
import type { UsedPicture } from '../pictures/preparePictures.js';
import { mapLimited } from '../pipeline/mapLimited.js';
import type { AtlasContext } from '../pipeline/options.js';
import type { Scope, ScopeLayer } from './prepareMicroscope.node.js';

/** Connections, and classes at each end, listed for a channel. */
const LINKS = 8;
const CLASSES = 5;
/** Pictures that effects are averaged over. */
const PICTURES = 4;

/** The strongest connections by weight of the channels of all layers, by layer. */
export function linksByWeight(scope: Scope): ReadonlyMap<string, ChannelLinkRow[]> {
  const { model } = scope.source;
  const rows = new Map<string, ChannelLinkRow[]>(scope.layers.map(({ layer }) => [layer.name, []]));
  for (const before of scope.layers) {
    const links = weightLinks(model, before.layer.tensor, before.layout.channels);
    for (const after of scope.layers) {
      const found = links.get(model.graph.nodes[after.layer.nodeIndex]!.outputs[0]!);
      if (found === undefined || found.after !== after.layout.channels) continue;
      addLinks(rows, found.weights, before.layer.name, after.layer.name, 'weight', found.before);
    }
  }
  return rows;
}

/** Adds a matrix [after, before] to the lists of both layers. */
function addLinks(
  rows: ReadonlyMap<string, ChannelLinkRow[]>,
  values: Float32Array,
  before: string,
  after: string,
  measure: ChannelLinkRow['measure'],
  columns: number,
): void {
  const list = (channel: number, direction: ChannelLinkRow['direction'], of: Parameters<typeof strongestLinks>[2]): void => {
    const [own, layer] = direction === 'after' ? [before, after] : [after, before];
    for (const [rank, link] of strongestLinks(values, columns, of, LINKS).entries())
      rows.get(own)!.push({ channel, direction, measure, rank, layer, ...link });
  };
  for (let c = 0; c < columns; c++) list(c, 'after', { column: c });
  for (let r = 0; r < values.length / columns; r++) list(r, 'before', { row: r });
}

/** Some pictures of the data set, as files. */
export async function somePictures(scope: Scope, used: readonly UsedPicture[]): Promise<Picture[]> {
  const count = Math.min(PICTURES, used.length);
  const chosen = Array.from({ length: count }, (_, i) => used[Math.floor((i * used.length) / count)]!);
  const options = { maxMegapixels: scope.setup.maxMegapixels };
  return Promise.all(chosen.map(async ({ file }) => decodePicture(await readFile(`${scope.setup.folder}/${file}`), options)));
}

/**
 * The strongest connections of some channels with the layer before, by activation × gradient, mean over some pictures; none where the gradient has no way.
 */
export async function linksByAttribution(
  scope: Scope,
  {
    before,
    after,
    channels,
    pictures,
  }: {
    readonly before: ScopeLayer;
    readonly after: ScopeLayer;
    readonly channels: readonly number[];
    readonly pictures: readonly Picture[];
  },
  { pool }: AtlasContext,
): Promise<ChannelLinkRow[]> {
  const { preprocessing, source } = scope;
  const rows: ChannelLinkRow[] = [];
  try {
    const attribution = prepareAttribution(source, { target: channelTerm(after.layer.tensor, 0), preprocessing, pool, batch: 1 });
    for (const channel of channels) {
      const sum = new Float32Array(before.layout.channels);
      for (const picture of pictures) {
        const values = pictureValues(picture, preprocessing);
        const effects = await activationTimesGradient(attribution.forChannel(channel), values, before.layer.tensor);
        for (const [c, value] of effects.channels.entries()) sum[c]! += value / pictures.length;
      }
      for (const [rank, link] of strongestLinks(sum, sum.length, { row: 0 }, LINKS).entries())
        rows.push({ channel, direction: 'before', measure: 'attribution', rank, layer: before.layer.name, ...link });
    }
  } catch (error) {
    if (error instanceof MissingRuleError || error instanceof NoPathError) return [];
    throw error;
  }
  return rows;
}

/** Which classes the channels of a layer push most, and away most, mean over some pictures. Null where their effect cannot be told. */
export async function classPushRows(
  scope: Scope,
  { layer, layout }: ScopeLayer,
  pictures: readonly Picture[],
  { pool }: AtlasContext,
): Promise<ClassPushRow[] | null> {
  const { classes, source, preprocessing } = scope;
  const { batch } = imageInput(source.model);
  if (classes === null || (batch !== null && batch !== 1)) return null;
  try {
    jvp(source.model, { of: classes.tensor, wrt: layer.tensor, repeat: true });
  } catch (error) {
    if (error instanceof MissingRuleError || error instanceof NoPathError) return null;
    throw error;
  }
  const sum = new Float32Array(layout.channels * classes.classes);
  const graphs = classEffectGraphs(source, layer.tensor);
  const options = { preprocessing, pool, by: 'channel', graphs } as const;
  const all = await mapLimited(pictures, pool.size, (picture) =>
    classEffects(source, preprocess(picture, preprocessing).input, layer.tensor, options),
  );
  // Every layer has sessions of its own; kept, they would add up.
  for (const { key } of [graphs.part, graphs.forward]) pool.drop(key);
  for (const { effects } of all) for (const [i, value] of effects.entries()) sum[i]! += value / pictures.length;
  const ends = Math.min(CLASSES, Math.floor(classes.classes / 2));
  return Array.from({ length: layout.channels }, (_, channel) => {
    const own = sum.subarray(channel * classes.classes, (channel + 1) * classes.classes);
    const order = Array.from(own.keys()).sort((a, b) => own[b]! - own[a]! || a - b);
    return [...order.slice(0, ends), ...order.slice(order.length - ends)].map((c, rank) => ({
      channel,
      rank,
      class: c,
      push: own[c]!,
    }));
  }).flat();
}

/** The table of connections: see workspace's `ChannelLinkRow`. */
export function linkTable(rows: readonly ChannelLinkRow[]): Uint8Array {
  const int = (name: 'channel' | 'rank' | 'other') => ({ name, type: 'int32', data: rows.map((row) => row[name]) }) as const;
  const text = (name: 'direction' | 'measure' | 'layer') =>
    ({ name, type: 'string', data: rows.map((row) => row[name]) }) as const;
  return writeParquet([
    int('channel'),
    text('direction'),
    text('measure'),
    int('rank'),
    text('layer'),
    int('other'),
    { name: 'value', type: 'float', data: rows.map(({ value }) => value) },
  ]);
}

/** The table of classes: see workspace's `ClassPushRow`. */
export function classPushTable(rows: readonly ClassPushRow[]): Uint8Array {
  const int = (name: 'channel' | 'rank' | 'class') => ({ name, type: 'int32', data: rows.map((row) => row[name]) }) as const;
  return writeParquet([
    int('channel'),
    int('rank'),
    int('class'),
    { name: 'push', type: 'float', data: rows.map(({ push }) => push) },
  ]);
}
