import { imageInput } from '@incognita/onnx';
import { loadModelSource, type TaskContext, type TaskRef } from '@incognita/runtime';
import { findClassNames } from '../classes/classNames.node.js';
import { decodePicture, PictureError } from '../picture/decode.node.js';
import type { Picture } from '../picture/picture.js';
import { type Pixels, pictureOfPixels } from '../picture/pixels.js';
import type { LiveAttribution, LiveAttributionRequest } from './liveAttribution.js';
import { type LiveCard, liveCard } from './liveCard.js';
import type { LiveFrame } from './liveFrame.js';
import { openLive } from './openLive.node.js';

/** A picture on its way to a worker: pixels of a camera or a canvas, or a file's bytes. */
export type LivePicture = { readonly pixels: Pixels } | { readonly file: Uint8Array };

/** Arguments of {@link frameTask}. */
export interface LiveFrameArgs {
  readonly file: string;
  readonly picture: LivePicture;
  readonly layer: string | null;
  readonly values: boolean;
}

/** A frame, with the milliseconds that it took to decode the picture and to find the network. */
export interface LiveFrameResult extends Omit<LiveFrame, 'ms'> {
  readonly ms: LiveFrame['ms'] & { readonly decode: number };
}

/** Arguments of {@link attributeTask}. */
export interface LiveAttributeArgs {
  readonly file: string;
  readonly picture: LivePicture;
  readonly request: LiveAttributionRequest;
}

const MODULE = new URL('../../dist/live/live.task.node.js', import.meta.url).href;
/** Worker tasks of a live network; each opens the file where it is not open in that worker. */
export const LIVE_TASKS = {
  look: { module: MODULE, export: 'lookTask' },
  card: { module: MODULE, export: 'cardTask' },
  frame: { module: MODULE, export: 'frameTask' },
  attribute: { module: MODULE, export: 'attributeTask' },
} satisfies Record<string, TaskRef>;

/** Why a file holds no network that takes pictures, or null where it does. */
export async function lookTask({ file }: { file: string }): Promise<string | null> {
  try {
    imageInput((await loadModelSource(file)).model);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What the network of a file is. */
export async function cardTask({ file }: { file: string }): Promise<LiveCard> {
  const { network, source } = await openLive(file);
  const { model, classes } = network;
  const names = classes && (await findClassNames(file, classes.classes, { metadata: model.metadata }));
  return liveCard(network, { sha256: await source.sha256(), classes: names });
}

/** One picture through the network of a file. */
export async function frameTask({ file, picture, layer, values }: LiveFrameArgs, context: TaskContext): Promise<LiveFrameResult> {
  const { network, runner } = await openLive(file);
  const start = performance.now();
  const decoded = await decode(picture);
  const took = performance.now() - start;
  const frame = await network.frame(runner(context), decoded, { layer, values });
  const seen = { ...frame.seen, data: frame.seen.data.slice() };
  const arrays = [seen.data, frame.scores, frame.maps?.bytes, frame.maps?.ranges, frame.values];
  const buffers = arrays.flatMap((array) => (array ? [array.buffer as ArrayBuffer] : []));
  return context.transfer(buffers, { ...frame, seen, ms: { ...frame.ms, decode: took } });
}

/** Where in a picture a unit of the network of a file comes from. */
export async function attributeTask(
  { file, picture, request }: LiveAttributeArgs,
  context: TaskContext,
): Promise<LiveAttribution> {
  const { network, runner } = await openLive(file);
  return network.attribute(runner(context), await decode(picture), request);
}

async function decode(picture: LivePicture): Promise<Picture> {
  if ('pixels' in picture) return pictureOfPixels(picture.pixels);
  return decodePicture(picture.file).catch((error: Error) => {
    // Whoever shows a picture to a page has no option to raise.
    throw new PictureError(error.message.replace('; raise --max-megapixels', ': make the picture smaller'));
  });
}
