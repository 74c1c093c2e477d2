import { classOutput, cut, discoverLayers, findLayer, imageInput, type Layer, type Model } from '@incognita/onnx';
import type { GraphRunner } from '../attribution/graphRunner.js';
import { type LayerLayout, layerLayout } from '../layout/layerLayout.js';
import { pictureSizeOf } from '../layout/pictureSizeOf.js';
import type { Picture } from '../picture/picture.js';
import type { Preprocessing } from '../preprocessing/preprocessing.js';
import { explainLive, type LiveAttribution, type LiveAttributionRequest, LiveExplanations } from './liveAttribution.js';
import { type FramePlan, type LiveFrame, liveFrame } from './liveFrame.js';

/** A layer that can be looked at. */
export interface LiveLayer {
  readonly name: string;
  readonly kind: Layer['kind'];
  readonly layout: LayerLayout;
}

/** Edits that are kept open at once: layers that were looked at last. */
const MOST_EDITS = 12;
/** How far into the network one looks first. */
const SUGGESTED = 0.7;

/**
 * A network to look at live: what it makes of one picture after another, and where that comes from. It writes graphs and reads results; what runs them
 * is given with each call, so that it lives in a worker of Node as in one of a browser.
 *
 * @example
 * const network = new LiveNetwork(source.model, resolvePreprocessing(source.model));
 * const { maps, scores } = await network.frame(runner, picture, { layer: 'fire8' });
 */
export class LiveNetwork {
  readonly model: Model;
  readonly preprocessing: Preprocessing;
  readonly layers: readonly LiveLayer[];
  /** Where class scores are, before a softmax; null where the network has none. */
  readonly classes: { readonly tensor: string; readonly classes: number } | null;
  readonly #edits = new Map<string, { readonly edited: Model; readonly plan: FramePlan }>();
  readonly #explanations: LiveExplanations;

  /** @throws NotAnImageModelError where the model takes no picture, or more than one. */
  constructor(model: Model, preprocessing: Preprocessing) {
    this.model = model;
    const size = pictureSizeOf(model, preprocessing);
    this.preprocessing = { ...preprocessing, ...size };
    imageInput(model);
    this.layers = discoverLayers(model).flatMap(({ name, kind, tensor }) => {
      try {
        return [{ name, kind, layout: layerLayout(model, tensor, size) }];
      } catch {
        return [];
      }
    });
    this.classes = classOutput(model);
    this.#explanations = new LiveExplanations(model, this.preprocessing);
  }

  /** The layer that is shown first: at 70 % of the way through the blocks that have positions, else through convolutions, else the last. */
  get suggested(): string | null {
    const maps = this.layers.filter(({ layout: { placed, rows, columns } }) => placed && rows * columns > 1);
    const blocks = maps.filter(({ kind }) => kind === 'block');
    const convolutions = maps.filter(({ kind }) => kind === 'conv');
    const choice = blocks.length > 1 ? blocks : convolutions.length > 0 ? convolutions : maps;
    return (choice[Math.round(SUGGESTED * (choice.length - 1))] ?? this.layers.at(-1))?.name ?? null;
  }

  /** @throws UnknownLayerError offering the nearest names; LayerLayoutError where its channels cannot be told. */
  layer(name: string): LiveLayer {
    const found = this.layers.find((layer) => layer.name === name);
    if (found) return found;
    const { tensor, kind, name: own } = findLayer(this.model, name);
    return { name: own, kind, layout: layerLayout(this.model, tensor, this.preprocessing) };
  }

  /** The graph of a layer's frames, and how to read it. */
  plan(layer: string | null): { readonly edited: Model; readonly plan: FramePlan } {
    const key = layer ?? '';
    const known = this.#edits.get(key) ?? this.#write(layer);
    this.#edits.delete(key);
    this.#edits.set(key, known);
    const [oldest] = this.#edits.keys();
    if (this.#edits.size > MOST_EDITS && oldest !== undefined) this.#edits.delete(oldest);
    return known;
  }

  /**
   * What the network makes of a picture: scores, and every channel of a layer.
   *
   * @param options `layer`: null asks for scores alone. `values`: also the layer's exact values.
   */
  frame(
    runner: GraphRunner,
    picture: Picture,
    { layer, values = false }: { readonly layer: string | null; readonly values?: boolean },
  ): Promise<LiveFrame> {
    const { edited, plan } = this.plan(layer);
    const run: Parameters<typeof liveFrame>[0] = async (feeds) => (await runner.run(edited, [feeds]))[0]!;
    return liveFrame(run, plan, picture, { values });
  }

  /**
   * Where in a picture a class or a channel comes from.
   *
   * @throws RangeError where there is no such unit; MissingRuleError, NoPathError where it cannot be differentiated.
   */
  attribute(runner: GraphRunner, picture: Picture, request: LiveAttributionRequest): Promise<LiveAttribution> {
    return explainLive(this, this.#explanations, { runner, picture, request });
  }

  #write(name: string | null): { readonly edited: Model; readonly plan: FramePlan } {
    const layer = name === null ? null : this.layer(name).layout;
    const scores = this.classes;
    const outputs = [...new Set([layer?.tensor, scores?.tensor].filter((tensor) => tensor !== undefined))];
    if (outputs.length === 0) throw new RangeError('The network has no class scores: name a layer to look at.');
    const input = imageInput(this.model);
    const plan = { input: input.name, preprocessing: this.preprocessing, batch: input.batch ?? 1, scores, layer };
    return { edited: cut(this.model, { outputs }), plan };
  }
}
