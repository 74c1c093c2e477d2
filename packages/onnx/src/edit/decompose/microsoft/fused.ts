import type { Rewrite, RewriteContext } from '../../rewrite/context.js';
import { activate, sum } from './activate.js';
import { channelsFirst, channelsLast } from './channels.js';

/** The node's attributes but for those named. */
function without(c: RewriteContext, ...names: readonly string[]): RewriteContext['node']['attributes'] {
  return Object.fromEntries(Object.entries(c.node.attributes).filter(([name]) => !names.includes(name)));
}

/** activation(Conv(X, W, B) + Z). Source: ONNX Runtime, contrib_ops/cpu/fused_conv.cc. */
export const FusedConv: Rewrite = (c) => {
  const y = c.op('Conv', given(c, 3), without(c, 'activation', 'activation_params'));
  return [activate(c, sum(c, y, c.input(3)), c.string('activation', ''), c.floats('activation_params') ?? [])];
};

/** activation(α op(A) op(B) + β C). */
export const FusedGemm: Rewrite = (c) => {
  const names = ['activation_alpha', 'activation_beta', 'activation_gamma'];
  const y = c.op('Gemm', given(c, 3), without(c, 'activation', 'leaky_relu_alpha', ...names));
  const parameters = names.map((name) => c.float(name, Number.NaN)).filter((value) => !Number.isNaN(value));
  return [activate(c, y, c.string('activation', ''), parameters)];
};

/** α · op(A) · op(B), where op may swap the last two axes and may move the first axis behind the other batch axes. */
export const FusedMatMul: Rewrite = (c) => [scaledProduct(c)];

/** The name of FusedMatMul in older files. */
export const TransposeMatMul: Rewrite = (c) => [scaledProduct(c)];

export const FusedMatMulActivation: Rewrite = (c) => {
  const names = ['activation_alpha', 'activation_beta', 'activation_gamma', 'activation_axis'];
  const parameters = names.map((name) => c.float(name, Number.NaN)).filter((value) => !Number.isNaN(value));
  const activation = c.string('activation', '');
  if (activation === 'Softmax') return [c.op('Softmax', [scaledProduct(c)], { axis: c.int('activation_axis', -1) })];
  return [activate(c, scaledProduct(c), activation, parameters)];
};

function scaledProduct(c: RewriteContext): string {
  const operand = (i: number, side: 'A' | 'B'): string => {
    const name = c.input(i);
    const swap = c.int(`trans${side}`, 0) !== 0;
    const batch = c.int(`transBatch${side}`, 0) !== 0;
    if (!swap && !batch) return name;
    const rank = c.rank(name);
    // ONNX Runtime ignores the transposition of a vector (core/providers/cpu/math/matmul_helper.h).
    return rank < 2 ? name : c.op('Transpose', [name], { perm: operandAxes(rank, swap, batch) });
  };
  const y = c.op('MatMul', [operand(0, 'A'), operand(1, 'B')]);
  const alpha = c.float('alpha', 1);
  return alpha === 1 ? y : c.op('Mul', [y, c.scalar(alpha, c.input(0))]);
}

/** `batch`: axis 0 is the matrix axis before the last one, axes 1 … are the batch. */
function operandAxes(rank: number, swap: boolean, batch: boolean): number[] {
  const axes = Array.from({ length: rank }, (_, i) => i);
  const ordered = batch ? [...axes.slice(1, -1), 0, rank - 1] : axes;
  return swap ? [...ordered.slice(0, -2), ordered[rank - 1]!, ordered[rank - 2]!] : ordered;
}

/** Conv with the channels last. */
export const NhwcConv: Rewrite = (c) => [
  channelsLast(c, c.op('Conv', [channelsFirst(c, c.input(0)), ...given(c, 3).slice(1)], c.node.attributes)),
];

export const NhwcFusedConv: Rewrite = (c) => {
  const conv = without(c, 'activation', 'activation_params');
  const z = c.input(3);
  const y = channelsLast(c, c.op('Conv', [channelsFirst(c, c.input(0)), ...given(c, 3).slice(1)], conv));
  return [activate(c, sum(c, y, z), c.string('activation', ''), c.floats('activation_params') ?? [])];
};

/** MaxPool with the channels last. */
export const NhwcMaxPool: Rewrite = (c) => [channelsLast(c, c.op('MaxPool', [channelsFirst(c, c.input(0))], c.node.attributes))];

/** The first inputs, up to `count`, without absent ones at the end. */
function given(c: RewriteContext, count: number): string[] {
  const names = c.node.inputs.slice(0, count);
  while (names.at(-1) === '') names.pop();
  return names;
}
