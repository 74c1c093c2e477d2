import type { RuleSetOptions } from '@incognita/autodiff';

/** Which rules relevance follows: see autodiff's `LrpOptions`. */
export type LrpChoice = Omit<Extract<RuleSetOptions, { readonly name: 'lrp' }>, 'name'>;
