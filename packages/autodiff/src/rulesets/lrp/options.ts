/** How a weighted layer (Conv, ConvTranspose, Gemm, MatMul with constant weights) hands relevance on: see `layerRules.ts`. */
export type LayerRule = 'epsilon' | 'gamma' | 'zPlus' | 'alphaBeta' | 'flat' | 'wSquare' | 'box';

/** A published choice of layer rules. */
export type Composite =
  | 'epsilon'
  | 'gamma'
  | 'zPlus'
  | 'epsilonPlus'
  | 'epsilonPlusFlat'
  | 'epsilonAlpha2Beta1'
  | 'epsilonGammaBox';

/** Options of the rule set `lrp`. */
export interface LrpOptions {
  /** Which layer rule goes where; default `epsilonPlus`. What is given beside it outranks it. */
  readonly composite?: Composite;
  /** The rule of convolutions. */
  readonly conv?: LayerRule;
  /** The rule of dense layers. */
  readonly linear?: LayerRule;
  /** The rule of layers that no other layer precedes; default that of their kind. */
  readonly first?: LayerRule;
  /** Of the epsilon rule; default 1e-6. Zero is LRP-0: gradient times input, where all is piecewise linear. */
  readonly epsilon?: number;
  /** Of the gamma rule; default 0.25. */
  readonly gamma?: number;
  /** Of the alphaBeta rule, with beta = alpha − 1; default 2. */
  readonly alpha?: number;
  /** Lowest value of the box rule's input, for all channels or for each. */
  readonly low?: number | readonly number[];
  /** Highest value of the box rule's input. */
  readonly high?: number | readonly number[];
  /** `taylor` (default): relevance passes a Softmax to its scores, as AttnLRP. `detached`: weights are constants, as CP-LRP. */
  readonly softmax?: 'taylor' | 'detached';
}

/** The rules of the composites. Source: chr5tphr/zennit `src/zennit/composites.py`. */
const COMPOSITES: Readonly<Record<Composite, Pick<LrpOptions, 'conv' | 'linear' | 'first'>>> = {
  epsilon: { conv: 'epsilon', linear: 'epsilon' },
  gamma: { conv: 'gamma', linear: 'gamma' },
  zPlus: { conv: 'zPlus', linear: 'zPlus' },
  epsilonPlus: { conv: 'zPlus', linear: 'epsilon' },
  epsilonPlusFlat: { conv: 'zPlus', linear: 'epsilon', first: 'flat' },
  epsilonAlpha2Beta1: { conv: 'alphaBeta', linear: 'epsilon' },
  epsilonGammaBox: { conv: 'gamma', linear: 'epsilon', first: 'box' },
};

const LAYER_RULES: ReadonlySet<string> = new Set(['epsilon', 'gamma', 'zPlus', 'alphaBeta', 'flat', 'wSquare', 'box']);

/** Options with every choice made. */
export interface LrpSettings {
  readonly conv: LayerRule;
  readonly linear: LayerRule;
  readonly first: LayerRule | null;
  readonly epsilon: number;
  readonly gamma: number;
  readonly alpha: number;
  readonly low: number | readonly number[];
  readonly high: number | readonly number[];
  readonly softmax: 'taylor' | 'detached';
}

/**
 * Fills in what is not given.
 *
 * @throws RangeError for names and numbers that do not exist or do not fit.
 */
export function settingsOf(options: LrpOptions): LrpSettings {
  const { composite = 'epsilonPlus', epsilon = 1e-6, gamma = 0.25, alpha = 2, softmax = 'taylor', low, high } = options;
  const chosen = COMPOSITES[composite] as (typeof COMPOSITES)[Composite] | undefined;
  if (!chosen) throw new RangeError(`There is no composite "${composite}"; there are ${Object.keys(COMPOSITES).join(', ')}.`);
  const conv = options.conv ?? chosen.conv!;
  const linear = options.linear ?? chosen.linear!;
  const first = options.first ?? chosen.first ?? null;
  for (const rule of [conv, linear, first])
    if (rule !== null && !LAYER_RULES.has(rule))
      throw new RangeError(`There is no layer rule "${rule}"; there are ${[...LAYER_RULES].join(', ')}.`);
  for (const [name, value, least] of [
    ['epsilon', epsilon, 0],
    ['gamma', gamma, 0],
    ['alpha', alpha, 1],
  ] as const)
    if (!(value >= least)) throw new RangeError(`${name} of lrp must be at least ${least}, not ${value}.`);
  if ([conv, linear, first].includes('box') && (low === undefined || high === undefined))
    throw new RangeError("The box rule needs `low` and `high`: the range of the layer's input, one number or one a channel.");
  return { conv, linear, first, epsilon, gamma, alpha, softmax, low: low ?? 0, high: high ?? 0 };
}
