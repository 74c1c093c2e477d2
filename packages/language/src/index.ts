export { type Anatomy, findAnatomy, type Point, type RefusedPoint } from './anatomy/anatomy.js';
export type { Axis } from './anatomy/axes.js';
export { NotADecoderError } from './anatomy/errors.js';
export type { CacheEntry, InputRoles } from './anatomy/inputs.js';
export { type PreparedDecoder, prepareDecoder } from './anatomy/prepare.js';
export { AlignmentError, type Span } from './tokens/align.js';
export type { MergeStep, Merging } from './tokens/merges.js';
export { type EncodeOptions, TextTokenizer, type Token, TokenizerError } from './tokens/textTokenizer.js';
export { visible, visibleBytes } from './tokens/visible.js';
