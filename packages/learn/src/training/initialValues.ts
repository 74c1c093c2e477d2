import { createRandom } from '@incognita/runtime';
import { type Initializer, type Parameter, sizeOf } from '../network/parameter.js';

/** Values of all parameters before training, one after the other; the same for the same seed. */
export function initialValues(parameters: readonly Parameter[], seed: number): Float32Array {
  const random = createRandom(seed);
  const draw = (initializer: Initializer): number => {
    if (initializer.kind === 'constant') return initializer.value;
    return initializer.kind === 'normal'
      ? random.gaussian() * initializer.deviation
      : (2 * random.uniform() - 1) * initializer.bound;
  };
  const values = new Float32Array(parameters.reduce((total, { dims }) => total + sizeOf(dims), 0));
  let at = 0;
  for (const { dims, initializer } of parameters)
    for (const end = at + sizeOf(dims); at < end; at++) values[at] = draw(initializer);
  return values;
}
