import { createSurvey, type SurveyOptions } from '@incognita/vision';
import { decodeSafetensors, encodeSafetensors, type SafetensorsInput } from '@incognita/workspace';
import type { SurveyPart } from './survey.task.node.js';

/** What is stored of a part of the pictures: tensors of every layer under its number. */
export function encodeParts(parts: readonly SurveyPart[]): Uint8Array {
  const tensors: Record<string, SafetensorsInput> = {};
  for (const [l, { survey, values, means }] of parts.entries()) {
    const { channels, top, bottom, histograms } = survey;
    const rows = (name: string, data: SafetensorsInput['data']): void => {
      tensors[`${l}/${name}`] = { shape: [channels, data.length / channels], data };
    };
    const samples = (name: string, data: Float32Array): void => {
      tensors[`${l}/${name}`] = { shape: [data.length / channels, channels], data };
    };
    samples('values', values);
    samples('means', means);
    for (const [name, best] of Object.entries({ top, bottom })) {
      rows(`${name}.value`, best.value);
      rows(`${name}.picture`, best.picture);
      rows(`${name}.position`, best.position);
    }
    rows('exponent', histograms.exponent);
    rows('first', histograms.first);
    rows('used', histograms.used);
    rows('counts', histograms.counts);
    rows('sum', survey.sum);
    rows('squares', survey.squares);
    rows('active', survey.active);
    tensors[`${l}/count`] = { shape: [1], data: Float64Array.of(survey.count) };
  }
  return encodeSafetensors(tensors);
}

/** One layer of a part's file. */
export function decodePart(bytes: Uint8Array, layer: number, options: SurveyOptions): SurveyPart {
  const { tensors } = decodeSafetensors(bytes);
  const data = <T>(name: string): T => tensors.get(`${layer}/${name}`)!.data as T;
  const empty = createSurvey(options);
  const best = (name: 'top' | 'bottom') => ({
    ...empty[name],
    value: data<Float32Array>(`${name}.value`),
    picture: data<Int32Array>(`${name}.picture`),
    position: data<Int32Array>(`${name}.position`),
  });
  return {
    survey: {
      channels: options.channels,
      top: best('top'),
      bottom: best('bottom'),
      histograms: {
        ...empty.histograms,
        exponent: data('exponent'),
        first: data('first'),
        used: data('used'),
        counts: data('counts'),
      },
      sum: data('sum'),
      squares: data('squares'),
      active: data('active'),
      count: data<Float64Array>('count')[0]!,
    },
    values: data('values'),
    means: data('means'),
  };
}
