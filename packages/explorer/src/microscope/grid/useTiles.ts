import type { LayerMicroscope, Sheet } from '@incognita/workspace/schema';
import { useMemo } from 'react';
import { useResource } from '../../data/resource.js';
import { type TrustMarks, trustOf, type Verdict } from '../../trust/trustOf.js';
import { readKernels } from '../../ui/kernels/kernelPixels.js';
import { kernelSheet } from '../../ui/kernels/kernelSheet.js';
import { tileStyle } from '../../ui/tileStyle.js';
import type { ChannelImage } from '../data/layerData.js';
import { useMicroscope } from '../data/MicroscopeContext.js';
import type { Tiles } from '../microscopeAddress.js';

/** What the tile of a channel shows. */
export interface Tile {
  readonly style: React.CSSProperties;
  readonly kind: 'image' | 'patch' | 'kernel';
  /** Of an optimised image. */
  readonly verdict: Verdict | null;
}

export type TileOf = (channel: number) => Tile | null;

/** Tiles of a layer's channels: the optimised image where one is asked for and there, else the strongest real patch. */
export function useTiles(
  layer: LayerMicroscope,
  wanted: Tiles,
  images: ReadonlyMap<number, readonly ChannelImage[]> | null,
): TileOf {
  const { microscope } = useMicroscope();
  const file = wanted === 'kernels' && layer.kernels ? layer.kernels : null;
  const kernels = useResource(file && `kernel sheet:${file}`, async () => kernelSheet(await readKernels(file!))).value;
  return useMemo(() => {
    const known = new Map<number, Tile>();
    const add = (sheets: readonly Sheet[], kind: Tile['kind']) => {
      for (const sheet of sheets)
        for (const [i, channel] of sheet.ids.entries()) known.set(channel, { style: tileStyle(sheet, i), kind, verdict: null });
    };
    add(layer.patches, 'patch');
    if (wanted === 'images')
      for (const [channel, [image]] of images ?? [])
        if (image !== undefined)
          known.set(channel, {
            style: tileStyle(image.sheet, image.sheet.ids.indexOf(image.id)),
            kind: 'image',
            verdict: trustOf(image.scores, microscope.trust),
          });
    if (kernels !== null) add([kernels], 'kernel');
    return (channel: number) => known.get(channel) ?? null;
  }, [layer, wanted, images, kernels, microscope.trust]);
}

/** What channels are sorted by for trust: how many marks their image is above, then its two-alternative score. */
export function trustKeys(images: ReadonlyMap<number, readonly ChannelImage[]> | null, marks: TrustMarks): Map<number, number> {
  const keys = new Map<number, number>();
  for (const [channel, [image]] of images ?? []) {
    if (image === undefined) continue;
    const above = trustOf(image.scores, marks).measures.filter(({ state }) => state === 'above').length;
    keys.set(channel, above + (image.scores.twoAlternative ?? 0) / 2);
  }
  return keys;
}
