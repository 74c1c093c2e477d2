import type { ChannelExemplarRow, ChannelImageRow, LayerMicroscope, WorkspaceManifest } from '@incognita/workspace/schema';
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

/** Scores of the positive images of a layer, by channel. */
export function useImageScores(layer: LayerMicroscope | null): Resource<ReadonlyMap<number, ChannelImageRow>> {
  const scores = layer?.images.find(({ kind }) => kind === 'positive')?.scores ?? null;
  return useResource(scores && `channel images:${scores}`, async () => {
    const rows = await readRows<ChannelImageRow>(await fetchBytes(scores!));
    return new Map(rows.map((row) => [row.channel, row]));
  });
}
