import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../build/builder.js';
import * as ops from '../build/ops.js';
import { read } from '../read/read.js';
import { modelBytes } from '../testing/models.node.js';
import type { Model } from '../types.js';
import { classOutput } from './classOutput.js';
import { discoverLayers } from './discover.js';
import { findLayer, suggestLayers, UnknownLayerError } from './find.js';
import { imageInput, NotAnImageModelError } from './imageInput.js';

function shared(name: string): Model | null {
  const bytes = modelBytes(name);
  return bytes === null ? null : read(bytes);
}
const has = (name: string) => modelBytes(name) !== null;
const names = (model: Model, kind: string) =>
  discoverLayers(model)
    .filter((l) => l.kind === kind)
    .map((l) => l.name);
const both = (name: string) => [`exported/${name}.torchscript.onnx`, `exported/${name}.dynamo.onnx`].filter(has);

/** Three convolutions without any names, global pooling and a linear layer. */
function nameless(): Model {
  const b = new GraphBuilder();
  let x = b.input('x', 'float32', ['n', 3, 32, 32]);
  for (const [from, to] of [
    [3, 4],
    [4, 6],
    [6, 8],
  ] as const)
    x = ops.relu(b, ops.conv(b, x, b.f32(new Float32Array(from * to), [to, from, 1, 1])));
  const pooled = ops.flatten(b, ops.globalAveragePool(b, x));
  b.output(ops.softmax(b, ops.gemm(b, pooled, b.f32(new Float32Array(80), [8, 10]))), 'float32', ['n', 10], 'probabilities');
  return b.model();
}

describe('discoverLayers', () => {
  it.runIf(has('squeezenet1_1.onnx'))('names the fire modules of SqueezeNet', () => {
    const model = shared('squeezenet1_1.onnx')!;
    expect(names(model, 'block')).toEqual(['fire2', 'fire3', 'fire4', 'fire5', 'fire6', 'fire7', 'fire8', 'fire9']);
    expect(findLayer(model, 'fire8')).toMatchObject({
      tensor: '/fire8/Concat_output_0',
      op: 'Concat',
      channels: 512,
      recommended: true,
    });
    expect(findLayer(model, 'conv1').tensor).toBe('/Relu_output_0');
    expect(findLayer(model, 'fire2.squeeze').channels).toBe(16);
  });

  it.runIf(has('inception_v3_trunk.onnx'))('names the mixed blocks of Inception', () => {
    const model = shared('inception_v3_trunk.onnx')!;
    const mixed = ['mixed', ...Array.from({ length: 8 }, (_, i) => `mixed_${i + 1}`)];
    expect(names(model, 'block')).toEqual(mixed);
    expect(findLayer(model, 'mixed_3').tensor).toBe('/mixed_3/Concat_output_0');
    expect(findLayer(model, 'mixed_8').channels).toBe(1280);
  });

  it.each(both('resnet'))('names the residual blocks of %s, also by their stage', (file) => {
    const model = shared(file)!;
    expect(names(model, 'block')).toEqual(['layer1.0', 'layer2.0', 'layer3.0', 'layer4.0']);
    const block = findLayer(model, 'layer3');
    expect(block.name).toBe('layer3.0');
    expect(model.graph.nodes.find((n) => n.outputs.includes(block.tensor))!.op).toBe('Relu');
    expect(names(model, 'conv')).toContain('layer1.0.downsample');
  });

  it.each(both('alexnet_like'))('numbers the convolutions of %s, whose modules have no names', (file) => {
    expect(names(shared(file)!, 'conv')).toEqual(['conv1', 'conv2', 'conv3', 'conv4']);
    expect(names(shared(file)!, 'dense')).toEqual(['dense1', 'dense2']);
  });

  it.each(both('densenet'))('names the dense blocks of %s and not the beginnings of their layers', (file) => {
    const model = shared(file)!;
    expect(names(model, 'block')).toEqual(['denseblock1', 'denseblock2', 'denseblock3', 'denseblock4']);
    expect(findLayer(model, 'features.denseblock2').name).toBe('denseblock2');
  });

  it.each([...both('mobilenet_v3'), ...both('efficientnet')])('counts blocks without a residual in %s', (file) => {
    expect(names(shared(file)!, 'block').slice(0, 2)).toEqual(['blocks.0.0', 'blocks.1.0']);
  });

  it.each(both('shufflenet'))('puts the blocks of %s behind the channel shuffle', (file) => {
    const model = shared(file)!;
    expect(names(model, 'block')).toHaveLength(16);
    const { tensor } = findLayer(model, 'stage3.2');
    expect(model.graph.nodes.find((n) => n.outputs.includes(tensor))!.op).toBe('Reshape');
  });

  it('numbers layers of a graph without names', () => {
    const layers = discoverLayers(nameless());
    expect(layers.map((l) => l.name)).toEqual(['conv1', 'conv2', 'conv3', 'dense1']);
    expect(layers.map((l) => l.recommended)).toEqual([true, true, true, false]);
    expect(layers[1]!.shape).toEqual(['n', 6, 32, 32]);
  });

  it('gives every layer a name of its own', () => {
    for (const file of [...both('convnext'), ...both('swin'), ...both('vit'), ...both('gpt2')]) {
      const all = discoverLayers(shared(file)!).flatMap((l) => [l.name, ...l.aliases]);
      expect(new Set(all).size).toBe(all.length);
    }
  });
});

describe('findLayer and suggestLayers', () => {
  it('offers the nearest names', () => {
    expect(() => findLayer(nameless(), 'cnov2')).toThrow(UnknownLayerError);
    expect(() => findLayer(nameless(), 'conv9')).toThrow(/no layer "conv9"\. Nearest: conv/);
  });

  it.runIf(has('squeezenet1_1.onnx'))('spreads suggestions over the depth', () => {
    const model = shared('squeezenet1_1.onnx')!;
    expect(suggestLayers(model).map((l) => l.name)).toEqual(['fire5', 'fire7', 'fire9']);
    expect(suggestLayers(model, 1).map((l) => l.name)).toEqual(['fire7']);
    expect(suggestLayers(nameless(), 9)).toHaveLength(3);
  });
});

describe('imageInput', () => {
  it('finds the picture and what is fixed about it', () => {
    expect(imageInput(nameless())).toEqual({ name: 'x', layout: 'nchw', channels: 3, height: 32, width: 32, batch: null });
  });

  it('recognizes channels at the end', () => {
    const b = new GraphBuilder();
    const x = ops.transpose(b, b.input('x', 'float32', [1, 'h', 'w', 3]), [0, 3, 1, 2]);
    b.output(ops.conv(b, x, b.f32(new Float32Array(12), [4, 3, 1, 1])), 'float32', null);
    expect(imageInput(b.model())).toEqual({ name: 'x', layout: 'nhwc', channels: 3, height: null, width: null, batch: 1 });
  });

  it('says what the inputs are where none is a picture', () => {
    const b = new GraphBuilder();
    b.output(ops.relu(b, b.input('tokens', 'float32', ['n', 77])), 'float32', null);
    expect(() => imageInput(b.model())).toThrow(NotAnImageModelError);
    expect(() => imageInput(b.model())).toThrow(/tokens float32\[n,77\]/);
  });
});

describe('classOutput', () => {
  it('finds the scores before the softmax', () => {
    const { tensor, classes } = classOutput(nameless())!;
    expect(classes).toBe(10);
    expect(nameless().graph.nodes.find((n) => n.outputs.includes(tensor))!.op).toBe('Gemm');
  });

  it.runIf(has('squeezenet1_1.onnx'))("finds SqueezeNet's logits behind pooling", () => {
    expect(classOutput(shared('squeezenet1_1.onnx')!)).toEqual({ tensor: 'logits', classes: 1000 });
  });

  it.runIf(has('inception_v3_trunk.onnx'))('knows that a pooled embedding is no classifier', () => {
    expect(classOutput(shared('inception_v3_trunk.onnx')!)).toBeNull();
  });

  it.each([...both('resnet'), ...both('vit'), ...both('convnext')])('finds the ten classes of %s', (file) => {
    expect(classOutput(shared(file)!)).toMatchObject({ classes: 10 });
  });
});
