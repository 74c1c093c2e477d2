import { patchRect, type Rect, shareBelow } from '@incognita/vision';
import { type ChannelExemplarRow, encodeSafetensors, writeParquet } from '@incognita/workspace';
import type { UsedPicture } from '../pictures/preparePictures.js';
import type { ScopeLayer } from './prepareMicroscope.node.js';
import { KEPT, type LayerSurvey } from './surveyStages.js';

/** Tokens see everything; what is shown of one is its own patch and so many around it. */
const TOKEN_MARGIN = 1;

/** The table of channels: see workspace's `ChannelRow`. */
export function statisticsTable({ survey }: LayerSurvey): Uint8Array {
  const { channels, count, top, bottom } = survey;
  const every = (value: (c: number) => number): number[] => Array.from({ length: channels }, (_, c) => value(c));
  const mean = (c: number): number => survey.sum[c]! / count;
  return writeParquet([
    { name: 'channel', type: 'int32', data: every((c) => c) },
    { name: 'mean', type: 'float', data: every(mean) },
    { name: 'deviation', type: 'float', data: every((c) => Math.sqrt(Math.max(0, survey.squares[c]! / count - mean(c) ** 2))) },
    { name: 'min', type: 'float', data: every((c) => bottom.value[c * bottom.count]!) },
    { name: 'max', type: 'float', data: every((c) => top.value[c * top.count]!) },
    { name: 'active', type: 'float', data: every((c) => survey.active[c]! / count) },
  ]);
}

/** The histograms of a layer's channels. */
export function histogramFile({ survey: { histograms: h } }: LayerSurvey): Uint8Array {
  const { channels, bins } = h;
  const width = Float32Array.from({ length: channels }, (_, c) => 2 ** h.exponent[c]!);
  return encodeSafetensors({
    counts: { shape: [channels, bins], data: h.counts },
    start: { shape: [channels], data: Float32Array.from(width, (size, c) => h.first[c]! * size) },
    width: { shape: [channels], data: width },
  });
}

/** Exemplars of every channel: strongest and weakest patches, and patches spread over the quantiles of its values. */
export function exemplarRows(
  layer: ScopeLayer,
  { survey, values, pictures, positions }: LayerSurvey,
  used: readonly UsedPicture[],
): ChannelExemplarRow[] {
  const { channels } = survey;
  const rows: ChannelExemplarRow[] = [];
  for (let c = 0; c < channels; c++) {
    const sampled = Float32Array.from(pictures, (_, s) => values[s * channels + c]!);
    const add = (kind: ChannelExemplarRow['kind'], rank: number, picture: number, position: number, value: number): void => {
      const [row, column] = [Math.floor(position / layer.layout.columns), position % layer.layout.columns];
      const { x, y, width, height } = patchOf(layer, row, column, used[picture]!);
      const quantile = shareBelow(sampled, value);
      rows.push({ channel: c, kind, rank, picture, row, column, value, quantile, left: x, top: y, width, height });
    };
    const { top, bottom } = survey;
    for (const [kind, best] of [
      ['top', top],
      ['bottom', bottom],
    ] as const)
      for (let rank = 0; rank < best.count; rank++) {
        const at = c * best.count + rank;
        if (best.picture[at]! >= 0) add(kind, rank, best.picture[at]!, best.position[at]!, best.value[at]!);
      }
    const order = Array.from(pictures.keys()).sort((a, b) => sampled[a]! - sampled[b]! || a - b);
    const spread = Math.min(KEPT.exemplars, order.length);
    for (let rank = 0; rank < spread; rank++) {
      const s = order[Math.round((rank * (order.length - 1)) / Math.max(1, spread - 1))]!;
      add('quantile', rank, pictures[s]!, positions[s]!, sampled[s]!);
    }
  }
  return rows;
}

/** The table of exemplars: see workspace's `ChannelExemplarRow`. */
export function exemplarTable(rows: readonly ChannelExemplarRow[]): Uint8Array {
  const column = (name: keyof ChannelExemplarRow) => rows.map((row) => row[name] as number);
  const int = (name: keyof ChannelExemplarRow) => ({ name, type: 'int32', data: column(name) }) as const;
  const float = (name: keyof ChannelExemplarRow) => ({ name, type: 'float', data: column(name) }) as const;
  return writeParquet([
    int('channel'),
    { name: 'kind', type: 'string', data: rows.map(({ kind }) => kind) },
    ...(['rank', 'picture', 'row', 'column'] as const).map(int),
    float('value'),
    float('quantile'),
    ...(['left', 'top', 'width', 'height'] as const).map(int),
  ]);
}

/** What a position sees of a picture: its receptive field, a token's own patch and its neighbours, or all of it. */
export function patchOf({ field, layout }: ScopeLayer, row: number, column: number, { widthPx, heightPx }: UsedPicture): Rect {
  const size = { width: widthPx, height: heightPx };
  if (field !== null) return patchRect(field, row, column, size);
  if (layout.kind === 'vector' || !layout.placed || layout.rows * layout.columns === 1) return { x: 0, y: 0, ...size };
  const span = (at: number, count: number, length: number): [number, number] => {
    const from = Math.floor((Math.max(0, at - TOKEN_MARGIN) * length) / count);
    const to = Math.ceil((Math.min(count, at + 1 + TOKEN_MARGIN) * length) / count);
    return [from, Math.max(1, to - from)];
  };
  const [x, width] = span(column, layout.columns, widthPx);
  const [y, height] = span(row, layout.rows, heightPx);
  return { x, y, width, height };
}
