import type { ChannelExemplarRow, ChannelImageRow, LayerMicroscope, Sheet, WorkspaceManifest } from '@incognita/workspace/schema';
import { fetchBytes } from '../../data/fetchBytes.js';
import { readRows } from '../../data/parquet.js';
import { type Resource, useResource } from '../../data/resource.js';

/** What a workspace's microscope knows of a layer; null where it has not looked at it. */
export function microscopeOf(workspace: WorkspaceManifest | null, layer: string | null): LayerMicroscope | null {
  return workspace?.microscope?.layers.find((one) => one.layer === layer) ?? null;
}

/** The strongest patches of every channel, strongest first. */
export function useTopPatches(layer: LayerMicroscope | null): Resource<ReadonlyMap<number, ChannelExemplarRow[]>> {
  return useResource(layer && `channel patches:${layer.exemplars}`, async () => {
    const rows = await readRows<ChannelExemplarRow>(await fetchBytes(layer!.exemplars));
    return Map.groupBy(
      rows.filter(({ kind }) => kind === 'top'),
      ({ channel }) => channel,
    );
  });
}

/** A channel's optimised image: its tile, and how far to trust it. */
export interface ChannelImage {
  readonly sheet: Sheet;
  /** The tile's id: the row of the scores. */
  readonly id: number;
  readonly score: ChannelImageRow;
}

/** Scores of the images of a layer that excite channels; row i is that of tile i. */
export function useImageScores(layer: LayerMicroscope | null): Resource<readonly ChannelImageRow[]> {
  const scores = positiveOf(layer)?.scores ?? null;
  return useResource(scores && `scores of images:${scores}`, async () => readRows<ChannelImageRow>(await fetchBytes(scores!)));
}

/** The image that excites a channel; null where it has none. */
export function imageOf(
  layer: Pick<LayerMicroscope, 'images'> | null,
  scores: readonly ChannelImageRow[] | null,
  channel: number,
): ChannelImage | null {
  const id = scores?.findIndex((row) => row.channel === channel) ?? -1;
  const sheet = positiveOf(layer)?.sheets.find(({ ids }) => ids.includes(id));
  return sheet ? { sheet, id, score: scores![id]! } : null;
}

function positiveOf(layer: Pick<LayerMicroscope, 'images'> | null): LayerMicroscope['images'][number] | undefined {
  return layer?.images.find(({ kind }) => kind === 'positive');
}
