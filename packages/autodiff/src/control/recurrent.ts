import {
  type Attribute,
  constantTensor,
  type Graph,
  type Node,
  type Recurrence,
  type Sliced,
  type Stacked,
} from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import { MissingRuleError } from '../errors.js';
import { type BodyResult, typed } from './closeBody.js';
import { givenTypes } from './recurrentFlow.js';

const SEQUENCES = new Set(['SequenceConstruct', 'SequenceEmpty', 'SequenceInsert', 'SequenceErase', 'SplitToSequence']);

/** Refuses what cannot be stacked over iterations. */
export function demandStackable(e: Emitter, { node, body, states }: Recurrence): void {
  if (node.op === 'Scan' && e.opset < 9)
    throw new MissingRuleError(node, 'Scan of opset 8 batches its sequences; convert the model to opset 9 or later.');
  for (const { initial, result } of states) {
    const maker = body.nodes.find((inner) => inner.outputs.includes(result));
    if (SEQUENCES.has(e.producer(initial)?.op ?? '') || SEQUENCES.has(maker?.op ?? ''))
      throw new MissingRuleError(
        node,
        `it carries a sequence ("${initial}") from iteration to iteration; state the trip count as a constant, so that it can be unrolled.`,
      );
  }
}

/** Refuses a state whose size is known to change. `inner` knows the body for the first iteration. */
export function demandConstantShape(e: Emitter, inner: Emitter, { node, states }: Recurrence): void {
  for (const { initial, result } of states) {
    const [before, after] = [e.shape(initial), inner.shape(result)];
    if (!before || !after) continue;
    const changes =
      before.length !== after.length ||
      before.some((dim, i) => typeof dim === 'number' && typeof after[i] === 'number' && dim !== after[i]);
    if (changes)
      throw new MissingRuleError(
        node,
        `the size of what it carries from iteration to iteration changes ("${initial}": from [${before}] to [${after}]), so that the ` +
          'states cannot be stacked; state the trip count as a constant, so that it can be unrolled.',
      );
  }
}

/** Loop's body with what every iteration that runs is told: that it goes on. */
export function loopBody({ body, loop }: Recurrence): Graph {
  if (!loop) return body;
  const initializers = new Map(body.initializers).set(loop.goesOn, constantTensor('bool', [1], []));
  return { ...body, initializers, inputs: body.inputs.filter((input) => input.name !== loop.goesOn) };
}

/** Refuses a Scan whose body has results of unknown rank: ONNX Runtime cannot run it. */
export function demandRanks({ node }: Recurrence, results: readonly BodyResult[]): void {
  const unknown = results.find((result) => result.type.shape === null);
  if (unknown)
    throw new MissingRuleError(
      node,
      `the rank of "${unknown.tensor}" in its body is not known; state the shapes of the model's inputs.`,
    );
}

/** Attributes of a Scan. */
export function scanAttributes(
  body: Graph,
  slices: readonly Pick<Sliced, 'axis' | 'backwards'>[],
  scans: readonly Pick<Stacked, 'axis' | 'backwards'>[],
): Record<string, Attribute> {
  const ints = (value: readonly number[]): Attribute => ({ type: 'ints', value });
  return {
    body: { type: 'graph', value: body },
    num_scan_inputs: { type: 'int', value: slices.length },
    scan_input_axes: ints(slices.map((slice) => slice.axis)),
    scan_input_directions: ints(slices.map((slice) => (slice.backwards ? 1 : 0))),
    ...(scans.length > 0 && {
      scan_output_axes: ints(scans.map((scan) => scan.axis)),
      scan_output_directions: ints(scans.map((scan) => (scan.backwards ? 1 : 0))),
    }),
  };
}

/**
 * Lets a Scan or Loop also stack, in the order of the iterations, tensors that its body is given. Returns the names of the
 * stacks.
 */
export function recordIterations(e: Emitter, recurrence: Recurrence, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const { node, body, slices, scans, loop } = recurrence;
  const inner = e.inside(body, givenTypes(e, recurrence));
  const copies = names.map((name): Node => {
    const output = inner.builder.unique('record');
    return { op: 'Identity', domain: '', name: output, inputs: [name], outputs: [output], attributes: {} };
  });
  const recorded: Graph = {
    ...body,
    nodes: [...body.nodes, ...copies],
    outputs: [...body.outputs, ...copies.map((copy, i) => ({ name: copy.outputs[0]!, type: typed(inner, names[i]!) }))],
  };
  const stacks = names.map(() => e.builder.unique('stack'));
  const all = [...scans, ...names.map(() => ({ axis: 0, backwards: false }))];
  const attributes = loop ? { body: { type: 'graph', value: recorded } as const } : scanAttributes(recorded, slices, all);
  // Outputs that the node left out at its end come before the stacks.
  const missing = body.outputs.length - (loop ? 1 : 0) - node.outputs.length;
  const outputs = [...node.outputs, ...new Array<string>(Math.max(0, missing)).fill(''), ...stacks];
  const { proto: _, ...rest } = node;
  e.extend(node, { ...rest, outputs, attributes: { ...node.attributes, ...attributes } });
  return stacks;
}
