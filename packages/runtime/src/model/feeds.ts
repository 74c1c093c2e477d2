import type { Dim, ValueInfo } from '@incognita/onnx';
import { checkTensor, type Feeds } from '../tensor.js';

/** Feeds that do not fit the inputs of a model. */
export class FeedError extends Error {
  override readonly name = 'FeedError';
}

/**
 * Checks feeds against the inputs of the graph that will run: names, element types, ranks, fixed dimensions, and that a symbol
 * ("batch") means one length throughout.
 *
 * @param known names that are accepted though this graph does not need them (inputs of the model that an edit cut away).
 * @returns the feeds that the graph needs.
 * @throws FeedError naming what was expected and what was given.
 */
export function checkFeeds(inputs: readonly ValueInfo[], feeds: Feeds, known: ReadonlySet<string> = new Set()): Feeds {
  const missing = inputs.filter(({ name }) => feeds[name] === undefined);
  if (missing.length > 0) {
    const given = Object.keys(feeds);
    throw new FeedError(`missing ${missing.map(describe).join(', ')}; given: ${given.length > 0 ? given.join(', ') : 'nothing'}`);
  }
  const names = new Set(inputs.map(({ name }) => name));
  for (const name of Object.keys(feeds)) {
    if (!names.has(name) && !known.has(name)) {
      throw new FeedError(`there is no input '${name}'; inputs are ${inputs.map(describe).join(', ')}`);
    }
  }
  const symbols = new Map<string, { length: number; input: string }>();
  const needed: Record<string, Feeds[string]> = {};
  for (const input of inputs) {
    const feed = feeds[input.name]!;
    try {
      checkTensor(feed, `feed '${input.name}'`);
    } catch (error) {
      throw new FeedError((error as Error).message, { cause: error });
    }
    checkInput(input, feed.dtype, feed.dims, symbols);
    needed[input.name] = feed;
  }
  return needed;
}

function checkInput(
  input: ValueInfo,
  dtype: string,
  dims: readonly number[],
  symbols: Map<string, { length: number; input: string }>,
): void {
  if (input.type === null) return;
  const refuse = (why: string) => new FeedError(`input ${describe(input)} was given ${dtype}[${dims.join(', ')}]: ${why}`);
  if (input.type.dtype !== dtype) throw refuse(`the element type must be ${input.type.dtype}`);
  const { shape } = input.type;
  if (shape === null) return;
  if (shape.length !== dims.length) throw refuse(`it has ${dims.length} dimensions, not ${shape.length}`);
  for (const [axis, expected] of shape.entries()) {
    const given = dims[axis]!;
    if (typeof expected === 'number' && expected !== given) throw refuse(`axis ${axis} must be ${expected}, not ${given}`);
    if (typeof expected !== 'string') continue;
    const before = symbols.get(expected);
    if (before !== undefined && before.length !== given) {
      throw refuse(`axis ${axis} ('${expected}') is ${given}, but ${before.length} in input '${before.input}'`);
    }
    symbols.set(expected, { length: given, input: input.name });
  }
}

function describe({ name, type }: ValueInfo): string {
  if (type === null) return `'${name}'`;
  const shape = type.shape === null ? '[…]' : `[${type.shape.map(dimText).join(', ')}]`;
  return `'${name}' ${type.dtype}${shape}`;
}

function dimText(dim: Dim): string {
  return dim === null ? '?' : String(dim);
}
