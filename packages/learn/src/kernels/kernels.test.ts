import { GraphBuilder, halveWeights } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { firstKernels } from './firstKernels.js';
import { kernelTiles } from './kernelTiles.js';

const side = 5;
const draw = (value: (x: number, y: number, colour: number) => number): number[] =>
  Array.from({ length: 3 * side * side }, (_, i) => value(i % side, Math.floor(i / side) % side, Math.floor(i / side / side)));
const wave = (position: number): number => Math.sin(position);
const kernels = Float32Array.from(
  [
    draw((_, y) => wave(y)),
    draw((x) => 10 * wave(x)),
    draw((x, y, c) => (c === 0 ? 1 : -0.5) * Math.exp(-((x - 2) ** 2 + (y - 2) ** 2) / 3)),
    draw((x, y) => wave(x + y)),
  ].flat(),
);

describe('kernels as pictures', () => {
  const tiles = kernelTiles(kernels, [4, 3, side, side]);

  it('put brightness before colour, and edges in the order of their orientation', () => {
    expect(tiles.map(({ channel }) => channel)).toEqual([1, 3, 0, 2]);
    const [across, diagonal, down, blob] = tiles;
    expect(across!.orientation).toBeCloseTo(0, 6);
    expect(diagonal!.orientation).toBeCloseTo(Math.PI / 4, 6);
    expect(down!.orientation).toBeCloseTo(Math.PI / 2, 6);
    for (const edge of [across, diagonal, down]) expect(edge!.oriented).toBeCloseTo(1, 6);
    expect(blob).toMatchObject({ colour: 1 });
    expect(across!.colour).toBeCloseTo(0, 10);
  });

  it('have the range of their own largest weight, with zero in the middle', () => {
    const range = (tile: (typeof tiles)[number]): number[] => [Math.min(...tile.rgb), Math.max(...tile.rgb)];
    expect(range(tiles[0]!)).toEqual(range(tiles[2]!));
    expect(Math.max(...tiles[3]!.rgb)).toBe(255);
    expect(kernelTiles(new Float32Array(75), [1, 3, side, side])[0]!.rgb.every((v) => v === 128)).toBe(true);
  });

  it('are refused where they do not read three colours', () => {
    expect(() => kernelTiles(kernels, [12, 1, side, side])).toThrow('[12, 1, 5, 5]');
  });

  it('are found in a model, also behind a normalization and in half precision', () => {
    const b = new GraphBuilder();
    const image = b.op('Div', [b.input('image', 'float32', ['n', 3, 9, 9]), b.f32(2)]);
    b.output(b.op('Relu', [b.op('Conv', [image, b.f32(kernels, [4, 3, side, side])])]), 'float32', ['n', 4, 5, 5], 'y');
    const found = firstKernels(b.model());
    expect(found).toMatchObject({ dims: [4, 3, side, side], weights: kernels });
    const half = firstKernels(halveWeights(b.model())).weights;
    for (const [i, weight] of half.entries()) expect(weight).toBeCloseTo(kernels[i]!, 2);
  });
});
