import type { Node } from '@incognita/onnx';
import { type Emitter, float } from './emitter.js';
import type { Flow } from './rectified.js';

/** A GELU, y = x Φ(x), that ends in a node of the model: the operator itself, or the product that exporters write out. */
export interface Gelu {
  readonly x: string;
  /** x/√2 and its error function, where the model computes them. */
  readonly scaled?: string;
  readonly erf?: string;
}

/**
 * Reads y = x · ½ · (1 + erf(x/√2)) from the node that makes y, whatever the order of its factors; null where the node ends
 * something else, or somebody reads or looks at what lies between.
 */
export function writtenGelu(flow: Flow, node: Node): Gelu | null {
  const factors = factorsOf(flow, node);
  const rest = factors.filter((name) => scalarOf(flow, name) === null);
  const constant = factors.reduce((product, name) => product * (scalarOf(flow, name) ?? 1), 1);
  if (rest.length !== 2 || !near(constant, 0.5)) return null;
  for (const [x, sum] of [rest, [...rest].reverse()] as [string, string][]) {
    const add = inner(flow, sum, 'Add');
    const erf = add && besideScalar(flow, add, 1);
    const scaled = erf && inner(flow, erf, 'Erf')?.inputs[0];
    if (!scaled) continue;
    const [quotient, product] = [inner(flow, scaled, 'Div'), inner(flow, scaled, 'Mul')];
    const of =
      quotient?.inputs[0] === x ? besideScalar(flow, quotient, Math.SQRT2) : product && besideScalar(flow, product, Math.SQRT1_2);
    if (of === x) return { x, scaled, erf };
  }
  return null;
}

/**
 * The cotangent of x: g (Φ(x) + x φ(x)), in six passes over the data. The forward pass is rewritten to give out x/√2, its error
 * function and Φ, which both directions need, instead of computing them twice.
 */
export function geluCotangent(e: Emitter, node: Node, { x, scaled, erf }: Gelu, g: string): string {
  const s = scaled ?? e.before(node, 'Mul', [x, e.scalar(Math.SQRT1_2, x)]);
  const half = { alpha: float(0.5), beta: float(0.5) };
  const cumulative = e.before(node, 'HardSigmoid', [erf ?? e.before(node, 'Erf', [s])], half);
  e.extend(node, { op: 'Mul', domain: '', name: node.name, inputs: [x, cumulative], outputs: node.outputs, attributes: {} });
  // x φ(x) = s/√π · exp(−s²) = s · exp(−½ ln π − s²) with s = x/√2.
  const bell = e.op('Exp', [e.op('Sub', [e.scalar(-0.5 * Math.log(Math.PI), x), e.op('Mul', [s, s])])]);
  return e.op('Mul', [g, e.op('Add', [cumulative, e.op('Mul', [s, bell])])]);
}

/** The factors of a product, through products that nobody else reads. */
function factorsOf(flow: Flow, node: Node): string[] {
  return node.inputs.flatMap((name) => {
    const product = inner(flow, name, 'Mul');
    return product ? factorsOf(flow, product) : [name];
  });
}

/** The node of an operator that makes `name` for one reader alone, whose cotangent nobody looks at. */
function inner({ e, observed, replaced }: Flow, name: string, op: string): Node | null {
  const node = e.producer(name);
  const alone = node?.op === op && node.domain === '' && e.consumers(name).length === 1;
  return alone && !observed(name) && !replaced(node) ? node : null;
}

/** The other input of a node with two, where one is this number. */
function besideScalar(flow: Flow, { inputs: [a, b] }: Node, value: number): string | null {
  if (near(scalarOf(flow, b!) ?? Number.NaN, value)) return a!;
  return near(scalarOf(flow, a!) ?? Number.NaN, value) ? b! : null;
}

/** The number that a constant holds everywhere and that changes no shape, or null. */
function scalarOf({ e, flows }: Flow, name: string): number | null {
  const tensor = e.tensor(name);
  return tensor?.dims.length === 0 && !flows(name) ? (e.values(name)?.[0] ?? null) : null;
}

function near(value: number, to: number): boolean {
  return Math.abs(value - to) <= 1e-5;
}
