import type { Preprocessing } from './preprocessing.js';

/** Values of a preset; size and layout come from the model. */
export type PreprocessingPreset = Pick<Preprocessing, 'divisor' | 'mean' | 'std' | 'colorOrder' | 'resize'> & {
  /** The size where the model leaves it open. */
  readonly sizePx: number;
  /** What the network sees, in words. */
  readonly range: string;
};

const minusOneToOne: PreprocessingPreset = {
  divisor: 255,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  colorOrder: 'rgb',
  resize: 'crop',
  sizePx: 224,
  range: 'RGB scaled to −1 … 1',
};

/** The common ways in which networks were trained to see pictures, by name. */
export const PREPROCESSING_PRESETS = {
  /** torchvision, timm and most of PyTorch (pytorch/vision `references/classification/presets.py`). */
  imagenet: {
    divisor: 255,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    colorOrder: 'rgb',
    resize: 'crop',
    sizePx: 224,
    range: 'RGB/255 less the ImageNet mean, divided by its standard deviation',
  },
  /** Inception-v3 and its relatives (tensorflow/models `slim/preprocessing/inception_preprocessing.py`). */
  inception: { ...minusOneToOne, sizePx: 299 },
  minusOneToOne,
  /** MobileNet and other TensorFlow networks (keras-team/keras `imagenet_utils.preprocess_input`, mode `tf`). */
  tensorflow: minusOneToOne,
  zeroToOne: { ...minusOneToOne, mean: [0, 0, 0], std: [1, 1, 1], range: 'RGB scaled to 0 … 1' },
  /** AlexNet, VGG and GoogLeNet in Caffe (keras-team/keras `imagenet_utils.preprocess_input`, mode `caffe`). */
  caffe: {
    divisor: 1,
    mean: [103.939, 116.779, 123.68],
    std: [1, 1, 1],
    colorOrder: 'bgr',
    resize: 'crop',
    sizePx: 224,
    range: 'BGR 0 … 255 less the ImageNet mean',
  },
} as const satisfies Record<string, PreprocessingPreset>;

/** A name of {@link PREPROCESSING_PRESETS}. */
export type PreprocessingPresetName = keyof typeof PREPROCESSING_PRESETS;
