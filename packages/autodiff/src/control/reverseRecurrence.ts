import type { Node, Recurrence, State, TensorType, ValueInfo } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import { shapeOf } from '../emit/shapes.js';
import { pullBack } from '../graph/reverse.js';
import { ancestors, passage, waysBetween } from '../graph/ways.js';
import type { VjpCall } from '../types.js';
import { captures } from './bodies.js';
import { type BodyResult, closeBody, cutBody, type OpenBody, typed } from './closeBody.js';
import { demandConstantShape, demandRanks, demandStackable, loopBody, recordIterations, scanAttributes } from './recurrent.js';
import { givenTypes, recurrentFlow } from './recurrentFlow.js';

interface Input {
  readonly outer: string;
  readonly inner: ValueInfo;
}
interface Slice extends Input {
  readonly axis: number;
  readonly backwards: boolean;
}

/**
 * Backwards through Scan and Loop: a Scan over the iterations in reverse. It carries the cotangents of the states and sums
 * those of captured tensors; what the body computed is computed again from the states, which the forward node also stacks.
 *
 * Source: A. Griewank and A. Walther, Evaluating Derivatives (2008), chapter 12 (one checkpoint an iteration).
 */
export function reverseRecurrence(call: VjpCall, recurrence: Recurrence): readonly (string | null)[] {
  const { e, node, cotangents, derivation } = call;
  const { states, slices, scans, loop } = recurrence;
  demandStackable(e, recurrence);
  const body = loopBody(recurrence);
  const types = givenTypes(e, recurrence);
  const inner = e.inside(body, types);
  demandConstantShape(
    e,
    e.inside(body, new Map([...types, ...states.map((s) => [s.inner, typeAround(call, s)] as const)])),
    recurrence,
  );
  const cotangentOf = (output: string): string | null =>
    output === '' ? null : (cotangents[node.outputs.indexOf(output)] ?? null);

  const around = captures(node).filter((name) => call.flows(name));
  const reached = recurrentFlow(
    e,
    recurrence,
    new Set([...node.inputs, ...around].filter((name) => name && call.flows(name))),
    derivation.stops,
  );
  const carried = carriedBack(body.nodes, states, reached, [
    ...scans.filter((scan) => cotangentOf(scan.output)).map((scan) => scan.result),
    ...states.filter((state) => cotangentOf(state.output)).map((state) => state.result),
  ]);
  const given = (hint: string, like: string): ValueInfo => ({ name: inner.builder.unique(hint), type: typed(inner, like) });

  const back = carried.map((state) => ({
    state,
    outer: cotangentOf(state.output) ?? zeros(call, state.initial),
    inner: given('cotangent', state.inner),
  }));
  const fed = scans.flatMap((scan): (Slice & { result: string })[] => {
    const cotangent = cotangentOf(scan.output);
    if (!cotangent || !reached.has(scan.result)) return [];
    const { axis, backwards, result } = scan;
    return [{ outer: cotangent, inner: given('cotangent', result), axis, backwards: !backwards, result }];
  });
  const seeds = [
    ...back.map((b) => [b.state.result, b.inner.name] as const),
    ...fed.map((f) => [f.result, f.inner.name] as const),
  ];
  const sources = [
    ...around,
    ...carried.filter((state) => reached.has(state.inner)).map((state) => state.inner),
    ...slices.filter((slice) => reached.has(slice.inner)).map((slice) => slice.inner),
  ];
  const targets = seeds.map(([name]) => name);
  const ways = waysBetween(body, targets, sources, passage(inner, derivation.stops));
  const total = pullBack({ e: inner, ways, seeds, observed: new Set([...targets, ...sources]), derivation });

  const results: BodyResult[] = back.map(({ state }) => ({
    tensor: total(state.inner) ?? inner.op('Expand', [inner.scalar(0, state.inner), shapeOf(inner, state.inner)]),
    type: typed(inner, state.inner),
  }));
  const sums: Input[] = [];
  const summed: string[] = [];
  for (const name of around) {
    const gradient = total(name);
    if (!gradient) continue;
    const sum = { outer: zeros(call, name), inner: given('sum', name) };
    sums.push(sum);
    summed.push(name);
    results.push({ tensor: inner.op('Add', [sum.inner.name, gradient]), type: typed(inner, name) });
  }
  const cut = slices.filter((slice) => call.flows(slice.whole) && total(slice.inner) && ways.varies.has(slice.inner));
  for (const slice of cut) results.push({ tensor: total(slice.inner)!, type: typed(inner, slice.inner) });
  if (back.length + summed.length + cut.length === 0) return node.inputs.map(() => null);

  const open = cutBody(inner, results);
  const recorded = [
    ...(loop ? [loop.iteration] : []),
    ...states.map((state) => state.inner).filter((name) => open.reads.has(name)),
  ];
  const stacks = recordIterations(e, recurrence, recorded);
  const inputs: Slice[] = [
    ...stacks.map((outer, i) => ({
      outer,
      inner: { name: recorded[i]!, type: types.get(recorded[i]!) ?? null },
      axis: 0,
      backwards: true,
    })),
    ...slices
      .filter((slice, i) => open.reads.has(slice.inner) || (i === 0 && fed.length + stacks.length === 0))
      .map(({ whole, inner: name, axis, backwards }) => ({
        outer: whole,
        inner: { name, type: types.get(name) ?? null },
        axis,
        backwards: !backwards,
      })),
    ...fed,
  ];
  let outputs: string[];
  const starts = [...back, ...sums];
  if (loop) outputs = backwardLoop(e, inner, open, starts, inputs);
  else {
    demandRanks(recurrence, results);
    const closed = closeBody(
      inner,
      open,
      [...starts, ...inputs].map((input) => input.inner),
    );
    const stacked = cut.map(({ axis, backwards }) => ({ axis, backwards: !backwards }));
    const given = [...starts, ...inputs].map((input) => input.outer);
    outputs = e.builder.ops('Scan', given, results.length, scanAttributes(closed, inputs, stacked));
  }
  for (const [i, name] of summed.entries()) call.contribute(name, outputs[back.length + i]!);
  for (const [i, { state }] of back.entries()) if (call.flows(state.initial)) call.contribute(state.initial, outputs[i]!);
  for (const [i, { whole }] of cut.entries()) call.contribute(whole, outputs[back.length + summed.length + i]!);
  return node.inputs.map(() => null);
}

/**
 * A Loop over the recorded iterations, last first: unlike a Scan it may have none. The first of `inputs` are the numbers of the
 * iterations.
 */
function backwardLoop(e: Emitter, inner: Emitter, open: OpenBody, starts: readonly Input[], inputs: readonly Slice[]): string[] {
  const count = e.op('Size', [inputs[0]!.outer]);
  const last = e.op('Sub', [count, e.constant('int64', [1], [])]);
  const name = (hint: string): string => inner.builder.unique(hint);
  const [iteration, goesOn, at, willGoOn] = [name('iteration'), name('goes_on'), name('at'), name('will_go_on')];
  const node = (op: string, from: string[], output: string): Node => ({
    op,
    domain: '',
    name: output,
    inputs: from,
    outputs: [output],
    attributes: {},
  });
  const read = inputs.filter((input) => open.reads.has(input.inner.name));
  const nodes = [
    node('Sub', [last, iteration], at),
    ...read.map((input) => node('Gather', [input.outer, at], input.inner.name)),
    ...open.nodes,
    node('Identity', [goesOn], willGoOn),
  ];
  const flag = { dtype: 'bool', shape: [] } as const;
  const results = [{ name: willGoOn, type: flag }, ...open.results];
  const body = closeBody(inner, { ...open, nodes, results }, [
    { name: iteration, type: { dtype: 'int64', shape: [] } },
    { name: goesOn, type: flag },
    ...starts.map((start) => start.inner),
  ]);
  const given = [count, '', ...starts.map((start) => start.outer)];
  return e.builder.ops('Loop', given, starts.length, { body: { type: 'graph', value: body } });
}

function typeAround({ e }: VjpCall, { initial }: State): TensorType {
  return { dtype: e.dtype(initial), shape: e.shape(initial) };
}

function zeros({ e }: VjpCall, like: string): string {
  return e.op('Expand', [e.scalar(0, like), shapeOf(e, like)]);
}

/** The states whose cotangents are carried: they depend on a source, and something that has a cotangent depends on them. */
function carriedBack(
  nodes: Parameters<typeof ancestors>[0],
  states: readonly State[],
  reached: ReadonlySet<string>,
  targets: string[],
): State[] {
  for (;;) {
    const { names } = ancestors(nodes, targets);
    const more = states.filter((state) => names.has(state.inner) && !targets.includes(state.result));
    if (more.length === 0) return states.filter((state) => targets.includes(state.result) && reached.has(state.result));
    targets.push(...more.map((state) => state.result));
  }
}
