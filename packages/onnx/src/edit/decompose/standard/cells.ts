import { float, type GraphBuilder } from '../../../build/builder.js';
import { constantTensor } from '../../../tensor/constants.js';
import type { DataType } from '../../../types.js';

/** Writes what one step of a recurrent layer computes, into the body of a Scan. */
export class StepWriter {
  readonly builder: GraphBuilder;
  readonly #dtype: DataType;
  readonly #hidden: number;
  readonly #clip: number | null;
  readonly #constants = new Map<string, string>();

  constructor(builder: GraphBuilder, dtype: DataType, hidden: number, clip: number | null) {
    this.builder = builder;
    this.#dtype = dtype;
    this.#hidden = hidden;
    this.#clip = clip;
  }

  op(op: string, ...inputs: readonly string[]): string {
    return this.builder.op(op, inputs);
  }

  scalar(value: number): string {
    return this.#constant(`${value}`, () => constantTensor(this.#dtype, [value], []));
  }

  /** The gates of a tensor [batch, count · hidden]. */
  split(x: string, count: number): string[] {
    const sizes = this.#constant(`split ${count}`, () =>
      constantTensor('int64', new Array<number>(count).fill(this.#hidden), [count]),
    );
    return count === 1 ? [x] : this.builder.ops('Split', [x, sizes], count, { axis: 1 });
  }

  /** An activation of a clipped argument. */
  gate(activation: Activation, x: string): string {
    const clipped = this.#clip === null ? x : this.op('Clip', x, this.scalar(-this.#clip), this.scalar(this.#clip));
    return this.activate(activation, clipped);
  }

  activate({ name, alpha, beta }: Activation, x: string): string {
    const b = this.builder;
    switch (name) {
      case 'affine':
        return this.op('Add', this.op('Mul', x, this.scalar(alpha)), this.scalar(beta));
      case 'scaledtanh':
        return this.op('Mul', this.op('Tanh', this.op('Mul', x, this.scalar(beta))), this.scalar(alpha));
      case 'leakyrelu':
        return b.op('LeakyRelu', [x], { alpha: float(alpha) });
      case 'thresholdedrelu':
        return b.op('ThresholdedRelu', [x], { alpha: float(alpha) });
      case 'elu':
        return b.op('Elu', [x], { alpha: float(alpha) });
      case 'hardsigmoid':
        return b.op('HardSigmoid', [x], { alpha: float(alpha), beta: float(beta) });
      default:
        return b.op(PLAIN[name]!, [x]);
    }
  }

  #constant(key: string, make: () => ReturnType<typeof constantTensor>): string {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.builder.initializer(make());
    this.#constants.set(key, name);
    return name;
  }
}

const PLAIN: Readonly<Record<string, string>> = {
  relu: 'Relu',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  softsign: 'Softsign',
  softplus: 'Softplus',
};

/** Parameters that an activation takes, with their defaults; NaN where ONNX names none (ONNX Runtime takes 0 then). */
const PARAMETERS: Readonly<Record<string, { readonly alpha?: number; readonly beta?: number }>> = {
  affine: { alpha: Number.NaN, beta: Number.NaN },
  scaledtanh: { alpha: Number.NaN, beta: Number.NaN },
  leakyrelu: { alpha: 0.01 },
  thresholdedrelu: { alpha: 1 },
  elu: { alpha: 1 },
  hardsigmoid: { alpha: 0.2, beta: 0.5 },
};

/** An activation with its parameters; the name in lower case. */
export interface Activation {
  readonly name: string;
  readonly alpha: number;
  readonly beta: number;
}

/**
 * The activations of a list of names; each takes the next numbers of the lists for the parameters that it has. Null where a name
 * is not known, or a parameter without a default is missing.
 */
export function activationsOf(
  names: readonly string[],
  alphas: readonly number[],
  betas: readonly number[],
): readonly Activation[] | null {
  let [a, b] = [0, 0];
  const made = names.map((given) => {
    const name = given.toLowerCase();
    const defaults = PARAMETERS[name];
    if (defaults === undefined && PLAIN[name] === undefined) return null;
    const activation = {
      name,
      alpha: defaults?.alpha === undefined ? 0 : (alphas[a++] ?? defaults.alpha),
      beta: defaults?.beta === undefined ? 0 : (betas[b++] ?? defaults.beta),
    };
    return Number.isNaN(activation.alpha + activation.beta) ? null : activation;
  });
  return made.every((activation) => activation !== null) ? made : null;
}

/** What a step reads beside its states. */
export interface StepWeights {
  /** Recurrence weights, turned: [hidden, gates · hidden]. */
  readonly recurrence: string;
  /** GRU: those of the candidate alone; `recurrence` holds those of the gates then. */
  readonly candidate: string;
  /** GRU with `linear_before_reset`: recurrence bias of the candidate; '' where there is none. */
  readonly candidateBias: string;
  /** LSTM: peepholes of input, output and forget gate; null where there are none. */
  readonly peepholes: readonly string[] | null;
}

/** One step: from the projected input [batch, gates · hidden] and the states, the next states; the first is the output. */
export type Step = (
  w: StepWriter,
  x: string,
  states: readonly string[],
  weights: StepWeights,
  activations: readonly Activation[],
) => readonly string[];

/** H ← f(X Wᵀ + H Rᵀ + b). Source: ONNX operator RNN-22. */
export const rnnStep: Step = (w, x, [h], { recurrence }, [f]) => [w.gate(f!, w.op('Add', x, w.op('MatMul', h!, recurrence)))];

/** Gates z, r and candidate h; H ← (1 − z) h + z H. Source: ONNX operator GRU-22. */
export const gruStep =
  (linearBeforeReset: boolean): Step =>
  (w, x, [h], { recurrence, candidate, candidateBias }, [f, g]) => {
    const [xz, xr, xh] = w.split(x, 3) as [string, string, string];
    const [hz, hr] = w.split(w.op('MatMul', h!, recurrence), 2) as [string, string];
    const z = w.gate(f!, w.op('Add', xz, hz));
    const r = w.gate(f!, w.op('Add', xr, hr));
    const linear = (from: string): string => {
      const product = w.op('MatMul', from, candidate);
      return candidateBias === '' ? product : w.op('Add', product, candidateBias);
    };
    const recurrent = linearBeforeReset ? w.op('Mul', r, linear(h!)) : linear(w.op('Mul', r, h!));
    const next = w.gate(g!, w.op('Add', xh, recurrent));
    // (1 − z) h + z H = h + z (H − h)
    return [w.op('Add', next, w.op('Mul', z, w.op('Sub', h!, next)))];
  };

/** Gates i, o, f and candidate c; C ← f C + i c, H ← o h(C). Source: ONNX operator LSTM-22. */
export const lstmStep =
  (inputForget: boolean): Step =>
  (w, x, [h, c], { recurrence, peepholes }, [f, g, last]) => {
    const all = w.op('Add', x, w.op('MatMul', h!, recurrence));
    const [xi, xo, xf, xc] = w.split(all, 4) as [string, string, string, string];
    const peep = (gate: string, which: number, cell: string): string =>
      peepholes ? w.op('Add', gate, w.op('Mul', peepholes[which]!, cell)) : gate;
    const input = w.gate(f!, peep(xi, 0, c!));
    const forget = inputForget ? w.op('Sub', w.scalar(1), input) : w.gate(f!, peep(xf, 2, c!));
    const cell = w.op('Add', w.op('Mul', forget, c!), w.op('Mul', input, w.gate(g!, xc)));
    const output = w.gate(f!, peep(xo, 1, cell));
    return [w.op('Mul', output, w.activate(last!, cell)), cell];
  };
