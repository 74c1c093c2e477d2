import type { Node } from '@incognita/onnx';
import type { Flow } from './flow.js';

/** What an axis of a point's tensor runs over. `query` and `key` are positions of the attention's two sides. */
export type Axis = 'batch' | 'position' | 'head' | 'dim' | 'query' | 'key';

/** A tensor with the meaning of its axes. */
export interface Placed {
  readonly tensor: string;
  readonly axes: readonly Axis[];
}

type Label = Axis | 'group';

/**
 * Follows an operand of attention back over what only rearranges it (transposes, the repetition of shared heads, a constant scale, the
 * cache that is put before it) to where it first has an axis of heads. The product tells what its operands' axes mean.
 */
export function firstWithHeads(flow: Flow, operand: string, axes: readonly Axis[]): Placed | null {
  let best: Placed | null = null;
  let labels: readonly Label[] = axes;
  let tensor = operand;
  for (;;) {
    const width = flow.shape(tensor)?.[labels.indexOf('dim')];
    if (labels.length === 4 && !labels.includes('group') && typeof width === 'number')
      best = { tensor, axes: labels as readonly Axis[] };
    const node = flow.maker(tensor);
    const next = node === undefined ? null : before(flow, node, labels);
    if (next === null) return best;
    [tensor, labels] = next;
  }
}

function before(flow: Flow, node: Node, labels: readonly Label[]): [string, readonly Label[]] | null {
  const input = node.inputs[0]!;
  if (node.domain !== '') return null;
  switch (node.op) {
    case 'Identity':
    case 'Cast':
      return [input, labels];
    case 'Mul':
    case 'Div': {
      const operand = node.inputs.find((name) => flow.isData(name));
      const others = node.inputs.filter((name) => name !== operand);
      return operand !== undefined && others.every((name) => isScalar(flow, name)) ? [operand, labels] : null;
    }
    case 'Transpose': {
      const perm = node.attributes.perm;
      if (perm?.type !== 'ints' || perm.value.length !== labels.length) return null;
      const back = [...labels];
      perm.value.forEach((from, to) => {
        back[from] = labels[to]!;
      });
      return [input, back];
    }
    case 'Expand':
    case 'Tile':
      return flow.rank(input) === labels.length ? [input, labels] : null;
    case 'Unsqueeze': {
      const place = labels.indexOf('group');
      return place >= 0 ? [input, labels.toSpliced(place, 1)] : null;
    }
    case 'Reshape': {
      const rank = flow.rank(input);
      if (rank === labels.length) return flow.width(input) === flow.width(node.outputs[0]!) ? [input, labels] : null;
      const place = labels.indexOf('head');
      if (rank !== labels.length + 1 || place < 0) return null;
      return [input, labels.toSpliced(place + 1, 0, 'group')];
    }
    case 'Concat': {
      const fresh = node.inputs.filter((name) => !isInput(flow, name));
      const positions = labels[axisOf(node, labels.length)] === 'position';
      return positions && fresh.length === 1 && node.inputs.length === 2 ? [fresh[0]!, labels] : null;
    }
    default:
      return null;
  }
}

function axisOf(node: Node, rank: number): number {
  const axis = node.attributes.axis?.type === 'int' ? node.attributes.axis.value : 0;
  return axis < 0 ? axis + rank : axis;
}

function isScalar(flow: Flow, name: string): boolean {
  return !flow.isData(name) && (flow.shape(name) ?? []).every((d) => d === 1);
}

/** Whether a tensor is an input of the model, rearranged at most. */
function isInput(flow: Flow, name: string): boolean {
  const node = flow.maker(name);
  if (node === undefined) return flow.model.graph.inputs.some((v) => v.name === name);
  return ['Reshape', 'Transpose', 'Cast', 'Identity', 'Gather', 'Slice'].includes(node.op) && isInput(flow, node.inputs[0]!);
}
