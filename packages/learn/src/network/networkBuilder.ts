import { float, GraphBuilder } from '@incognita/onnx';
import {
  type DropoutMask,
  heNormal,
  type Initializer,
  lecunNormal,
  type NormalNoise,
  type Parameter,
  type RunningStatistic,
  sizeOf,
} from './parameter.js';

/** Training: batch statistics and dropout. Inference: running statistics folded into the weights, no dropout. */
export type Phase = 'training' | 'inference';

/** Values of parameters and running statistics by name; needed to write a network for inference. */
export type Values = ReadonlyMap<string, Float32Array>;

/** Options of {@link NetworkBuilder.conv}. */
export interface ConvOptions {
  readonly name: string;
  /** Channels in and out. */
  readonly from: number;
  readonly to: number;
  /** Kernel side in pixels. */
  readonly kernel: number;
  readonly stride?: number;
  /** Zeros on each side. */
  readonly pad?: number;
  /** Channels are divided into so many groups that do not see each other. */
  readonly groups?: number;
  /** Batch normalization after it (then without a bias of its own). */
  readonly batchNorm?: boolean;
  readonly initializer?: Initializer;
  /** Initial bias; AlexNet starts some layers at one. */
  readonly bias?: number;
}

const EPSILON = 1e-5;

/**
 * Writes a network's graph, layer by layer, and collects what is to be trained. The same definition writes both graphs: in the phase
 * `training` parameters are inputs, in the phase `inference` they are constants with the given values.
 */
export class NetworkBuilder {
  readonly graph = new GraphBuilder({ opset: 20 });
  readonly phase: Phase;
  readonly parameters: Parameter[] = [];
  readonly statistics: RunningStatistic[] = [];
  readonly masks: DropoutMask[] = [];
  readonly noises: NormalNoise[] = [];
  readonly #values: Values;

  constructor(phase: Phase, values: Values = new Map()) {
    this.phase = phase;
    this.#values = values;
  }

  /** A convolution of [n, from, h, w], with batch normalization where asked. */
  conv(x: string, options: ConvOptions): string {
    const { name, from, to, kernel, stride = 1, pad = 0, groups = 1 } = options;
    const dims = [to, from / groups, kernel, kernel];
    const fanIn = sizeOf(dims.slice(1));
    const weight: Parameter = {
      name: `${name}.weight`,
      dims,
      initializer: options.initializer ?? heNormal(fanIn),
      decay: true,
    };
    const attributes = {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      group: groups,
    };
    if (!options.batchNorm) {
      const inputs = [x, this.parameter(weight), this.parameter(biasOf(name, to, options.bias))];
      return this.graph.op('Conv', inputs, attributes, { output: name });
    }
    const [scale, shift] = [scaleOf(name, to), biasOf(name, to)];
    if (this.phase === 'training') {
      const product = this.graph.op('Conv', [x, this.parameter(weight)], attributes);
      return this.#normalized(product, name, [1, to, 1, 1], this.parameter(scale), this.parameter(shift));
    }
    this.parameters.push(weight, scale, shift);
    this.statistics.push(...statisticsOf(name, to));
    const each = sizeOf(dims.slice(1));
    const folded = this.#folded(weight, name, to, (i) => Math.floor(i / each));
    return this.graph.op(
      'Conv',
      [x, this.#constant(weight.name, dims, folded.weight), this.#constant(shift.name, [to], folded.bias)],
      attributes,
      {
        output: name,
      },
    );
  }

  /**
   * x · W + b of [n, from]. `rectified` says what the initial scale is for; with `batchNorm` the products are normalized over the batch, and b is the
   * normalization's.
   */
  dense(
    x: string,
    options: {
      readonly name: string;
      readonly from: number;
      readonly to: number;
      readonly rectified?: boolean;
      readonly initializer?: Initializer;
      readonly bias?: number;
      readonly batchNorm?: boolean;
    },
  ): string {
    const { name, from, to } = options;
    const initializer = options.initializer ?? (options.rectified ? heNormal(from) : lecunNormal(from));
    const weight: Parameter = { name: `${name}.weight`, dims: [from, to], initializer, decay: true };
    const bias = biasOf(name, to, options.bias);
    if (!options.batchNorm) return this.graph.op('Gemm', [x, this.parameter(weight), this.parameter(bias)], {}, { output: name });
    const scale = scaleOf(name, to);
    if (this.phase === 'training') {
      const product = this.graph.op('MatMul', [x, this.parameter(weight)]);
      return this.#normalized(product, name, [1, to], this.parameter(scale), this.parameter(bias));
    }
    this.parameters.push(weight, scale, bias);
    this.statistics.push(...statisticsOf(name, to));
    const folded = this.#folded(weight, name, to, (i) => i % to);
    const constants = [this.#constant(weight.name, weight.dims, folded.weight), this.#constant(bias.name, [to], folded.bias)];
    return this.graph.op('Gemm', [x, ...constants], {}, { output: name });
  }

  /** Zeroes a share of the values while training, scales the others up; nothing at inference. Source: Srivastava et al. 2014. */
  dropout(x: string, options: { readonly name: string; readonly dims: readonly number[]; readonly rate: number }): string {
    if (this.phase === 'inference' || options.rate === 0) return x;
    const mask = { name: `${options.name}.mask`, dims: options.dims, rate: options.rate };
    this.masks.push(mask);
    return this.graph.op('Mul', [x, this.graph.input(mask.name, 'float32', ['n', ...mask.dims])]);
  }

  /** Standard normal numbers [n, …dims], other ones for each example and step; they exist while training only. */
  noise(noise: NormalNoise): string {
    this.noises.push(noise);
    return this.graph.input(noise.name, 'float32', ['n', ...noise.dims]);
  }

  relu(x: string, name?: string): string {
    return this.graph.op('Relu', [x], {}, name ? { output: name } : {});
  }

  maxPool(x: string, options: { readonly kernel: number; readonly stride: number; readonly name?: string }): string {
    const { kernel, stride, name } = options;
    return this.graph.op(
      'MaxPool',
      [x],
      { kernel_shape: [kernel, kernel], strides: [stride, stride] },
      name ? { output: name } : {},
    );
  }

  /** Divides each value by (bias + alpha · Σ of squares over `size` neighbouring channels)^beta, AlexNet's normalization (section 3.3). */
  localResponseNorm(
    x: string,
    options: { readonly size: number; readonly alpha: number; readonly beta: number; readonly bias: number },
  ): string {
    // The operator divides alpha by the size, the paper does not.
    const { size, alpha, beta, bias } = options;
    return this.graph.op('LRN', [x], { size, alpha: float(alpha * size), beta: float(beta), bias: float(bias) });
  }

  /** A tensor that training changes, for layers that have no method here: an input of the training graph, a constant of the finished one. */
  parameter(parameter: Parameter): string {
    this.parameters.push(parameter);
    if (this.phase === 'training') return this.graph.input(parameter.name, 'float32', parameter.dims);
    return this.#constant(parameter.name, parameter.dims, this.#value(parameter.name, parameter.dims));
  }

  #value(name: string, dims: readonly number[]): Float32Array {
    const values = this.#values.get(name);
    if (values?.length !== sizeOf(dims))
      throw new Error(`The network's "${name}" has shape [${dims}], but ${values?.length ?? 'no'} values were given for it.`);
    return values;
  }

  #constant(name: string, dims: readonly number[], values: Float32Array): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.graph.append([], [[name, { dtype: 'float32', dims, data: { kind: 'inline', bytes } }]]);
    return name;
  }

  /** (x − mean) / √(variance + ε) · scale + shift with the batch's mean and variance, which are given out. Source: Ioffe and Szegedy 2015. */
  #normalized(x: string, name: string, columnDims: readonly number[], scale: string, shift: string): string {
    const { graph } = this;
    const channels = sizeOf(columnDims);
    const axes = graph.i64(columnDims.flatMap((size, axis) => (size === 1 && axis !== 1 ? [axis] : [])));
    const mean = graph.op('ReduceMean', [x, axes], { keepdims: 1 });
    const centred = graph.op('Sub', [x, mean]);
    const variance = graph.op('ReduceMean', [graph.op('Mul', [centred, centred]), axes], { keepdims: 1 });
    const deviation = graph.op('Sqrt', [graph.op('Add', [variance, graph.f32(EPSILON)])]);
    const column = graph.i64([...columnDims]);
    const factor = graph.op('Div', [graph.op('Reshape', [scale, column]), deviation]);
    const flat = graph.i64([channels]);
    const statistics = statisticsOf(name, channels);
    for (const [i, value] of [mean, variance].entries())
      graph.output(graph.op('Reshape', [value, flat], {}, { output: statistics[i]!.name }), 'float32', [channels]);
    this.statistics.push(...statistics);
    return graph.op('Add', [graph.op('Mul', [centred, factor]), graph.op('Reshape', [shift, column])], {}, { output: name });
  }

  /** The normalization with its running statistics as part of the weights before it; `channelOf` says whose each weight is. */
  #folded(
    weight: Parameter,
    name: string,
    channels: number,
    channelOf: (index: number) => number,
  ): { weight: Float32Array; bias: Float32Array } {
    const [mean, variance] = statisticsOf(name, channels).map(({ name: key, dims }) => this.#value(key, dims)) as [
      Float32Array,
      Float32Array,
    ];
    const scale = this.#value(`${name}.scale`, [channels]);
    const shift = this.#value(`${name}.bias`, [channels]);
    const factor = Float64Array.from(scale, (s, c) => s / Math.sqrt(variance[c]! + EPSILON));
    return {
      weight: this.#value(weight.name, weight.dims).map((w, i) => w * factor[channelOf(i)]!),
      bias: Float32Array.from(shift, (b, c) => b - mean[c]! * factor[c]!),
    };
  }
}

function biasOf(name: string, channels: number, value = 0): Parameter {
  return { name: `${name}.bias`, dims: [channels], initializer: { kind: 'constant', value }, decay: false };
}

function scaleOf(name: string, channels: number): Parameter {
  return { name: `${name}.scale`, dims: [channels], initializer: { kind: 'constant', value: 1 }, decay: false };
}

function statisticsOf(name: string, channels: number): RunningStatistic[] {
  return [
    { name: `${name}.mean`, dims: [channels], initial: 0 },
    { name: `${name}.variance`, dims: [channels], initial: 1 },
  ];
}
