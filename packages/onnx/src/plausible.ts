import type { Dim, Node } from './types.js';

/** Beyond this a stated rank is a damaged file's. */
const HIGHEST_RANK = 64;

/** So many unknown dimensions; null where no tensor has this rank. */
export function unknownDims(rank: Dim): null[] | null {
  return typeof rank === 'number' && rank >= 0 && rank <= HIGHEST_RANK ? Array<null>(rank).fill(null) : null;
}

/** Throws a RangeError for a node of which an attribute counts axes as no tensor has them: lists of axes are made by such numbers. */
export function demandPlausibleAxes({ attributes }: Node): void {
  for (const name of ['axis', 'batch_dims', 'start_axis']) {
    const attribute = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (attribute?.type === 'int' && !(Math.abs(attribute.value) <= HIGHEST_RANK))
      throw new RangeError(`its attribute ${name} is ${attribute.value}`);
  }
}
