import { findLayer } from '@incognita/onnx';
import { BrowserRunner, fetchModel, type ModelSource } from '@incognita/runtime/web';
import { type Preprocessing, resolvePreprocessing } from '@incognita/vision/web';
import type { OpenNetwork, VisualizeChannel } from './networkCalls.js';
import { ORT_BUILDS } from './ortBuilds.web.js';
import { type CallContext, serveCalls } from './serveCalls.web.js';
import { visualizeChannel } from './visualizeChannel.web.js';

// A network that takes pictures, in this tab: it is opened once, then answers what the page Live asks, by the functions that our server calls.

let opened: { runner: BrowserRunner; source: ModelSource; preprocessing: Preprocessing } | null = null;

const tell = serveCalls({
  async open({ url, provider, limitBytes, threads }: OpenNetwork, { signal }: CallContext) {
    const onProgress = (loaded: number, total: number) => tell({ loaded, total });
    const source = await fetchModel(url, { limitBytes, signal, onProgress });
    const runner = await BrowserRunner.open({ builds: ORT_BUILDS, provider, threads, onEngine: (engine) => tell({ engine }) });
    opened = { runner, source, preprocessing: resolvePreprocessing(source.model) };
    return { engine: runner.engine };
  },
  visualize: ({ layer, ...args }: VisualizeChannel, context: CallContext) =>
    visualizeChannel(opened!, { ...args, tensor: findLayer(opened!.source.model, layer).tensor }, context),
});
