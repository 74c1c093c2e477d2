import type { Rewrite } from '../../rewrite/context.js';
import * as activation from './activation.js';
import * as attention from './attention.js';
import * as blockQuantized from './blockQuantized.js';
import * as fused from './fused.js';
import * as groupNorm from './groupNorm.js';
import * as groupQueryAttention from './groupQueryAttention.js';
import * as layerNormalization from './layerNormalization.js';
import * as multiHeadAttention from './multiHeadAttention.js';
import * as rotary from './rotary.js';
import * as twins from './twins.js';

/** Decompositions of the domain com.microsoft, by operator. */
export const microsoft: Readonly<Record<string, Rewrite>> = {
  ...activation,
  ...attention,
  ...blockQuantized,
  ...fused,
  ...groupNorm,
  ...groupQueryAttention,
  ...layerNormalization,
  ...multiHeadAttention,
  ...rotary,
  ...twins,
};
