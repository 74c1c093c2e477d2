import type { Recurrence, State, TensorType, ValueInfo } from '@incognita/onnx';
import { zerosLike } from '../emit/shapes.js';
import { MissingRuleError } from '../errors.js';
import { pushForward } from '../graph/forward.js';
import { ancestors, passage, waysBetween } from '../graph/ways.js';
import type { JvpCall } from '../types.js';
import { captures } from './bodies.js';
import { closeBody, cutBody, typed } from './closeBody.js';
import { demandRanks, demandStackable, scanAttributes } from './recurrent.js';
import { givenTypes, recurrentFlow } from './recurrentFlow.js';

/**
 * Forwards through Scan and Loop: the same recurrence with the tangents of the states beside the states.
 *
 * Source: A. Griewank and A. Walther, Evaluating Derivatives (2008), chapter 3.1.
 */
export function forwardRecurrence(call: JvpCall, recurrence: Recurrence): readonly (string | null)[] {
  const { e, node, derivation } = call;
  const { body, states, slices, scans, loop } = recurrence;
  demandStackable(e, recurrence);
  const around = new Map<string, string>();
  for (const name of [...node.inputs, ...captures(node)]) {
    const tangent = call.tangent(name);
    if (tangent) around.set(name, tangent);
  }
  const reached = recurrentFlow(e, recurrence, new Set(around.keys()), derivation.stops);
  const scanned = scans.filter((scan) => scan.output !== '' && reached.has(scan.result));
  const moving = states.filter((state) => reached.has(state.inner));
  if (moving.length + scanned.length === 0) return node.outputs.map(() => null);
  if (e.repeat && [...scanned, ...slices.filter((slice) => around.has(slice.whole))].some((part) => part.axis === 0))
    throw new MissingRuleError(
      node,
      'with `repeat`, axis 0 must be the batch, but iterations run along it; ask without `repeat`.',
    );
  const [beside] = around.values();

  const types = givenTypes(e, recurrence);
  const inner = e.inside(body, types);
  const given = new Map(around);
  const tangentOf = (like: string): ValueInfo => {
    const info = { name: inner.builder.unique('tangent'), type: typed(inner, like) };
    given.set(like, info.name);
    return info;
  };
  const movingInputs = moving.map((state) => tangentOf(state.inner));
  const cut = slices.filter((slice) => around.has(slice.whole));
  const cutInputs = cut.map((slice) => tangentOf(slice.inner));
  const targets = [...moving, ...scanned].map((part) => part.result);
  const ways = waysBetween(body, targets, given.keys(), passage(inner, derivation.stops));
  const tangents = pushForward(inner, ways, given, derivation);
  const resultOf = ({ result }: { result: string }) => ({
    tensor: tangents.get(result) ?? zerosLike(inner, result, [...movingInputs, ...cutInputs][0]?.name ?? beside!),
    type: typed(inner, result),
  });
  const goesOn = loop ? [{ tensor: loop.willGoOn, type: { dtype: 'bool', shape: [] } satisfies TensorType }] : [];
  const made = [...moving, ...scanned].map(resultOf);
  const kept = neededStates(
    inner.written().nodes,
    states,
    [...goesOn, ...made].map((result) => result.tensor),
  );
  const primal = kept.map((state) => ({ tensor: state.result, type: typed(inner, state.result) }));
  const open = cutBody(inner, [...goesOn, ...primal, ...made]);

  const info = (name: string): ValueInfo => ({ name, type: types.get(name) ?? null });
  const starts = moving.map((state) => around.get(state.initial) ?? zerosLike(e, state.initial, beside!));
  const counted = kept.length + moving.length;
  let outputs: string[];
  if (loop) {
    const inputs = [info(loop.iteration), info(loop.goesOn), ...kept.map((state) => info(state.inner)), ...movingInputs];
    const body = { type: 'graph', value: closeBody(inner, open, inputs) } as const;
    const given = [loop.limit, loop.condition, ...kept.map((state) => state.initial), ...starts];
    outputs = e.builder.ops('Loop', given, counted + scanned.length, { body });
  } else {
    demandRanks(recurrence, [...primal, ...made]);
    const read = slices.filter((slice, i) => open.reads.has(slice.inner) || (i === 0 && cut.length === 0));
    const all = [...read, ...cut];
    const inputs = [
      ...kept.map((state) => info(state.inner)),
      ...movingInputs,
      ...read.map((slice) => info(slice.inner)),
      ...cutInputs,
    ];
    const given = [
      ...kept.map((state) => state.initial),
      ...starts,
      ...read.map((slice) => slice.whole),
      ...cut.map((slice) => around.get(slice.whole)!),
    ];
    outputs = e.builder.ops(
      'Scan',
      given,
      counted + scanned.length,
      scanAttributes(closeBody(inner, open, inputs), all, scanned),
    );
  }
  const byName = new Map<string, string>();
  for (const [i, { output }] of moving.entries()) byName.set(output, outputs[kept.length + i]!);
  for (const [i, { output }] of scanned.entries()) byName.set(output, outputs[counted + i]!);
  return node.outputs.map((output) => (output === '' ? null : (byName.get(output) ?? null)));
}

/** The states whose values the results need, directly or through other states. */
function neededStates(nodes: Parameters<typeof ancestors>[0], states: readonly State[], targets: readonly string[]): State[] {
  let kept: State[] = [];
  for (;;) {
    const { names } = ancestors(nodes, [...targets, ...kept.map((state) => state.result)]);
    const next = states.filter((state) => names.has(state.inner));
    if (next.length === kept.length) return kept;
    kept = next;
  }
}
