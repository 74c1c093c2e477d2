import type { Picture } from '@incognita/vision';
import type { ChannelLinkRow, LayerMicroscope } from '@incognita/workspace';
import type { AtlasContext } from '../pipeline/options.js';
import { DEFAULT_CHANNELS, spread } from './images/paintBlocks.node.js';
import type { Scope } from './prepareMicroscope.node.js';
import type { Surveyed } from './surveyStages.js';
import { classPushRows, classPushTable, linksByAttribution, linkTable } from './wiringStages.node.js';

/** What the connections of layers are found with. */
export interface Wiring {
  readonly scope: Scope;
  readonly surveyed: Surveyed;
  /** Connections by weight, by layer. */
  readonly weights: ReadonlyMap<string, ChannelLinkRow[]>;
  /** Pictures that effects are averaged over. */
  readonly some: readonly Picture[];
}

/** The connections of one layer's channels, and the classes that they push where the layer is a block. */
export async function wireLayer(
  { scope, surveyed, weights, some }: Wiring,
  { place, isBlock }: { readonly place: number; readonly isBlock: boolean },
  context: AtlasContext,
): Promise<Pick<LayerMicroscope, 'links' | 'classPush'>> {
  const layer = scope.layers[place]!;
  const { name } = layer.layer;
  const inputs = { surveyed: surveyed.inputs, layer: name, place, isBlock };
  type Value = { links: boolean; classes: boolean };
  const stage = await context.workspace.stage<Value>({ name: 'wiring', version: 2, inputs }, async (out) => {
    const kind = scope.layers.some((other) => other.layer.kind === 'block') ? 'block' : 'conv';
    const previous = scope.layers
      .slice(0, place)
      .findLast((other) => other.layer.kind === kind && other.layout.kind !== 'vector');
    const channels = spread(DEFAULT_CHANNELS, layer.layout.channels);
    const byData =
      isBlock && previous !== undefined
        ? await linksByAttribution(scope, { before: previous, after: layer, channels, pictures: some }, context)
        : [];
    const links = [...weights.get(name)!, ...byData];
    if (links.length > 0) await out.write('links.parquet', linkTable(links));
    const pushes = isBlock ? await classPushRows(scope, layer, some, context) : null;
    if (pushes !== null) await out.write('classPush.parquet', classPushTable(pushes));
    return { links: links.length > 0, classes: pushes !== null };
  });
  return {
    links: stage.value.links ? `${stage.path}/links.parquet` : null,
    classPush: stage.value.classes ? `${stage.path}/classPush.parquet` : null,
  };
}
