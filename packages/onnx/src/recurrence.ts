import type { Graph, Node } from './types.js';

/** A tensor that is carried from one iteration to the next. */
export interface State {
  /** Its first value, a tensor around the body. */
  readonly initial: string;
  /** Its name as the body reads it. */
  readonly inner: string;
  /** Its name as the body makes it. */
  readonly result: string;
  /** Its last value around the body; '' where nobody asks. */
  readonly output: string;
}

/** A tensor of which each iteration reads one slice. */
export interface Sliced {
  readonly whole: string;
  readonly inner: string;
  readonly axis: number;
  /** Whether the last slice comes first. */
  readonly backwards: boolean;
}

/** A tensor of which each iteration makes one slice. */
export interface Stacked {
  readonly result: string;
  readonly output: string;
  readonly axis: number;
  /** Whether slices are put before those that are there. */
  readonly backwards: boolean;
}

/** What Loop has and Scan has not. */
export interface LoopControl {
  readonly limit: string;
  readonly condition: string;
  readonly iteration: string;
  readonly goesOn: string;
  readonly willGoOn: string;
}

/** A Scan or Loop in one form. */
export interface Recurrence {
  readonly node: Node;
  readonly body: Graph;
  readonly states: readonly State[];
  readonly slices: readonly Sliced[];
  readonly scans: readonly Stacked[];
  readonly loop: LoopControl | null;
}

/** A node as a recurrence; null where it is neither Scan nor Loop, or its body does not fit it. */
export function recurrenceOf(node: Node): Recurrence | null {
  const { body } = node.attributes;
  if (body?.type !== 'graph' || (node.domain !== '' && node.domain !== 'ai.onnx')) return null;
  if (node.op === 'Scan') return scan(node, body.value);
  return node.op === 'Loop' ? loop(node, body.value) : null;
}

function scan(node: Node, body: Graph): Recurrence | null {
  const { num_scan_inputs: count } = node.attributes;
  const sliced = count?.type === 'int' ? count.value : 0;
  const carried = node.inputs.length - sliced;
  if (sliced < 1 || carried < 0 || body.inputs.length !== node.inputs.length || body.outputs.length < carried) return null;
  const pick = (name: string, i: number): number => {
    const list = node.attributes[name];
    return list?.type === 'ints' ? (list.value[i] ?? 0) : 0;
  };
  const slices = node.inputs.slice(carried).map((whole, i) => ({
    whole,
    inner: body.inputs[carried + i]!.name,
    axis: pick('scan_input_axes', i),
    backwards: pick('scan_input_directions', i) === 1,
  }));
  const scans = body.outputs.slice(carried).map(({ name }, i) => ({
    result: name,
    output: node.outputs[carried + i] ?? '',
    axis: pick('scan_output_axes', i),
    backwards: pick('scan_output_directions', i) === 1,
  }));
  return { node, body, states: statesOf(node, body, carried, 0, 0, 0), slices, scans, loop: null };
}

function loop(node: Node, body: Graph): Recurrence | null {
  const carried = node.inputs.length - 2;
  if (carried < 0 || body.inputs.length !== node.inputs.length || body.outputs.length < 1 + carried) return null;
  const scans = body.outputs
    .slice(1 + carried)
    .map(({ name }, i) => ({ result: name, output: node.outputs[carried + i] ?? '', axis: 0, backwards: false }));
  const control = {
    limit: node.inputs[0] ?? '',
    condition: node.inputs[1] ?? '',
    iteration: body.inputs[0]!.name,
    goesOn: body.inputs[1]!.name,
    willGoOn: body.outputs[0]!.name,
  };
  return { node, body, states: statesOf(node, body, carried, 2, 2, 1), slices: [], scans, loop: control };
}

function statesOf(node: Node, body: Graph, count: number, input: number, inner: number, result: number): State[] {
  return Array.from({ length: count }, (_, i) => ({
    initial: node.inputs[input + i]!,
    inner: body.inputs[inner + i]!.name,
    result: body.outputs[result + i]!.name,
    output: node.outputs[i] ?? '',
  }));
}
