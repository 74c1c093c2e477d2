import type { Model } from '@incognita/onnx';
import { type Attribution, type AttributionGraphs, attributionGraphs } from '../attribution/attributionGraphs.js';
import type { GraphRunner } from '../attribution/graphRunner.js';
import { pictureValues } from '../attribution/pictureValues.js';
import { guidedGradient, integratedGradients, saliency, smoothGrad } from '../attribution/pixels.js';
import { activationTimesGradient, gradCam } from '../attribution/positions.js';
import { relevance } from '../attribution/relevance.js';
import { channel } from '../featurevis/objective/terms.js';
import { layerBefore } from '../featurevis/visualize/layerBefore.js';
import type { Picture } from '../picture/picture.js';
import { fit } from '../preprocessing/preprocess.js';
import type { Preprocessing } from '../preprocessing/preprocessing.js';
import type { LiveNetwork } from './liveNetwork.js';

/** Ways to say where a unit's value comes from, as `incognita attribute` names them; `jvp` is activation × gradient. */
export const LIVE_METHODS = ['saliency', 'smoothgrad', 'integrated', 'gradcam', 'guided', 'lrp', 'jvp'] as const;

/** What is asked. */
export interface LiveAttributionRequest {
  readonly method: (typeof LIVE_METHODS)[number];
  /** A class, or a channel (its mean over positions) of `layer`. */
  readonly target: { readonly class: number } | { readonly channel: number };
  /** The layer that is looked at: whose channel is meant, and whose positions `gradcam` and `jvp` weigh where a class is meant. */
  readonly layer: string;
  /** Of SmoothGrad's noise; default 0. */
  readonly seed?: number;
  /** Steps of integrated gradients at most, where fewer do not reach 1 %; default 64. */
  readonly steps?: number;
}

/** Where in a picture a unit's value comes from. */
export interface LiveAttribution {
  readonly seen: Picture;
  /** [rows, columns] over the picture, signed. */
  readonly map: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** The unit's value. */
  readonly score: number;
  /** What there is to check: by how much the values miss what they should add up to, as a share. */
  readonly check: { readonly name: 'completeness error' | 'not conserved'; readonly value: number } | null;
  /** The layer whose positions the map has; null for a map of pixels. */
  readonly over: string | null;
  /** Steps of the path (integrated gradients) or noisy copies (SmoothGrad); 1 for others. */
  readonly passes: number;
}

/** Graphs of the units that were explained last, by tensor and batch. */
export class LiveExplanations {
  readonly #model: Model;
  readonly #preprocessing: Preprocessing;
  readonly #graphs = new Map<string, AttributionGraphs>();

  constructor(model: Model, preprocessing: Preprocessing) {
    this.#model = model;
    this.#preprocessing = preprocessing;
  }

  /** The explanation of channel 0 of a tensor; `forChannel` gives the others. */
  of(tensor: string, batch: number): AttributionGraphs {
    const key = `${batch} ${tensor}`;
    const options = { target: channel(tensor, 0), preprocessing: this.#preprocessing, batch };
    const found = this.#graphs.get(key) ?? attributionGraphs(this.#model, options);
    this.#graphs.delete(key);
    this.#graphs.set(key, found);
    const [oldest] = this.#graphs.keys();
    if (this.#graphs.size > MOST_GRAPHS && oldest !== undefined) this.#graphs.delete(oldest);
    return found;
  }
}

const MOST_GRAPHS = 8;
/** Pictures of one run, for methods of many passes. */
const BATCH = 8;
const SAMPLES = 32;
/** Steps of integrated gradients: at first, and at most unless more are asked for. */
const [FIRST_STEPS, MOST_STEPS] = [32, 64];

/** See {@link LiveNetwork.attribute}. */
export async function explainLive(
  network: LiveNetwork,
  explanations: LiveExplanations,
  { runner, picture, request }: { runner: GraphRunner; picture: Picture; request: LiveAttributionRequest },
): Promise<LiveAttribution> {
  const { method, target, seed = 0, steps = MOST_STEPS } = request;
  const isClass = 'class' in target;
  const looked = network.layer(request.layer);
  if (isClass && network.classes === null) throw new RangeError('The network has no class scores: explain a channel.');
  const tensor = isClass ? network.classes!.tensor : looked.layout.tensor;
  const batch = method === 'smoothgrad' || method === 'integrated' ? BATCH : 1;
  const attribution = explanations
    .of(tensor, batch)
    .on(runner)
    .forChannel(isClass ? target.class : target.channel);
  const seen = fit(picture, network.preprocessing);
  const values = pictureValues(seen, network.preprocessing);
  const pixels = { seen, rows: attribution.heightPx, columns: attribution.widthPx, over: null, check: null, passes: 1 };
  switch (method) {
    case 'saliency':
      return { ...pixels, ...only(await saliency(attribution, values)) };
    case 'guided':
      return { ...pixels, ...only(await guidedGradient(attribution, values)) };
    case 'smoothgrad':
      return { ...pixels, ...only(await smoothGrad(attribution, values, { seed, samples: SAMPLES })), passes: SAMPLES };
    case 'integrated': {
      const found = await integratedGradients(attribution, values, {
        steps: Math.min(steps, FIRST_STEPS),
        maxSteps: steps,
      });
      const check = { name: 'completeness error', value: found.completenessError } as const;
      return { ...pixels, ...only(found), check, passes: found.steps };
    }
    case 'lrp': {
      const found = await relevance(attribution, values);
      return { ...pixels, ...only(found), check: { name: 'not conserved', value: found.notConserved } };
    }
    case 'gradcam':
    case 'jvp':
      return { ...pixels, ...(await byPosition(network, attribution, { method, tensor, isClass, values, looked })) };
  }
}

interface ByPosition {
  readonly method: 'gradcam' | 'jvp';
  readonly tensor: string;
  readonly isClass: boolean;
  readonly values: Float32Array;
  readonly looked: ReturnType<LiveNetwork['layer']>;
}

/** Over the positions of the layer that is looked at, or of the last before the unit that has positions. */
async function byPosition(
  network: LiveNetwork,
  attribution: Attribution,
  { method, tensor, isClass, values, looked }: ByPosition,
): Promise<Pick<LiveAttribution, 'map' | 'rows' | 'columns' | 'score' | 'over'>> {
  const { rows, columns, placed } = looked.layout;
  const own = isClass && placed && rows * columns > 1;
  const layer = own ? looked.layout.tensor : layerBefore(network.model, tensor, 1);
  const found = await (method === 'gradcam' ? gradCam : activationTimesGradient)(attribution, values, layer);
  const name = network.layers.find(({ layout }) => layout.tensor === layer)?.name ?? layer;
  return { map: found.map, rows: found.rows, columns: found.columns, score: found.score, over: name };
}

function only({ map, score }: { map: Float32Array; score: number }): { map: Float32Array; score: number } {
  return { map, score };
}
