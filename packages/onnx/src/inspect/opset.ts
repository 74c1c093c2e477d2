import type { Model } from '../types.js';

/** The version of an operator set that a model imports; the default set without `domain`. 0 where it imports none. */
export function opset(model: Model, domain = ''): number {
  return model.opsets.get(domain) ?? 0;
}
