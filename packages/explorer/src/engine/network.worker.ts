import { BrowserRunner, fetchModel } from '@incognita/runtime/web';
import { liveCard } from '@incognita/vision/web';
import { decodeHere } from './decodeHere.web.js';
import type { AttributionOf, FrameOf, OpenNetwork, VisualizeChannel } from './networkCalls.js';
import { openNetwork, type TabNetwork } from './openNetwork.web.js';
import { ORT_BUILDS } from './ortBuilds.web.js';
import { type CallContext, serveCalls } from './serveCalls.web.js';
import { visualizeChannel } from './visualizeChannel.web.js';

// A network that takes pictures, in this tab: it is opened once, then answers what the page Live asks, by the code that our server runs.

let opened: (TabNetwork & { readonly run: BrowserRunner }) | null = null;

const tell = serveCalls({
  async open({ url, preprocessing, provider, limitBytes, threads }: OpenNetwork, { signal }: CallContext) {
    const onProgress = (loaded: number, total: number) => tell({ loaded, total });
    const source = await fetchModel(url, { limitBytes, signal, onProgress });
    const run = await BrowserRunner.open({ builds: ORT_BUILDS, provider, threads, onEngine: (engine) => tell({ engine }) });
    opened = { ...(await openNetwork({ runner: run, source, url }, preprocessing)), run };
    const { network, classes } = opened;
    return { card: liveCard(network, { sha256: await source.sha256(), classes }), engine: run.engine };
  },
  async frame({ picture, layer, values }: FrameOf, { signal }: CallContext) {
    const start = performance.now();
    const decoded = await decodeHere(picture);
    const decode = performance.now() - start;
    const frame = await opened!.network.frame(opened!.runner(signal), decoded, { layer, values });
    return { ...frame, ms: { ...frame.ms, decode, wait: 0 } };
  },
  async attribute({ picture, ...request }: AttributionOf, { signal }: CallContext) {
    const start = performance.now();
    const found = await opened!.network.attribute(opened!.runner(signal), await decodeHere(picture), { ...request, seed: 0 });
    return { ...found, ms: performance.now() - start };
  },
  visualize: ({ layer, ...args }: VisualizeChannel, context: CallContext) =>
    visualizeChannel(opened!, { ...args, tensor: opened!.network.layer(layer).layout.tensor }, context),
});
