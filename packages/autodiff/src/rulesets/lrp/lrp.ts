import type { Emitter } from '../../emit/emitter.js';
import { reduceTo } from '../../emit/shapes.js';
import type { VjpCall } from '../../types.js';
import type { BackwardRule, RuleSet } from '../ruleSet.js';
import { nonzero } from './guard.js';
import { identity, identityOperators } from './identity.js';
import { layerOf } from './layer.js';
import { applyLayerRule } from './layerRules.js';
import { mergeBatchNormalization } from './mergeBatchNormalization.js';
import { normalizations } from './normalize.js';
import { type LrpOptions, type LrpSettings, settingsOf } from './options.js';
import { division, product, uniform } from './products.js';

/**
 * Operators through which relevance goes exactly as a cotangent does, when cotangents are relevance divided by the tensor:
 * linear ones (sums share in proportion), choices (a maximum takes all), moves, and those that are homogeneous of degree one.
 * Softmax is among them: x · its exact rule is AttnLRP's Taylor rule (proposition 3.1). What is constant in them (a bias)
 * keeps its share.
 */
const EXACTLY: ReadonlySet<string> = new Set(
  (
    'Abs AveragePool BatchNormalization Cast CastLike CenterCropPad Col2Im Compress Concat CumSum DepthToSpace Dropout Expand Flatten ' +
    'Gather GatherElements GatherND GlobalAveragePool GlobalLpPool GlobalMaxPool Identity LeakyRelu LpPool Max MaxPool MaxUnpool Mean ' +
    'Min Neg PRelu Pad ReduceL1 ReduceL2 ReduceMax ReduceMean ReduceMin ReduceSum Relu Reshape Resize ReverseSequence Scatter ' +
    'ScatterElements ScatterND Slice Softmax SpaceToDepth Split Squeeze Sum Tile TopK Transpose Trilu Unsqueeze Upsample Where'
  ).split(' '),
);

const LAYERS: ReadonlySet<string> = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul']);

/**
 * Layer-wise relevance propagation: how much of each output's value comes from each element of `wrt`. The result is named
 * `relevance:<wrt>`; the relevance of `of` is its value times the cotangent, so a one-hot cotangent asks where that logit's
 * value comes from, and seed `ones` where the sum of `of` does. Relevance is conserved but for what biases, ε and the Softmax
 * take.
 *
 * It runs as a gradient whose cotangents are relevance divided by the tensor (the form of rachtibat/LRP-eXplains-Transformers
 * `lxt/efficient`), so what is piecewise linear needs no rule: with ε = 0 it is gradient times input.
 */
export function lrp(options: LrpOptions = {}): RuleSet {
  const settings = settingsOf(options);
  const layer = layerRule(settings);
  const half: BackwardRule = (call, exact) =>
    exact({ ...call, g: call.e.op('Mul', [call.g, call.e.scalar(0.5, call.node.outputs[0]!)]) });
  const shift: Record<string, BackwardRule> = settings.first === null ? {} : { Add: shiftBefore, Sub: shiftBefore };
  return {
    name: 'lrp',
    exactly: new Set([...EXACTLY, 'Add', 'Sub']),
    ...(settings.softmax === 'detached' && { blocks: new Set(['Softmax']) }),
    prepare: mergeBatchNormalization,
    rules: {
      ...Object.fromEntries(identityOperators.map((op) => [op, identity])),
      ...normalizations,
      ...Object.fromEntries([...LAYERS].map((op) => [op, layer])),
      ...shift,
      Mul: product,
      Div: division,
      Einsum: uniform(settings.epsilon),
      // Σ x² is of degree two: x · its derivative is twice it.
      ReduceSumSquare: half,
    },
    result: {
      prefix: 'relevance',
      write: (e, tensor, cotangent) => e.op('Mul', [settings.first === null ? tensor : nonzero(e, tensor), cotangent]),
    },
  };
}

function layerRule(settings: LrpSettings): BackwardRule {
  return (call, exact) => {
    const { node } = call;
    if (!call.needs(0) || call.needs(1) || (node.inputs[2] && call.needs(2))) return uniform(settings.epsilon)(call, exact);
    const kind = node.op === 'Conv' || node.op === 'ConvTranspose' ? settings.conv : settings.linear;
    const rule = settings.first !== null && isFirst(call, node.inputs[0]!) ? settings.first : kind;
    return [applyLayerRule(rule, layerOf(call, exact), settings)];
  };
}

/** Whether no weighted layer lies between `wrt` and this tensor. */
function isFirst(call: VjpCall, name: string): boolean {
  const seen = new Set<string>();
  const clean = (tensor: string): boolean => {
    if (seen.has(tensor)) return true;
    seen.add(tensor);
    const node = call.e.producer(tensor);
    const inputs = node?.inputs.filter((input) => call.flows(input)) ?? [];
    if (inputs.length > 0 && LAYERS.has(node!.op)) return false;
    return inputs.every(clean);
  };
  return clean(name);
}

/**
 * Preprocessing before a first layer with a rule of its own: subtracting a mean (one number, or one a channel) takes no
 * relevance.
 */
const shiftBefore: BackwardRule = (call, exact) => {
  const { e, node, g } = call;
  const [data, ...others] = node.inputs.filter((input) => call.flows(input));
  const shift = node.inputs.find((input) => input !== data);
  if (data === undefined || others.length > 0 || !shift || !isRow(e, shift) || !isFirst(call, data)) return exact(call);
  const y = node.outputs[0]!;
  const given = reduceTo(e, e.op('Div', [e.op('Mul', [g, y]), nonzero(e, data)]), y, data);
  return node.inputs.map((input) => (input === data ? given : null));
};

function isRow(e: Emitter, name: string): boolean {
  return (e.dims(name) ?? [2, 2]).filter((size) => size !== 1).length <= 1;
}
