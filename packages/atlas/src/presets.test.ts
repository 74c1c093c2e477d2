import { describe, expect, it } from 'vitest';
import { defaultGrids, PRESETS, presetNamed } from './presets.js';

describe('presets', () => {
  it('hold the published settings', () => {
    const rows = Object.values(PRESETS).map(({ name, activations, umap, grids, minMembers, ridgeRatio, icon }) => [
      name,
      activations,
      `${umap.neighbors}_${umap.minDist}_${umap.metric}`,
      grids,
      minMembers,
      ridgeRatio !== null,
      icon.cosinePower,
      icon.steps,
      icon.tries,
      icon.sizePx,
    ]);
    expect(rows.filter(([name]) => name !== 'incognita')).toEqual([
      ['distillExplorer', 1_000_000, '50_0.05_cosine', [20, 40, 80, 160], 11, true, 4, 1024, 4, 80],
      ['notebook', 100_000, '20_0.01_cosine', [20], 11, true, 4, 512, 1, 80],
      ['lucidRecipe', 100_000, '50_0.05_cosine', [10], 6, false, 2, 128, 1, 96],
    ]);
  });

  it('names what there is when a preset does not exist', () => {
    expect(() => presetNamed('distil')).toThrow(/incognita, distillExplorer, notebook, lucidRecipe/);
  });

  it('chooses grids whose finest cells hold ten activations on average', () => {
    expect(defaultGrids(500)).toEqual([10]);
    expect(defaultGrids(20_000)).toEqual([10, 20, 40]);
    expect(defaultGrids(1_000_000)).toEqual([10, 20, 40, 80, 160]);
  });
});
