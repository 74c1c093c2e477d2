/** A system of the past, as published. */
export interface HistoricalSystem {
  readonly name: string;
  readonly year: number;
  readonly parameters: number;
  /** Different examples that it learnt from. */
  readonly data: { readonly amount: number; readonly unit: 'pictures' | 'tokens' };
  /** Floating-point operations of its training. */
  readonly flops: number;
  /** Whether numbers are rumours that its makers have not confirmed. */
  readonly speculative: boolean;
  /** Where each number is from, or how it was computed. */
  readonly sources: readonly { readonly of: 'parameters' | 'data' | 'flops'; readonly text: string; readonly url: string }[];
}

const ROSENBLATT = 'https://doi.org/10.1109/JRPROC.1960.287598';
const LECUN = 'https://doi.org/10.1109/5.726791';
const KRIZHEVSKY = 'https://papers.nips.cc/paper/2012/hash/c399862d3b9d6b76c8436e924a68c45b-Abstract.html';
const RADFORD = 'https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf';
const BROWN = 'https://arxiv.org/abs/2005.14165';
const SEMIANALYSIS = 'https://www.semianalysis.com/p/gpt-4-architecture-infrastructure';

/**
 * Sizes of systems that mark the way, for a chart beside one's own runs. Operations of training are six a multiply-addition and example where nobody
 * published them; the text of each source says so.
 */
export const HISTORICAL_SYSTEMS: readonly HistoricalSystem[] = [
  {
    name: 'Perceptron',
    year: 1958,
    parameters: 500,
    data: { amount: 10_000, unit: 'pictures' },
    // Each picture: 500 association units of up to 40 wires, an answer, a correction; two operations each.
    flops: 10_000 * 2 * (500 * 40 + 500 + 500),
    speculative: false,
    sources: [
      {
        of: 'parameters',
        text: 'Rosenblatt 1960, Perceptron Simulation Experiments: 500 association units with one adjustable weight each, squares against circles. The machine of 1958 had 512.',
        url: ROSENBLATT,
      },
      { of: 'data', text: 'The same: 10,000 pictures.', url: ROSENBLATT },
      { of: 'flops', text: 'Computed: 10,000 pictures, 40 wires a unit, an answer and a correction.', url: ROSENBLATT },
    ],
  },
  {
    name: 'LeNet-5',
    year: 1998,
    parameters: 60_000,
    data: { amount: 60_000, unit: 'pictures' },
    flops: 6 * 340_908 * 60_000 * 20,
    speculative: false,
    sources: [
      {
        of: 'parameters',
        text: 'LeCun, Bottou, Bengio and Haffner 1998, section II.B: 340,908 connections, 60,000 free parameters.',
        url: LECUN,
      },
      { of: 'data', text: 'Section III.A: the 60,000 training digits of MNIST.', url: LECUN },
      {
        of: 'flops',
        text: 'Computed: six operations a connection and picture, 20 rounds over the digits (section III.B).',
        url: LECUN,
      },
    ],
  },
  {
    name: 'AlexNet',
    year: 2012,
    parameters: 60_965_224,
    data: { amount: 1_200_000, unit: 'pictures' },
    flops: 6 * 724_406_816 * 1_200_000 * 90,
    speculative: false,
    sources: [
      { of: 'parameters', text: 'Counted from the layers of Krizhevsky, Sutskever and Hinton 2012, figure 2.', url: KRIZHEVSKY },
      { of: 'data', text: 'Section 2: 1.2 million pictures.', url: KRIZHEVSKY },
      {
        of: 'flops',
        text: 'Computed: six operations a multiply-addition of the published layers and picture, roughly 90 rounds (section 5).',
        url: KRIZHEVSKY,
      },
    ],
  },
  {
    name: 'GPT-2',
    year: 2019,
    parameters: 1_542_000_000,
    data: { amount: 1.07e10, unit: 'tokens' },
    flops: 1e21,
    speculative: false,
    sources: [
      { of: 'parameters', text: 'Radford and others 2019, table 2.', url: RADFORD },
      {
        of: 'data',
        text: "Estimated: 40 GB of text (section 2.1) at 200 million words a GB and 4/3 tokens a word, as Epoch AI's database does.",
        url: RADFORD,
      },
      {
        of: 'flops',
        text: 'Not published. About 10^21: the middle of four estimates from 2e20 to 2.5e21.',
        url: 'https://dynomight.net/gpt-2/',
      },
    ],
  },
  {
    name: 'GPT-3',
    year: 2020,
    parameters: 174_600_000_000,
    data: { amount: 3e11, unit: 'tokens' },
    flops: 3.14e23,
    speculative: false,
    sources: (['parameters', 'data', 'flops'] as const).map((of) => ({
      of,
      text: 'Brown and others 2020, table D.1.',
      url: BROWN,
    })),
  },
  {
    name: 'GPT-4',
    year: 2023,
    parameters: 1.8e12,
    data: { amount: 1.3e13, unit: 'tokens' },
    flops: 2.1e25,
    speculative: true,
    sources: [
      { of: 'parameters', text: 'Not published. Patel and Wong 2023 report about 1.8 trillion.', url: SEMIANALYSIS },
      { of: 'data', text: 'Not published. Patel and Wong 2023 report about 13 trillion tokens.', url: SEMIANALYSIS },
      { of: 'flops', text: 'Not published. An estimate of Epoch AI.', url: 'https://epoch.ai/data/notable-ai-models' },
    ],
  },
];
