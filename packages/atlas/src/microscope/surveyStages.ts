import { createSurvey, mergeSurveys, type Survey, type SurveyOptions } from '@incognita/vision';
import type { Json } from '@incognita/workspace';
import type { PicturesResult } from '../pictures/preparePictures.js';
import type { AtlasContext } from '../pipeline/options.js';
import { randomFor } from '../random.js';
import { taskRef } from '../tasks.js';
import { decodePart, encodeParts } from './partFile.js';
import type { Scope } from './prepareMicroscope.node.js';
import type { SurveyArgs, SurveyPart } from './survey.task.node.js';

/** Exemplars of each kind, bins of a histogram, and pictures whose values are kept as they are. */
export const KEPT = { exemplars: 9, bins: 48, samples: 256 } as const;
const KEEP: Omit<SurveyOptions, 'channels'> = { top: KEPT.exemplars, bottom: 4, bins: KEPT.bins };
/** Pictures of one stage: a broken-off run loses no more than these on each worker. */
const STAGE_PICTURES = 64;

/** What the pictures say of a layer, and values of some of them. */
export interface LayerSurvey {
  readonly survey: Survey;
  /** The sampled pictures, and the position of each in this layer. */
  readonly pictures: readonly number[];
  readonly positions: readonly number[];
  /** [samples, channels]: at these positions, and means over all. */
  readonly values: Float32Array;
  readonly means: Float32Array;
}

/** The survey of all pictures; the pass over them is made when a layer is first asked for, which is then read back from the disk. */
export interface Surveyed {
  /** Identifies the survey. */
  readonly inputs: Json;
  layer(index: number): Promise<LayerSurvey>;
}

/** Surveys all layers in one pass over the pictures, in stages of 64 that a run which was broken off finds again. */
export function surveyStages(scope: Scope, pictures: PicturesResult, context: AtlasContext): Surveyed {
  const { workspace, pool, signal, onProgress } = context;
  const { layers, setup, seed, modelSha256 } = scope;
  const total = pictures.used.length;
  const sampled = samplePictures(total);
  const positionsOf = (picture: number): number[] =>
    layers.map(({ layer, strides }) => randomFor(seed, 'microscope', layer.name, picture).integer(strides.positions));
  let done = 0;
  const tick = (by: number) => {
    done += by;
    onProgress?.({ stage: 'collect', layer: null, done, total });
  };
  const inputs = {
    model: modelSha256,
    pictures: [...pictures.hashes],
    layers: layers.map(({ layer }) => [layer.name, layer.tensor]),
    keep: { ...KEEP },
    samples: KEPT.samples,
    seed,
    batch: setup.batch,
  };
  const survey = () =>
    Promise.all(
      Array.from({ length: Math.ceil(total / STAGE_PICTURES) }, async (_, s) => {
        const firstPicture = s * STAGE_PICTURES;
        const files = pictures.used.slice(firstPicture, firstPicture + STAGE_PICTURES).map(({ file }) => file);
        let counted = 0;
        const stage = await workspace.stage({ name: 'survey-part', version: 1, inputs: { ...inputs, part: s } }, async (out) => {
          const args: SurveyArgs = {
            ...setup,
            files,
            firstPicture,
            layers: layers.map(({ layer, strides, size }) => ({ tensor: layer.tensor, strides, size })),
            keep: KEEP,
            sampled: files.map((_, i) => (sampled.has(firstPicture + i) ? positionsOf(firstPicture + i) : null)),
          };
          const onPart = (by: unknown) => {
            counted += by as number;
            tick(by as number);
          };
          const task = taskRef('microscope/survey.task.node', 'surveyPictures');
          const parts = await pool.run<SurveyArgs, SurveyPart[]>(task, args, { signal, onProgress: onPart });
          await out.write('survey.safetensors', encodeParts(parts));
        });
        tick(files.length - counted);
        return `${stage.path}/survey.safetensors`;
      }),
    );
  let parts: Promise<string[]> | null = null;
  const known = [...sampled].sort((a, b) => a - b);
  return {
    inputs,
    async layer(index) {
      const { strides, layer } = layers[index]!;
      const options = { channels: strides.channels, ...KEEP };
      const whole = createSurvey(options);
      const values = new Float32Array(known.length * strides.channels);
      const means = new Float32Array(values.length);
      let at = 0;
      parts ??= survey();
      for (const file of await parts) {
        const part = decodePart(await workspace.read(file), index, options);
        mergeSurveys(whole, part.survey);
        values.set(part.values, at);
        means.set(part.means, at);
        at += part.values.length;
      }
      const positions = known.map((picture) => randomFor(seed, 'microscope', layer.name, picture).integer(strides.positions));
      return { survey: whole, pictures: known, positions, values, means };
    },
  };
}

/** Pictures spread evenly over all. */
function samplePictures(total: number): ReadonlySet<number> {
  const count = Math.min(KEPT.samples, total);
  return new Set(Array.from({ length: count }, (_, i) => Math.floor((i * total) / count)));
}
