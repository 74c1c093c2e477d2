import type { Rewrite } from '../../rewrite/context.js';
import * as activation from './activation.js';
import * as attention from './attention.js';
import * as loss from './loss.js';
import * as normalization from './normalization.js';
import * as placing from './placing.js';
import * as recurrent from './recurrent.js';

/** Decompositions of the default domain, by operator. */
export const standard: Readonly<Record<string, Rewrite>> = {
  ...activation,
  ...attention,
  ...loss,
  ...normalization,
  ...placing,
  ...recurrent,
};
