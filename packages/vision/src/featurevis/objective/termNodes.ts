import type { GraphBuilder } from '@incognita/onnx';
import type { LayerValue } from '../../layout/layerValue.js';
import type { Term } from './expression.js';
import { power, sumOver } from './objectiveNodes.js';
import { boundaryNodes, totalVariationNodes } from './pictureTermNodes.js';

/** Of Lucid's `_dot_cossim`. */
const LUCID_EPSILON = 1e-4;
const LUCID_FLOOR = 0.1;
/** Of Lucid's `L2`. */
const L2_EPSILON = 1e-6;
/** Of Lucid's `diversity`. */
const GRAM_EPSILON = 1e-10;

/** What a term reads. */
export interface TermInputs {
  /** The picture [batch, planes, h, w] in 0 … 1, as transformed. */
  readonly picture: LayerValue;
  /** The term's layer. */
  readonly layer: LayerValue;
  /** The same layer of the start pictures, for `drift`. */
  readonly reference: string | null;
  /** The name of the term's target: [batch, channels · rows · columns] of a tensorDirection. */
  readonly target: string | null;
}

/** Adds the nodes of any term but `unit`; the name of its value, [batch]. */
export function termNodes(b: GraphBuilder, term: Exclude<Term, { kind: 'unit' }>, inputs: TermInputs): string {
  const { picture, layer } = inputs;
  switch (term.kind) {
    case 'tensorDirection':
      return tensorDirectionNodes(b, layer, inputs.target!, term.power);
    case 'energy':
      return energyNodes(b, layer, term.channels ?? [0, layer.dims[1]]);
    case 'alikeness':
      return alikenessNodes(b, layer);
    case 'drift':
      return driftNodes(b, layer, inputs.reference!);
    case 'totalVariation':
      return totalVariationNodes(b, picture);
    case 'boundary':
      return boundaryNodes(b, picture, term);
    case 'l1':
      return total(b, b.op('Abs', [b.op('Sub', [layer.tensor, b.f32(term.constant)])]), layer);
    case 'l2': {
      const off = b.op('Sub', [layer.tensor, b.f32(term.constant)]);
      return b.op('Sqrt', [b.op('Add', [total(b, b.op('Mul', [off, off]), layer), b.f32(L2_EPSILON)])]);
    }
  }
}

/** The sum over all but the batch. */
export function total(b: GraphBuilder, value: string, { dims }: LayerValue): string {
  return b.op('Reshape', [sumOver(b, value, [1, 2, 3]), b.i64([dims[0]])]);
}

function tensorDirectionNodes(b: GraphBuilder, { tensor, dims }: LayerValue, target: string, exponent: number): string {
  const v = b.op('Reshape', [target, b.i64(dims)]);
  const dot = sumOver(b, b.op('Mul', [tensor, v]), [1]);
  const length = (value: string): string =>
    b.op('Add', [
      b.op('Sqrt', [b.op('Add', [sumOver(b, b.op('Mul', [value, value]), [1]), b.f32(1e-12)])]),
      b.f32(LUCID_EPSILON),
    ]);
  const cosine = (): string => b.op('Div', [b.op('Div', [dot, length(tensor)]), length(v)]);
  const weight = exponent === 0 ? null : power(b, b.op('Max', [cosine(), b.f32(LUCID_FLOOR)]), exponent);
  const weighted = weight === null ? dot : b.op('Mul', [dot, weight]);
  const positions = dims[2] * dims[3];
  return b.op('Mul', [b.op('Reshape', [sumOver(b, weighted, [2, 3]), b.i64([dims[0]])]), b.f32(1 / positions)]);
}

function energyNodes(b: GraphBuilder, layer: LayerValue, [from, to]: readonly [number, number]): string {
  const [batch, channels, rows, columns] = layer.dims;
  const part =
    from === 0 && to === channels ? layer.tensor : b.op('Slice', [layer.tensor, b.i64([from]), b.i64([to]), b.i64([1])]);
  const squares = total(b, b.op('Mul', [part, part]), { tensor: part, dims: [batch, to - from, rows, columns] });
  return b.op('Mul', [squares, b.f32(1 / ((to - from) * rows * columns))]);
}

function alikenessNodes(b: GraphBuilder, { tensor, dims }: LayerValue): string {
  const [batch, channels, rows, columns] = dims;
  const flat = b.op('Reshape', [tensor, b.i64([batch, channels, rows * columns])]);
  const gram = b.op('MatMul', [flat, b.op('Transpose', [flat], { perm: [0, 2, 1] })]);
  const rowsOf = b.op('Reshape', [gram, b.i64([batch, channels * channels])]);
  const squares = sumOver(b, b.op('Mul', [rowsOf, rowsOf]), [1]);
  const unit = b.op('Div', [rowsOf, b.op('Sqrt', [b.op('Max', [squares, b.f32(GRAM_EPSILON)])])]);
  const cosines = b.op('MatMul', [unit, b.op('Transpose', [unit], { perm: [1, 0] })]);
  const others = Float32Array.from({ length: batch * batch }, (_, i) => (i % (batch + 1) === 0 ? 0 : 1 / batch));
  return b.op('Reshape', [sumOver(b, b.op('Mul', [cosines, b.f32(others, [batch, batch])]), [1]), b.i64([batch])]);
}

function driftNodes(b: GraphBuilder, layer: LayerValue, reference: string): string {
  const off = b.op('Sub', [layer.tensor, reference]);
  const size = b.op('Add', [total(b, b.op('Mul', [reference, reference]), layer), b.f32(1e-6)]);
  return b.op('Div', [total(b, b.op('Mul', [off, off]), layer), size]);
}
