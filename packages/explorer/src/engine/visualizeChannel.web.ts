import type { BrowserRunner } from '@incognita/runtime/web';
import { channel, prepareVisualization, type RenderProgress, renderBatch } from '@incognita/vision/web';
import type { ImageStep, VisualizeChannel } from './networkCalls.js';
import type { TabNetwork } from './openNetwork.web.js';
import type { CallContext } from './serveCalls.web.js';

/** Optimises an image for one channel in this worker, as `incognita see` does; a step with the image as it is every 16 steps. */
export async function visualizeChannel(
  { run, source, network }: TabNetwork & { readonly run: BrowserRunner },
  { tensor, channel: index, steps, seed }: Omit<VisualizeChannel, 'layer'> & { tensor: string },
  { signal, step }: CallContext,
): Promise<ImageStep> {
  const visualization = prepareVisualization(source, {
    objective: channel(tensor, index),
    preprocessing: network.preprocessing,
    batch: 1,
    steps,
  });
  const { renderer, defaults } = visualization;
  const { widthPx, heightPx } = renderer;
  const onProgress = (value: unknown): void => {
    const { step: now, scores, pictures } = value as RenderProgress;
    step({
      step: now,
      steps,
      score: scores[0]!,
      widthPx,
      heightPx,
      rgb: pictures as Uint8Array<ArrayBuffer>,
    } satisfies ImageStep);
  };
  const args = { renderer, ...defaults, seeds: [seed], previews: true };
  const { pictures, scores, steps: done } = await renderBatch(args, run.task({ signal, onProgress }));
  return { step: done, steps, score: scores[0]!, widthPx, heightPx, rgb: pictures as Uint8Array<ArrayBuffer> };
}
