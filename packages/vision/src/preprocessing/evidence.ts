import type { Model } from '@incognita/onnx';
import { constantScale } from './leadingArithmetic.js';
import type { PreprocessingPreset, PreprocessingPresetName } from './presets.js';
import { PREPROCESSING_PRESETS } from './presets.js';

/** A preset that a model's graph hints at, and the hint in words. */
export interface PresetGuess {
  readonly name: PreprocessingPresetName;
  readonly preset: PreprocessingPreset;
  readonly because: string;
}

/**
 * Guesses how a network without metadata sees pictures, from what its graph shows: arithmetic on the input (it normalises
 * by itself), the exporter, the names of its tensors. A guess is an assumption, and is always stated as one.
 */
export function guessPreset(model: Model, inputName: string): PresetGuess {
  const scale = constantScale(model, inputName);
  if (scale !== null) {
    const preset = { ...PREPROCESSING_PRESETS.zeroToOne, ...(scale > 2 ? { divisor: 1, range: 'RGB 0 … 255' } : {}) };
    return {
      name: 'zeroToOne',
      preset,
      because: 'its graph begins with arithmetic on the input, so it seems to normalise by itself',
    };
  }
  const named = (pattern: RegExp): boolean => model.graph.nodes.some((node) => node.outputs.some((name) => pattern.test(name)));
  if (named(/(^|[/_.])(mixed_?\d|inception_?v[34])/i))
    return guess('inception', 'its tensors are named as those of Inception-v3 are');
  if (/caffe/i.test(model.producer) || model.graph.nodes.some((node) => node.op === 'LRN'))
    return guess(
      'caffe',
      /caffe/i.test(model.producer) ? 'Caffe produced it' : 'it uses local response normalisation, as networks from Caffe do',
    );
  if (/tf2onnx|keras|tflite/i.test(model.producer)) return guess('tensorflow', `${model.producer} produced it`);
  return guess('imagenet', 'most networks for photographs are trained with it');
}

function guess(name: PreprocessingPresetName, because: string): PresetGuess {
  return { name, preset: PREPROCESSING_PRESETS[name], because };
}
