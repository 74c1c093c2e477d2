import {
  type ChannelExemplarRow,
  type ChannelImageRow,
  type ChannelImages,
  type ChannelLinkRow,
  type ChannelRow,
  type ClassPushRow,
  decodeSafetensors,
  type LayerMicroscope,
  type Sheet,
} from '@incognita/workspace/schema';
import { fetchBytes } from '../../data/fetchBytes.js';
import { readRows } from '../../data/parquet.js';
import { type Resource, useResource } from '../../data/resource.js';

/** An optimised image of a channel, with its tile and its scores. */
export interface ChannelImage {
  readonly made: ChannelImages;
  readonly sheet: Sheet;
  /** Its id in the sheet. */
  readonly id: number;
  readonly scores: ChannelImageRow;
}

/** How the channels of a layer answer, in their order. */
export function useStatistics({ statistics }: LayerMicroscope): Resource<readonly ChannelRow[]> {
  return useResource(`channels:${statistics}`, async () => readRows<ChannelRow>(await fetchBytes(statistics)));
}

/** Optimised images by channel: what excites it before what silences it, in the order of the manifest. */
export function useImages({ images }: LayerMicroscope): Resource<ReadonlyMap<number, readonly ChannelImage[]>> {
  const key = images.map(({ scores, sheets }) => `${scores} ${sheets.length}`).join();
  return useResource(`images:${key}`, async () => {
    const found = new Map<number, ChannelImage[]>();
    for (const made of images) {
      const rows = await readRows<ChannelImageRow>(await fetchBytes(made.scores));
      for (const sheet of made.sheets)
        for (const id of sheet.ids) {
          const scores = rows[id];
          if (scores === undefined) continue;
          const list = found.get(scores.channel) ?? [];
          list.push({ made, sheet, id, scores });
          found.set(scores.channel, list);
        }
    }
    for (const list of found.values()) list.sort((a, b) => KINDS.indexOf(a.made.kind) - KINDS.indexOf(b.made.kind));
    return found;
  });
}

const KINDS: readonly ChannelImages['kind'][] = ['positive', 'diverse', 'negative'];

/** Rows of a table by their channel. */
type ByChannel<Row> = ReadonlyMap<number, readonly Row[]>;

function useByChannel<Row extends { channel: number }>(file: string | null): Resource<ByChannel<Row>> {
  return useResource(file && `by channel:${file}`, async () =>
    Map.groupBy(await readRows<Row>(await fetchBytes(file!)), ({ channel }) => channel),
  );
}

/** Patches by channel; null loads nothing. */
export function useExemplars(layer: LayerMicroscope | null): Resource<ByChannel<ChannelExemplarRow>> {
  return useByChannel(layer?.exemplars ?? null);
}

/** Connections by channel; a layer without any has none to load. */
export function useLinks({ links }: LayerMicroscope): Resource<ByChannel<ChannelLinkRow>> {
  return useByChannel(links);
}

/** Classes that channels push, by channel; null loads nothing. */
export function useClassPush(layer: LayerMicroscope | null): Resource<ByChannel<ClassPushRow>> {
  return useByChannel(layer?.classPush ?? null);
}

/** Histograms of a layer: bin b of channel c counts values from `start[c]` + b · `width[c]`. */
export interface Histograms {
  readonly bins: number;
  readonly counts: Uint32Array;
  readonly start: Float32Array;
  readonly width: Float32Array;
}

export function useHistograms({ histograms }: LayerMicroscope): Resource<Histograms> {
  return useResource(`histograms:${histograms}`, async () => {
    const { tensors } = decodeSafetensors(new Uint8Array(await fetchBytes(histograms)));
    const [counts, start, width] = ['counts', 'start', 'width'].map((name) => tensors.get(name));
    if (!counts || !start || !width) throw new Error(`${histograms} holds no histograms`);
    return {
      bins: counts.shape[1]!,
      counts: counts.data as Uint32Array,
      start: start.data as Float32Array,
      width: width.data as Float32Array,
    };
  });
}
