/** How a picture becomes a network's input: a plain value that is printed and stored with every result. */
export interface Preprocessing {
  readonly widthPx: number;
  readonly heightPx: number;
  /**
   * `crop`: the short side is resized to the size, then the centre is cut out. `stretch`: both sides are resized to the size.
   * `pad`: the long side is resized to the size and the rest filled with the mean colour.
   */
  readonly resize: 'crop' | 'stretch' | 'pad';
  /** The network sees (value / divisor − mean) / std by channel, value in 0 … 255; `mean` and `std` in the network's channel order. */
  readonly divisor: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly colorOrder: 'rgb' | 'bgr' | 'gray';
  readonly layout: 'nchw' | 'nhwc';
  /** Where these values came from: `metadata`, `sidecar:FILE`, `preset:NAME`, `option`. */
  readonly source: string;
  /** One plain sentence for the user: which values were used, and why. */
  readonly statement: string;
}

/** Channels of the network's input. */
export function channelsOf(preprocessing: Pick<Preprocessing, 'colorOrder'>): number {
  return preprocessing.colorOrder === 'gray' ? 1 : 3;
}

/** Shape of an input of `batch` pictures. */
export function inputDims(preprocessing: Preprocessing, batch = 1): number[] {
  const { widthPx, heightPx, layout } = preprocessing;
  const channels = channelsOf(preprocessing);
  return layout === 'nchw' ? [batch, channels, heightPx, widthPx] : [batch, heightPx, widthPx, channels];
}

/** Shares of red, green and blue in grey: ITU-R BT.601. */
export const LUMA: readonly number[] = [0.299, 0.587, 0.114];
