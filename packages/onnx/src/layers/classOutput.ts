import { infer } from '../shapes/infer.js';
import type { Dim, Model, Node } from '../types.js';
import type { Structure } from './candidates.js';
import { structureOf } from './candidates.js';

/** Where a classifier's scores are. */
export interface ClassOutput {
  /** The scores before a softmax, one a class; of shape [n, classes] or [n, classes, 1, 1]. */
  readonly tensor: string;
  readonly classes: number;
}

const PASSING = new Set(['Reshape', 'Flatten', 'Squeeze', 'Identity', 'Dropout', 'Cast', 'Relu', 'AveragePool', 'MaxPool']);
const POOLING = new Set(['GlobalAveragePool', 'GlobalMaxPool', 'ReduceMean', 'ReduceMax']);

/**
 * The class scores, by structure: an output of shape [n, K] (or [n, K, 1, 1]) that comes out of a linear layer (Gemm, MatMul
 * with constant weights, 1×1 convolution) through nothing but a bias, ReLU, pooling, changes of shape and softmax. null where
 * no output does, for example where the output is a pooled embedding.
 */
export function classOutput(model: Model): ClassOutput | null {
  const s = structureOf(model.graph, infer(model).types);
  for (const { name } of model.graph.outputs) {
    const classes = classCount(s.types.get(name)?.shape ?? null);
    if (classes === null) continue;
    const logits = beforeSoftmax(name, s);
    if (comesFromLinear(logits, classes, s)) return { tensor: logits, classes };
  }
  return null;
}

function classCount(shape: readonly Dim[] | null): number | null {
  if (shape === null || (shape.length !== 2 && shape.length !== 4)) return null;
  if (shape.length === 4 && (shape[2] !== 1 || shape[3] !== 1)) return null;
  const classes = shape[1];
  return typeof classes === 'number' && classes > 1 ? classes : null;
}

/** The input of the softmax that an output ends in, through changes of shape; the output itself where there is none. */
function beforeSoftmax(output: string, s: Structure): string {
  let name = output;
  for (;;) {
    const node = s.makers.get(name);
    if (node?.op === 'Softmax' || node?.op === 'LogSoftmax') return node.inputs[0]!;
    if (node === undefined || !['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Cast'].includes(node.op)) return output;
    name = node.inputs[0]!;
  }
}

function comesFromLinear(tensor: string, classes: number, s: Structure): boolean {
  let name = tensor;
  for (;;) {
    const node = s.makers.get(name);
    if (node === undefined) return false;
    if (isLinear(node, s)) return linearWidth(node, s) === classes;
    if (node.op === 'Add') {
      const live = node.inputs.filter((input) => !s.isConstant(input));
      if (live.length !== 1) return false;
      name = live[0]!;
    } else if (PASSING.has(node.op) || POOLING.has(node.op)) name = node.inputs[0]!;
    else return false;
  }
}

function isLinear(node: Node, s: Structure): boolean {
  return (node.op === 'Gemm' || node.op === 'MatMul' || node.op === 'Conv') && s.isConstant(node.inputs[1] ?? '');
}

/** Outputs of a linear layer; null for a convolution that looks beyond one position of a map: that is a feature layer. */
function linearWidth(node: Node, s: Structure): Dim {
  const shape = s.types.get(node.outputs[0]!)?.shape ?? null;
  if (node.op !== 'Conv') return shape?.at(-1) ?? null;
  const weight = s.types.get(node.inputs[1]!)?.shape ?? null;
  const pointwise = weight?.slice(2).every((d) => d === 1) === true;
  const whole = shape?.slice(2).every((d) => d === 1) === true;
  return pointwise || whole ? (shape?.[1] ?? null) : null;
}
