import { constantOfNode, type Model, type Node, numbersOf, readers as readersOf, type Tensor } from '@incognita/onnx';

/** How strongly channels of two layers are connected: [after, before], signed sums of the weights of each pair. */
export interface WeightLinks {
  readonly before: number;
  readonly after: number;
  readonly weights: Float32Array;
}

/** A piece of the layer before as it arrives at a weighted operator. */
interface Way {
  readonly tensor: string;
  /** First channel of `tensor` that is the layer's first. */
  readonly offset: number;
}

/** Operators that leave every channel to itself, and where it is. */
const PASSING = new Set([
  ...[
    'Relu',
    'Clip',
    'LeakyRelu',
    'Elu',
    'Selu',
    'Gelu',
    'Erf',
    'Sigmoid',
    'Tanh',
    'HardSwish',
    'HardSigmoid',
    'Softplus',
    'Mish',
  ],
  ...['Identity', 'Dropout', 'Cast', 'Flatten', 'Transpose', 'LRN'],
  ...['MaxPool', 'AveragePool', 'GlobalAveragePool', 'GlobalMaxPool', 'ReduceMean'],
  ...['BatchNormalization', 'InstanceNormalization', 'LayerNormalization'],
]);
/** Operators on several tensors that do so where all are constants or come from the layer alone: a bias, a scale, a GELU in pieces. */
const ELEMENTWISE = new Set(['Add', 'Sub', 'Mul', 'Div']);

/**
 * The connections by weight between a layer and the convolutions or dense layers that read it directly, through activations, normalizations, pools and
 * concatenations: for each the sum over kernel positions of the weights between two channels. A reader with groups (a depthwise convolution)
 * connects channels of one group alone.
 *
 * @param tensor the layer before
 * @param channels how many it has
 * @returns by the output tensor of the reading operator; empty where no weighted operator reads the layer
 * @example weightLinks(model, layer.tensor, 512).get(conv.outputs[0])
 */
export function weightLinks(model: Model, tensor: string, channels: number): ReadonlyMap<string, WeightLinks> {
  const next = readersOf(model.graph);
  // Weights that are kept in another type are cast before they are read.
  const kept = model.graph.nodes.filter(({ op }) => op === 'Constant' || op === 'Cast');
  const constants = new Map(kept.map((node) => [node.outputs[0]!, node]));
  const weightOf = (name: string | undefined): Tensor | null => {
    if (name === undefined) return null;
    const initial = model.graph.initializers.get(name);
    if (initial !== undefined) return initial;
    const node = constants.get(name);
    if (node?.op === 'Cast') return weightOf(node.inputs[0]);
    return node === undefined ? null : constantOfNode(node);
  };
  const found = new Map<string, WeightLinks>();
  const seen = new Set<string>([tensor]);
  const queue: Way[] = [{ tensor, offset: 0 }];
  for (let way = queue.shift(); way !== undefined; way = queue.shift()) {
    for (const node of next.get(way.tensor) ?? []) {
      const links = read(node, way, channels, weightOf);
      if (links !== null) found.set(node.outputs[0]!, links);
      const own = (name: string): boolean => seen.has(name) || weightOf(name) !== null;
      const further = links === null ? pass(node, way, model, own) : null;
      if (further !== null && !seen.has(further.tensor)) {
        seen.add(further.tensor);
        queue.push(further);
      }
    }
  }
  return found;
}

function pass(node: Node, way: Way, model: Model, own: (name: string) => boolean): Way | null {
  const output = node.outputs[0]!;
  if (PASSING.has(node.op) && node.inputs[0] === way.tensor) return { tensor: output, offset: way.offset };
  if (ELEMENTWISE.has(node.op) && node.inputs.every(own)) return { tensor: output, offset: way.offset };
  if (node.op !== 'Concat') return null;
  let offset = way.offset;
  for (const input of node.inputs) {
    if (input === way.tensor) return { tensor: output, offset };
    const width = channelsOf(model, input);
    if (width === null) return null;
    offset += width;
  }
  return null;
}

/** Channels of a tensor by the weights that make it; null where that cannot be told. */
function channelsOf(model: Model, tensor: string): number | null {
  let name = tensor;
  for (let step = 0; step < 8; step++) {
    const node = model.graph.nodes.find(({ outputs }) => outputs[0] === name);
    if (node === undefined) return null;
    if (node.op === 'Conv') return model.graph.initializers.get(node.inputs[1]!)?.dims[0] ?? null;
    if (node.op === 'Concat') {
      const parts = node.inputs.map((input) => channelsOf(model, input));
      return parts.every((part) => part !== null) ? parts.reduce((a, b) => a! + b!, 0) : null;
    }
    if (!PASSING.has(node.op)) return null;
    name = node.inputs[0]!;
  }
  return null;
}

function read(
  node: Node,
  { tensor, offset }: Way,
  channels: number,
  weightOf: (name: string | undefined) => Tensor | null,
): WeightLinks | null {
  if (node.inputs[0] !== tensor || !['Conv', 'Gemm', 'MatMul'].includes(node.op)) return null;
  const weight = weightOf(node.inputs[1]);
  if (weight === null) return null;
  const values = numbersOf(weight);
  if (values === null) return null;
  const whole = (name: string): number => (node.attributes[name]?.type === 'int' ? (node.attributes[name].value as number) : 0);
  const { dims } = weight;
  if (node.op === 'Conv') {
    const groups = whole('group') || 1;
    const [outputs, perGroup] = dims as [number, number];
    const kernel = dims.slice(2).reduce((a, b) => a * b, 1);
    const weights = new Float32Array(outputs * channels);
    for (let o = 0; o < outputs; o++) {
      const first = Math.floor((o * groups) / outputs) * perGroup;
      for (let i = 0; i < perGroup; i++) {
        const before = first + i - offset;
        if (before < 0 || before >= channels) continue;
        let sum = 0;
        for (let k = 0; k < kernel; k++) sum += Number(values[(o * perGroup + i) * kernel + k]!);
        weights[o * channels + before] = sum;
      }
    }
    return { before: channels, after: outputs, weights };
  }
  if (dims.length !== 2) return null;
  const turned = node.op === 'Gemm' && whole('transB') === 1;
  const [inputs, outputs] = (turned ? [dims[1], dims[0]] : dims) as [number, number];
  // A flattened map has several inputs a channel, one after the other.
  const perChannel = offset === 0 && inputs % channels === 0 ? inputs / channels : 1;
  const weights = new Float32Array(outputs * channels);
  for (let o = 0; o < outputs; o++)
    for (let c = 0; c < channels; c++)
      for (let k = 0; k < perChannel; k++) {
        const i = (offset + c) * perChannel + k;
        if (i < inputs) weights[o * channels + c]! += Number(values[turned ? o * inputs + i : i * outputs + o]!);
      }
  return { before: channels, after: outputs, weights };
}
