import type { LineageSystem } from '@incognita/workspace';

/** What a lineage says of a system before it is trained. */
export type SystemDescription = Pick<LineageSystem, 'name' | 'title' | 'year' | 'kind' | 'description' | 'source'>;

/** The systems of a lineage, in the order of their years. */
export const SYSTEMS: readonly SystemDescription[] = [
  {
    ...{ name: 'perceptron', title: 'Perceptron', year: 1958, kind: 'perceptron rule' },
    description:
      "Rosenblatt's rule on 18 × 18 pixels: a mistake adds the picture to its class and takes it from the class that was named",
    source: 'Rosenblatt 1958, The Perceptron',
  },
  {
    ...{ name: 'linear', title: 'Linear classifier', year: 1960, kind: 'gradient' },
    description: 'One layer on 32 × 32 pixels; cross-entropy where the delta rule had squared errors',
    source: 'Widrow and Hoff 1960, Adaptive Switching Circuits',
  },
  {
    ...{ name: 'mlp', title: 'Multi-layer perceptron', year: 1986, kind: 'gradient' },
    description: 'Hidden layers of 256 and 128 on 32 × 32 pixels, trained by back-propagation',
    source: 'Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors',
  },
  {
    ...{ name: 'lenet5', title: 'LeNet-5', year: 1998, kind: 'gradient' },
    description: 'Two convolutions and three dense layers on 32 × 32 pixels',
    source: 'LeCun, Bottou, Bengio and Haffner 1998, Gradient-Based Learning Applied to Document Recognition',
  },
  {
    ...{ name: 'bag-of-words', title: 'Bags of visual words', year: 2004, kind: 'hand-made features' },
    description:
      'Dense SIFT and colours, 256 words each, a spatial pyramid, a linear support vector machine a class; 64 × 64 pixels',
    source: 'Csurka and others 2004, Visual Categorization with Bags of Keypoints; Lazebnik and others 2006',
  },
  {
    ...{ name: 'fisher-vectors', title: 'Fisher vectors', year: 2011, kind: 'hand-made features' },
    description:
      'Dense SIFT and colours, Fisher vectors of 16 Gaussians, stripes, a linear support vector machine a class; 64 × 64 pixels',
    source: 'Perronnin, Sánchez and Mensink 2010, Improving the Fisher Kernel; winner of the ImageNet challenge of 2011',
  },
  {
    ...{ name: 'alexnet64', title: 'AlexNet', year: 2012, kind: 'gradient' },
    description: "AlexNet's shape for 64 × 64 pixels: five convolutions and three dense layers",
    source: 'Krizhevsky, Sutskever and Hinton 2012, ImageNet Classification with Deep Convolutional Neural Networks',
  },
];
