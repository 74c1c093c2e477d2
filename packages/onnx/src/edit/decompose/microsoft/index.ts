import type { Rewrite } from '../../rewrite/context.js';

/** Decompositions of the domain com.microsoft, by operator. */
export const microsoft: Readonly<Record<string, Rewrite>> = {};
