import { readFileSync } from 'node:fs';
import { discoverLayers, findLayer, GraphBuilder, type Model, read } from '@incognita/onnx';
import { createRandom, float32, openModel } from '@incognita/runtime';
import { describe, expect, test } from 'vitest';
import { FIXTURES, fixture } from '../testing/fixtures.node.js';
import { attentionHeads } from '../tokens/attentionHeads.js';
import { findRegisters } from '../tokens/registers.js';
import { layerLayout } from './layerLayout.js';
import { layerValue } from './layerValue.js';

const SIZE = { widthPx: 64, heightPx: 64 };
const modelOf = (title: string): Model => read(readFileSync(fixture(title).file));

test.each(FIXTURES)('every layer of the $title has a layout', ({ title }) => {
  const model = modelOf(title);
  for (const layer of discoverLayers(model)) {
    const { channels, rows, columns, extraTokens } = layerLayout(model, layer.tensor, SIZE);
    expect(channels * (rows * columns + extraTokens), layer.name).toBeGreaterThan(0);
    if (layer.kind === 'conv') expect(channels, layer.name).toBe(layer.channels);
  }
});

test('a transformer has a grid of tokens behind its class token, and heads', () => {
  const model = modelOf('ViT');
  const block = layerLayout(model, findLayer(model, 'blocks.1').tensor, SIZE);
  expect(block).toMatchObject({ kind: 'tokens', channels: 48, rows: 4, columns: 4, extraTokens: 1, placed: true });
  const heads = attentionHeads(model, SIZE);
  expect(heads.map(({ name }) => name)).toEqual(['blocks.0.attn.heads', 'blocks.1.attn.heads']);
  expect(heads[0]!.layout).toMatchObject({ order: 'nhtd', heads: 3, channels: 48, extraTokens: 1 });
});

test('layers of a Swin transformer keep their channels last, and windows have no place', () => {
  const model = modelOf('Swin');
  const at = (name: string) => layerLayout(model, findLayer(model, name).tensor, SIZE);
  expect(at('layers.0.blocks.1')).toMatchObject({ kind: 'map', order: 'nhwc', channels: 24, rows: 16, columns: 16 });
  expect(at('layers.1.blocks.0.mlp.fc1')).toMatchObject({ kind: 'tokens', channels: 192, rows: 8, columns: 8 });
  expect(at('layers.1.blocks.0.attn.qkv')).toMatchObject({ channels: 144, columns: 64, placed: false });
  expect(attentionHeads(model, SIZE)[2]!.layout).toMatchObject({ heads: 4, channels: 48, placed: false });
});

describe('layerValue', () => {
  const [channels, rows, columns] = [6, 2, 3];
  const made = { tensor: 'x', channels, extraTokens: 0, heads: 1, placed: true };
  const random = createRandom(1);
  const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.uniform());
  async function ordered(layout: Parameters<typeof layerValue>[1], dims: number[], data: Float32Array, token?: number) {
    const b = new GraphBuilder();
    b.input('x', 'float32', dims);
    const value = layerValue(b, layout, 2, token);
    b.output(value.tensor, 'float32', null, 'y');
    const opened = await openModel(b.model(), { workers: 1 });
    const { y } = await opened.run({ x: float32(dims, data) });
    await opened.dispose();
    expect(y!.dims).toEqual([...value.dims]);
    return y!.data as Float32Array;
  }

  test('brings channels last, tokens and heads into one order', async () => {
    const last = numbers(2 * rows * columns * channels);
    const nhwc = await ordered({ ...made, kind: 'map', order: 'nhwc', rows, columns }, [2, rows, columns, channels], last);
    for (let i = 0; i < last.length; i++) {
      const [n, p, c] = [Math.floor(i / 36), Math.floor(i / channels) % 6, i % channels];
      expect(nhwc[n * 36 + c * 6 + p]).toBe(last[i]);
    }
    const tokens = numbers(2 * 8 * channels);
    const layout = { ...made, kind: 'tokens', order: 'ntc', rows, columns, extraTokens: 2 } as const;
    const grid = await ordered(layout, [2, 8, channels], tokens);
    const register = await ordered(layout, [2, 8, channels], tokens, 1);
    for (let n = 0; n < 2; n++)
      for (let c = 0; c < channels; c++) {
        expect(register[n * channels + c]).toBe(tokens[(n * 8 + 1) * channels + c]);
        for (let p = 0; p < 6; p++) expect(grid[(n * channels + c) * 6 + p]).toBe(tokens[(n * 8 + 2 + p) * channels + c]);
      }
    const heads = numbers(2 * 3 * 6 * 2);
    const split = await ordered({ ...made, kind: 'tokens', order: 'nhtd', rows, columns, heads: 3 }, [2, 3, 6, 2], heads);
    for (let n = 0; n < 2; n++)
      for (let c = 0; c < channels; c++)
        for (let p = 0; p < 6; p++)
          expect(split[(n * channels + c) * 6 + p]).toBe(heads[((n * 3 + Math.floor(c / 2)) * 6 + p) * 2 + (c % 2)]);
  });
});

test('tokens of far greater length than the others are registers', () => {
  const random = createRandom(2);
  const norms = Float32Array.from({ length: 20 * 10 }, (_, i) => (i % 10 === 0 ? 100 : i % 10 === 7 ? 60 : 5 + random.uniform()));
  const found = findRegisters(norms, { tokens: 10, extraTokens: 1 });
  expect(found.constant).toEqual([0, 7]);
  expect(found.outlierShare).toBeCloseTo(1 / 9, 6);
  expect(() => findRegisters(norms, { tokens: 7, extraTokens: 1 })).toThrow(/200 norms do not make sequences of 7/);
});

test('a tensor without channels is refused', () => {
  const b = new GraphBuilder();
  const x = b.input('image', 'float32', [1, 3, 8, 8]);
  b.output(b.op('ReduceSum', [x, b.i64([0, 1, 2, 3])], { keepdims: 0 }, { output: 'sum' }), 'float32', []);
  expect(() => layerLayout(b.model(), 'sum', { widthPx: 8, heightPx: 8 })).toThrow(/`sum` has the shape \[\]/);
});
