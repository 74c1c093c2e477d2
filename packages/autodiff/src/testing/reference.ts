import { type Model, type Node, readTensor } from '@incognita/onnx';

/** A picture-shaped tensor in double precision. */
export interface Doubles {
  readonly data: Float64Array;
  readonly dims: readonly number[];
}

/**
 * A convolutional network in double precision, loop by loop: with it a finite difference can take steps so small that no
 * ReLU and no max-pool changes its mind on the way, where float32 would see only rounding.
 */
export function referenceForward(model: Model, input: Doubles, of: string): Doubles {
  const values = new Map<string, Doubles>([[model.graph.inputs[0]!.name, input]]);
  for (const [name, tensor] of model.graph.initializers)
    values.set(name, { data: Float64Array.from(readTensor(tensor) as ArrayLike<number | bigint>, Number), dims: tensor.dims });
  for (const node of model.graph.nodes) {
    const inputs = node.inputs.map((name) => values.get(name)!);
    values.set(node.outputs[0]!, referenceNode(node, inputs));
    if (node.outputs[0] === of) break;
  }
  return values.get(of)!;
}

/** One node in double precision. */
export function referenceNode(node: Node, inputs: Doubles[]): Doubles {
  const rule = operators[node.op];
  if (!rule) throw new Error(`The reference has no ${node.op}.`);
  return rule(node, inputs);
}

const operators: Readonly<Record<string, (node: Node, inputs: Doubles[]) => Doubles>> = {
  Conv: (node, [x, w, b]) => convolution(node, x!, w!, b),
  Relu: (_node, [x]) => ({ data: x!.data.map((v) => Math.max(0, v)), dims: x!.dims }),
  MaxPool: (node, [x]) => pool(node, x!, (values) => Math.max(...values)),
  AveragePool: (node, [x]) => {
    const area = ints(node, 'kernel_shape', []).reduce((p, q) => p * q, 1);
    const included = node.attributes.count_include_pad?.value === 1;
    return pool(node, x!, (values) => values.reduce((p, q) => p + q, 0) / (included ? area : values.length));
  },
  Concat: (_node, inputs) => {
    const [, , h, w] = inputs[0]!.dims as [number, number, number, number];
    return {
      data: Float64Array.from(inputs.flatMap(({ data }) => [...data])),
      dims: [1, inputs.reduce((sum, { dims }) => sum + dims[1]!, 0), h, w],
    };
  },
  Add: (_node, [a, b]) => ({ data: a!.data.map((v, i) => v + b!.data[i]!), dims: a!.dims }),
  Clip: (_node, [x, low, high]) => ({
    data: x!.data.map((v) => Math.min(Math.max(v, low!.data[0]!), high!.data[0]!)),
    dims: x!.dims,
  }),
  Gemm: (_node, [x, w, b]) => {
    const [out, into] = w!.dims as [number, number];
    const row = (o: number): number => x!.data.reduce((sum, v, i) => sum + v * w!.data[o * into + i]!, b?.data[o] ?? 0);
    return { data: Float64Array.from({ length: out }, (_, o) => row(o)), dims: [1, out] };
  },
  ReduceMean: (_node, [x]) => channelMeans(x!, []),
  GlobalAveragePool: (_node, [x]) => channelMeans(x!, [1, 1]),
  Flatten: (_node, [x]) => ({ data: x!.data, dims: [1, x!.data.length] }),
};

function channelMeans({ data, dims }: Doubles, tail: number[]): Doubles {
  const [, c, h, w] = dims as [number, number, number, number];
  const means = Float64Array.from(
    { length: c },
    (_, i) => data.subarray(i * h * w, (i + 1) * h * w).reduce((p, q) => p + q, 0) / (h * w),
  );
  return { data: means, dims: [1, c, ...tail] };
}

function ints(node: Node, name: string, fallback: readonly number[]): readonly number[] {
  const attribute = node.attributes[name];
  return attribute?.type === 'ints' ? attribute.value : fallback;
}

function convolution(node: Node, x: Doubles, weight: Doubles, bias?: Doubles): Doubles {
  const [, , h, w] = x.dims as [number, number, number, number];
  const [out, into, kh, kw] = weight.dims as [number, number, number, number];
  const [sh, sw] = ints(node, 'strides', [1, 1]) as [number, number];
  const [top, left, bottom, right] = ints(node, 'pads', [0, 0, 0, 0]) as [number, number, number, number];
  const oh = Math.floor((h + top + bottom - kh) / sh) + 1;
  const ow = Math.floor((w + left + right - kw) / sw) + 1;
  const data = new Float64Array(out * oh * ow);
  for (let o = 0; o < out; o++) {
    data.fill(bias?.data[o] ?? 0, o * oh * ow, (o + 1) * oh * ow);
    for (let c = 0; c < into; c++)
      for (let a = 0; a < kh; a++)
        for (let b = 0; b < kw; b++) {
          const factor = weight.data[((o * into + c) * kh + a) * kw + b]!;
          const first = Math.max(0, Math.ceil((left - b) / sw));
          const last = Math.min(ow - 1, Math.floor((w - 1 + left - b) / sw));
          for (let i = 0; i < oh; i++) {
            const row = i * sh + a - top;
            if (row < 0 || row >= h) continue;
            const source = (c * h + row) * w + b - left;
            const target = (o * oh + i) * ow;
            for (let j = first; j <= last; j++) data[target + j]! += factor * x.data[source + j * sw]!;
          }
        }
  }
  return { data, dims: [1, out, oh, ow] };
}

function pool(node: Node, x: Doubles, combine: (values: number[]) => number): Doubles {
  const [, channels, h, w] = x.dims as [number, number, number, number];
  const [kh, kw] = ints(node, 'kernel_shape', []) as [number, number];
  const [sh, sw] = ints(node, 'strides', [1, 1]) as [number, number];
  const [top, left, bottom, right] = ints(node, 'pads', [0, 0, 0, 0]) as [number, number, number, number];
  const round = node.attributes.ceil_mode?.value === 1 ? Math.ceil : Math.floor;
  const oh = round((h + top + bottom - kh) / sh) + 1;
  const ow = round((w + left + right - kw) / sw) + 1;
  const data = new Float64Array(channels * oh * ow);
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < oh; i++)
      for (let j = 0; j < ow; j++) {
        const values: number[] = [];
        for (let row = Math.max(0, i * sh - top); row < Math.min(h, i * sh - top + kh); row++)
          for (let column = Math.max(0, j * sw - left); column < Math.min(w, j * sw - left + kw); column++)
            values.push(x.data[(c * h + row) * w + column]!);
        data[(c * oh + i) * ow + j] = combine(values);
      }
  return { data, dims: [1, channels, oh, ow] };
}
