import { findLayer } from '@incognita/onnx';
import { loadModelSource, WorkerPool } from '@incognita/runtime';
import { cosineDirectionObjective, prepareRenderer, resolvePreprocessing } from '@incognita/vision';
import type { Workspace } from '@incognita/workspace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyNet } from '../testing.node.js';
import { type PartOptions, renderPart } from './renderPart.js';
import { renderUntilNatural } from './renderUntilNatural.js';

const pool = new WorkerPool({ workers: 1 });
// Rendering writes nothing.
const context = { pool, workspace: {} as Workspace };
const points = 50;
let options: PartOptions;

beforeAll(async () => {
  const source = await loadModelSource({ bytes: tinyNet() });
  const layer = findLayer(source.model, 'two');
  const renderer = prepareRenderer(source, {
    tensor: layer.tensor,
    preprocessing: resolvePreprocessing(source.model),
    sizePx: 24,
    batch: 4,
    objective: cosineDirectionObjective({ power: 2 }),
  });
  const { channels } = renderer;
  options = {
    renderer,
    ids: [3, 7, 9],
    targets: Float32Array.from({ length: 3 * channels }, (_, i) => ((i * 7) % 5) + 0.5),
    starts: [null, null, null],
    startStrength: 1,
    steps: 4,
    tries: 1,
    transforms: 'none',
    activations: new Float32Array(points * channels),
    seed: [1],
    onShare: () => {},
  };
});
afterAll(() => pool.dispose());

describe('renderUntilNatural', () => {
  it('leaves icons alone that reach more than natural activations do', async () => {
    const once = await renderPart(options, context);
    expect(once.every(({ naturalPercentile }) => naturalPercentile > 0.9)).toBe(true);
    expect(await renderUntilNatural({ ...options, againSteps: 12 }, context)).toEqual(once);
  });

  it('tries icons that stay below them once more, and keeps the better', async () => {
    const natural = { ...options, activations: options.activations.map(() => 1e4) };
    const once = await renderPart(natural, context);
    expect(once.every(({ naturalPercentile }) => naturalPercentile === 0)).toBe(true);
    const twice = await renderUntilNatural({ ...natural, againSteps: 12 }, context);
    expect(twice.map(({ cell }) => cell)).toEqual(options.ids);
    for (const [i, icon] of twice.entries()) expect(icon.activation).toBeGreaterThanOrEqual(once[i]!.activation);
    expect(twice.some(({ steps }) => steps === 12)).toBe(true);
  });
});
