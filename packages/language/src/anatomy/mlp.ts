import type { Node } from '@incognita/onnx';
import type { Placed } from './axes.js';
import type { Flow } from './flow.js';
import { type LinearUnit, linearUnit, nearestUnits } from './linear.js';

/** What is found of one MLP: each part, or the reason for which it is not there. */
export interface MlpParts {
  readonly mlp_in: Placed | string;
  /** Input of the activation. */
  readonly mlp_pre: Placed | string;
  /** Input of the last product: activation(pre), times the linear half where there is one. */
  readonly mlp_act: Placed | string;
}

const NONLINEAR = new Set(
  [
    'Sigmoid',
    'Tanh',
    'Erf',
    'Gelu',
    'Relu',
    'FastGelu',
    'QuickGelu',
    'BiasGelu',
    'Swish',
    'HardSwish',
    'HardSigmoid',
    'Mish',
  ].concat(['Softplus', 'Elu', 'Selu', 'Celu', 'LeakyRelu', 'PRelu', 'Clip', 'Max', 'Silu', 'ThresholdedRelu']),
);

/** The parts of a branch that is an MLP: products in, an activation, one product out. */
export function mlpParts(flow: Flow, branch: readonly Node[], write: string): MlpParts {
  const within = new Set(branch);
  const units = branch.flatMap((node) => linearUnit(flow, node) ?? []);
  const first = units.filter((unit) => !units.some((other) => other !== unit && flow.before(other.node, unit.node)));
  const last = nearestUnits(flow, write, within);
  const none = (reason: string): MlpParts => ({ mlp_in: reason, mlp_pre: reason, mlp_act: reason });
  const fused = branch.find((node) => /MoE$/.test(node.op));
  if (fused !== undefined) return none(`it is inside the fused operator ${fused.domain}.${fused.op}, a mixture of experts`);
  if (units.length === 0) return none('this branch multiplies with no constant weights');
  if (last.length !== 1) return none(`${last.length} products are summed in this branch, as in a mixture of experts`);
  const inputs = new Set(first.map((unit) => flow.asSequence(unit.input)));
  const [input] = inputs;
  return {
    mlp_in: inputs.size === 1 ? sequence(input!) : `the branch begins with products of ${inputs.size} different tensors`,
    mlp_pre: beforeActivation(flow, branch, first, last[0]!),
    mlp_act: units.length > 1 ? sequence(flow.asSequence(last[0]!.input)) : 'the branch has one product only',
  };
}

function sequence(tensor: string): Placed {
  return { tensor, axes: ['batch', 'position', 'dim'] };
}

function beforeActivation(flow: Flow, branch: readonly Node[], first: readonly LinearUnit[], last: LinearUnit): Placed | string {
  const activations = branch.filter((node) => NONLINEAR.has(node.op) && flow.before(node, last.node));
  const goesIn = (tensor: string): boolean => {
    const maker = flow.maker(tensor)!;
    return activations.some((node) => flow.before(maker, node));
  };
  const activated = first.map((unit) => unit.output).filter(goesIn);
  if (activations.length === 0) return 'no activation function was found in this branch';
  if (activated.length !== 1) return `the activation reads ${activated.length} products`;
  return sequence(halved(flow, activated[0]!, activations));
}

/** Of a product that is split into a gate and a linear half, the half that goes into the activation. */
function halved(flow: Flow, tensor: string, activations: readonly Node[]): string {
  const [split, ...others] = flow.readers(tensor);
  if (split?.op !== 'Split' || others.length > 0) return tensor;
  const reads = (name: string): boolean =>
    flow
      .readers(name)
      .some((node) => activations.includes(node) || activations.some((activation) => flow.before(node, activation)));
  const gates = split.outputs.filter((name) => name !== '' && reads(name));
  return gates.length === 1 ? gates[0]! : tensor;
}
