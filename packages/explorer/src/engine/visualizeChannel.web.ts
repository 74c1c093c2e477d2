import type { BrowserRunner, ModelSource } from '@incognita/runtime/web';
import { channel, type Preprocessing, prepareVisualization, type RenderProgress, renderBatch } from '@incognita/vision/web';
import type { ImageStep, VisualizeChannel } from './networkCalls.js';
import type { CallContext } from './serveCalls.web.js';

/** Optimises an image for one channel in this worker, as `incognita see` does; a step with the image as it is every 16 steps. */
export async function visualizeChannel(
  { runner, source, preprocessing }: { runner: BrowserRunner; source: ModelSource; preprocessing: Preprocessing },
  { tensor, channel: index, steps, seed }: Omit<VisualizeChannel, 'layer'> & { tensor: string },
  { signal, step }: CallContext,
): Promise<ImageStep> {
  const visualization = prepareVisualization(source, { objective: channel(tensor, index), preprocessing, batch: 1, steps });
  const { renderer, defaults } = visualization;
  const { widthPx, heightPx } = renderer;
  const onProgress = (value: unknown): void => {
    const { step: now, scores, pictures } = value as RenderProgress;
    step({ step: now, steps, score: scores[0]!, widthPx, heightPx, rgb: pictures! } satisfies ImageStep);
  };
  const args = { renderer, ...defaults, seeds: [seed], previews: true };
  const { pictures, scores, steps: done } = await renderBatch(args, runner.task({ signal, onProgress }));
  return { step: done, steps, score: scores[0]!, widthPx, heightPx, rgb: pictures };
}
