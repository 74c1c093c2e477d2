import type { ImageStep, VisualizeChannel } from '../../engine/networkCalls.js';
import { createStore } from '../../state/store.js';
import { type TabNetworkWish, tabNetwork } from '../data/tabNetwork.js';

/** Which channel of which network. */
export interface ImageWish extends TabNetworkWish {
  readonly layer: string;
  readonly channel: number;
}

/** The image that this tab makes, or made last. */
export interface ImageState {
  readonly of: ImageWish | null;
  readonly image: ImageStep | null;
  readonly running: boolean;
  readonly error: string | null;
}

const STEPS = 256;
const SEED = 1;

export const imageStore = createStore<ImageState>({ of: null, image: null, running: false, error: null });
let cancel: AbortController | null = null;

/** Begins an image; the one before is stopped. */
export async function beginImage(of: ImageWish): Promise<void> {
  stopImage();
  const own = new AbortController();
  cancel = own;
  imageStore.set({ of, image: null, running: true, error: null });
  const put = (change: Partial<ImageState>) => {
    if (cancel === own) imageStore.set((now) => ({ ...now, ...change }));
  };
  try {
    const network = tabNetwork(of);
    await network.open();
    own.signal.throwIfAborted();
    const args: VisualizeChannel = { layer: of.layer, channel: of.channel, steps: STEPS, seed: SEED };
    const options = { signal: own.signal, onStep: (image: ImageStep) => put({ image }) };
    put({ image: await network.client.call<ImageStep, ImageStep>('visualize', args, options), running: false });
  } catch (error) {
    put({ running: false, error: own.signal.aborted ? null : (error as Error).message });
  }
}

/** Stops; the image stays as it is. */
export function stopImage(): void {
  cancel?.abort(new DOMException('stopped', 'AbortError'));
}
