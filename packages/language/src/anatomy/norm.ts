import type { Node } from '@incognita/onnx';
import type { Flow } from './flow.js';

/** A normalization of each position: y = (x − mean) / deviation · γ + β, or without the mean (RMS). */
export interface NormUnit {
  readonly input: string;
  readonly output: string;
}

const WHOLE = new Set(['LayerNormalization', 'RMSNormalization', 'SimplifiedLayerNormalization']);
const PARTS = new Set(
  [
    'Add',
    'Sub',
    'Mul',
    'Div',
    'Pow',
    'Sqrt',
    'Rsqrt',
    'Reciprocal',
    'Cast',
    'ReduceMean',
    'ReduceSum',
    'ReduceSumSquare',
    'ReduceL2',
  ].concat(['Max', 'Clip', 'Abs', 'Identity']),
);
const LONGEST = 24;

/**
 * The normalization that makes a tensor, found by its form: going back over arithmetic, all ways meet again in one tensor, and a
 * reduction over the last axis lies between. Null where it is none.
 */
export function normUnit(flow: Flow, output: string): NormUnit | null {
  const frontier = new Map<string, Node>();
  let reduced = false;
  const add = (name: string): string | null => {
    if (name === '' || flow.isConstant(name)) return null;
    const node = flow.maker(name);
    if (node === undefined) return name;
    frontier.set(name, node);
    return null;
  };
  if (add(output) !== null) return null;
  for (let steps = 0; steps < LONGEST && frontier.size > 0; steps++) {
    const [name, node] = [...frontier].reduce((a, b) => (flow.order(b[1]) > flow.order(a[1]) ? b : a));
    if (reduced && frontier.size === 1) return { input: flow.back(uncentred(flow, name, node)), output };
    if (WHOLE.has(node.op)) {
      // A whole operator within a longer pattern (scaled, say) is still the only way.
      return frontier.size === 1 ? { input: flow.back(node.inputs[0]!), output } : null;
    }
    if (node.domain !== '' || !PARTS.has(node.op)) return null;
    if (node.op.startsWith('Reduce')) reduced = true;
    frontier.delete(name);
    const outside = node.inputs.map(add).filter((input) => input !== null);
    if (outside.length > 0) return reduced && frontier.size === 0 ? { input: outside[0]!, output } : null;
  }
  return null;
}

/** What the mean was taken off, where a tensor is x − mean(x). */
function uncentred(flow: Flow, name: string, node: Node): string {
  const [x, mean] = node.inputs;
  const reduction = mean === undefined ? undefined : flow.maker(mean);
  const centred = node.op === 'Sub' && reduction?.op === 'ReduceMean' && flow.back(reduction.inputs[0]!) === flow.back(x!);
  return centred ? x! : name;
}
