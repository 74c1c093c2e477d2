import { GraphBuilder } from '../../../build/builder.js';
import type { Attribute, Graph } from '../../../types.js';
import type { Rewrite, RewriteContext } from '../../rewrite/context.js';
import { type Activation, activationsOf, gruStep, lstmStep, rnnStep, type Step, type StepWeights, StepWriter } from './cells.js';

interface Layer {
  readonly gates: number;
  readonly states: 1 | 2;
  readonly activations: readonly string[];
  readonly step: Step;
}

export const RNN: Rewrite = (c) => recurrent(c, { gates: 1, states: 1, activations: ['Tanh'], step: rnnStep });

export const GRU: Rewrite = (c) =>
  recurrent(c, { gates: 3, states: 1, activations: ['Sigmoid', 'Tanh'], step: gruStep(c.int('linear_before_reset', 0) !== 0) });

export const LSTM: Rewrite = (c) =>
  recurrent(c, { gates: 4, states: 2, activations: ['Sigmoid', 'Tanh', 'Tanh'], step: lstmStep(c.int('input_forget', 0) !== 0) });

/**
 * A recurrent layer as one matrix product of all inputs and a Scan over the steps for each direction. Where sequences have
 * lengths of their own, later steps leave the states and give zeros.
 */
function recurrent(c: RewriteContext, layer: Layer): readonly (string | null)[] {
  const direction = c.string('direction', 'forward');
  const directions = direction === 'bidirectional' ? [false, true] : [direction === 'reverse'];
  const activations = chosen(c, layer, directions.length);
  const batchFirst = c.int('layout', 0) === 1;
  const x = batchFirst ? c.op('Transpose', [c.input(0)], { perm: [1, 0, 2] }) : c.input(0);
  const mask = c.input(4) === '' ? '' : stepMask(c, x);
  const each = (input: number): readonly string[] => {
    const name = c.input(input);
    return name === '' ? directions.map(() => '') : parts(c, name, directions.length);
  };
  const initial = (input: number): readonly string[] => {
    const name = c.input(input);
    if (name === '') return directions.map(() => zeros(c, x));
    return parts(c, batchFirst ? c.op('Transpose', [name], { perm: [1, 0, 2] }) : name, directions.length);
  };
  const [w, r, b] = [each(1), each(2), each(3)];
  const starts = layer.states === 2 ? [initial(5), initial(6)] : [initial(5)];
  const p = layer.states === 2 ? each(7) : each(-1);
  const made = directions.map((backwards, d) =>
    oneDirection(c, layer, {
      x,
      mask,
      backwards,
      w: w[d]!,
      r: r[d]!,
      b: b[d]!,
      p: p[d]!,
      starts: starts.map((start) => start[d]!),
      activations: activations.slice(d * layer.activations.length, (d + 1) * layer.activations.length),
    }),
  );
  const join = (names: readonly string[], axis: number, perm: readonly number[]): string => {
    const rows = names.map((name) => c.op('Unsqueeze', [name, c.vector([axis])]));
    const joined = rows.length === 1 ? rows[0]! : c.op('Concat', rows, { axis });
    return batchFirst ? c.op('Transpose', [joined], { perm }) : joined;
  };
  const last = (state: number): string =>
    join(
      made.map(({ states }) => states[state]!),
      0,
      [1, 0, 2],
    );
  return [
    c.used(0)
      ? join(
          made.map(({ outputs }) => outputs),
          1,
          [2, 0, 1, 3],
        )
      : null,
    c.used(1) ? last(0) : null,
    layer.states === 2 && c.used(2) ? last(1) : null,
  ];
}

interface Direction {
  readonly x: string;
  readonly mask: string;
  readonly backwards: boolean;
  readonly w: string;
  readonly r: string;
  readonly b: string;
  readonly p: string;
  readonly starts: readonly string[];
  readonly activations: readonly Activation[];
}

function oneDirection(
  c: RewriteContext,
  { gates, step }: Layer,
  { x, mask, backwards, w, r, b, p, starts, activations }: Direction,
): { outputs: string; states: readonly string[] } {
  const hidden = hiddenSize(c);
  const rows = (name: string, from: number, to: number): string => slice(c, name, from * hidden, to * hidden);
  const turned = (name: string): string => c.op('Transpose', [name], { perm: [1, 0] });
  const gru = gates === 3;
  const separate = gru && b !== '' && c.int('linear_before_reset', 0) !== 0;
  const weights: StepWeights = {
    recurrence: turned(gru ? rows(r, 0, 2) : r),
    candidate: gru ? turned(rows(r, 2, 3)) : '',
    candidateBias: separate ? rows(b, 5, 6) : '',
    peepholes: p === '' ? null : [rows(p, 0, 1), rows(p, 1, 2), rows(p, 2, 3)],
  };
  const product = c.op('MatMul', [x, turned(w)]);
  const ofInput = b === '' ? '' : rows(b, 0, gates);
  const ofStates = b === '' ? '' : rows(b, gates, 2 * gates);
  // The candidate's recurrence bias is multiplied by the reset gate and stays out.
  const other = separate
    ? c.op('Concat', [rows(b, 3, 5), c.constant(c.dtype(b), new Array<number>(hidden).fill(0))], { axis: 0 })
    : ofStates;
  const projected = b === '' ? product : c.op('Add', [product, c.op('Add', [ofInput, other])]);
  const body = stepBody(c, `${projected}/step/`, mask !== '', starts.length, (writer, xt, states) =>
    step(writer, xt, states, weights, activations),
  );
  const scanned = mask === '' ? [projected] : [projected, mask];
  const ints = (value: readonly number[]): Attribute => ({ type: 'ints', value });
  const way = backwards ? 1 : 0;
  const results = c.ops('Scan', [...starts, ...scanned], starts.length + 1, {
    body: { type: 'graph', value: body },
    num_scan_inputs: scanned.length,
    scan_input_directions: ints(scanned.map(() => way)),
    scan_output_directions: ints([way]),
  });
  return { states: results.slice(0, starts.length), outputs: results[starts.length]! };
}

/** The body of the Scan: a step, and where there is a mask, what it does to sequences that have ended. */
function stepBody(
  c: RewriteContext,
  prefix: string,
  masked: boolean,
  count: number,
  step: (writer: StepWriter, x: string, states: readonly string[]) => readonly string[],
): Graph {
  const dtype = c.dtype(c.input(0));
  const clip = c.float('clip', 0);
  const hidden = hiddenSize(c);
  const builder = new GraphBuilder({ opset: c.opset, prefix, name: 'step' });
  const writer = new StepWriter(builder, dtype, hidden, clip > 0 ? clip : null);
  const states = Array.from({ length: count }, (_, i) =>
    builder.input(builder.unique(i === 0 ? 'h' : 'c'), dtype, [null, hidden]),
  );
  const x = builder.input(builder.unique('x'), dtype, [null, null]);
  const mask = masked ? builder.input(builder.unique('mask'), 'bool', [null, 1]) : '';
  const next = step(writer, x, states);
  const kept = masked ? next.map((value, i) => builder.op('Where', [mask, value, states[i]!])) : next;
  for (const value of kept) builder.output(value, dtype, [null, hidden]);
  const shown = masked ? builder.op('Where', [mask, next[0]!, writer.scalar(0)]) : builder.op('Identity', [next[0]!]);
  builder.output(shown, dtype, [null, hidden]);
  return builder.graph();
}

/** Whether step t of sequence b takes place, [steps, batch, 1]. */
function stepMask(c: RewriteContext, x: string): string {
  const length = c.op('Squeeze', [c.op('Shape', [x], { start: 0, end: 1 }), c.vector([0])]);
  const steps = c.op('Range', [c.constant('int64', [0], []), length, c.constant('int64', [1], [])]);
  const lengths = c.op('Unsqueeze', [c.op('Cast', [c.input(4)], { to: 7 }), c.vector([0, 2])]);
  return c.op('Less', [c.op('Unsqueeze', [steps, c.vector([1, 2])]), lengths]);
}

function zeros(c: RewriteContext, x: string): string {
  const batch = c.op('Shape', [x], { start: 1, end: 2 });
  return c.op('Expand', [c.scalar(0, x), c.op('Concat', [batch, c.vector([hiddenSize(c)])], { axis: 0 })]);
}

/** The parts of a tensor for each direction, without that axis. */
function parts(c: RewriteContext, name: string, count: number): readonly string[] {
  const cut = count === 1 ? [name] : c.ops('Split', [name, c.vector(new Array<number>(count).fill(1))], count, { axis: 0 });
  return cut.map((part) => c.op('Squeeze', [part, c.vector([0])]));
}

function slice(c: RewriteContext, name: string, from: number, to: number): string {
  return c.op('Slice', [name, c.vector([from]), c.vector([to]), c.vector([0])]);
}

function hiddenSize(c: RewriteContext): number {
  const hidden = c.shape(c.input(2))?.[2];
  const stated = typeof hidden === 'number' ? hidden : c.int('hidden_size', 0);
  return stated > 0 ? stated : c.refuse('its hidden size is not known.', 'State the shape of its recurrence weights.');
}

function chosen(c: RewriteContext, { activations }: Layer, directions: number): readonly Activation[] {
  const attribute = c.node.attributes.activations;
  const names = attribute?.type === 'strings' && attribute.value.length > 0 ? attribute.value : null;
  const all = names ?? Array.from({ length: directions }, () => activations).flat();
  const made = activationsOf(all, c.floats('activation_alpha') ?? [], c.floats('activation_beta') ?? []);
  if (made === null || made.length !== activations.length * directions)
    return c.refuse(
      `its activations [${all.join(', ')}] are not ${activations.length * directions} of those that the specification lists.`,
      'Export the model with activations of the specification; Affine and ScaledTanh need activation_alpha and activation_beta.',
    );
  return made;
}
