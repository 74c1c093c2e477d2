import type { Rewrite } from '../../rewrite/context.js';
import * as activation from './activation.js';

/** Decompositions of the default domain, by operator. */
export const standard: Readonly<Record<string, Rewrite>> = { ...activation };
