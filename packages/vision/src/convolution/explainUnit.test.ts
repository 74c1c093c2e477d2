import { discoverLayers } from '@incognita/onnx';
import { loadModelSource, WorkerPool } from '@incognita/runtime';
import { afterAll, describe, expect, it } from 'vitest';
import { layerLayout } from '../layout/layerLayout.js';
import { resolvePreprocessing } from '../preprocessing/resolvePreprocessing.js';
import { FIXTURES } from '../testing/fixtures.node.js';
import { sharedFile } from '../testing/shared.node.js';
import { explainUnit } from './explainUnit.js';
import { NoDotProductError } from './traceUnit.js';

const pool = new WorkerPool({ workers: 1 });
afterAll(() => pool.dispose());

/** A picture of coloured waves. */
function picture(width: number, height: number) {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => 128 + 120 * Math.sin(i * 0.37 + (i % 3)));
  return { width, height, data };
}

/** Explains some units of every layer; how many layers were explained and why others were not. */
async function explainAll(file: string, only?: readonly string[]) {
  const source = await loadModelSource(file);
  const preprocessing = resolvePreprocessing(source.model);
  const seen = picture(preprocessing.widthPx, preprocessing.heightPx);
  const refused = new Map<string, string>();
  let explained = 0;
  for (const { name, tensor } of discoverLayers(source.model)) {
    if (only !== undefined && !only.includes(name)) continue;
    const { channels, rows, columns } = layerLayout(source.model, tensor, preprocessing);
    const channel = Math.floor(channels * 0.6);
    const place = { row: Math.floor(rows / 2), column: Math.floor(columns / 3) };
    try {
      const unit = await explainUnit(source, { preprocessing, pool, picture: seen, tensor, channel, ...place });
      const scale = Math.max(1, Math.abs(unit.activation));
      expect(Math.abs(unit.value - unit.measured) / Math.max(1, Math.abs(unit.measured)), name).toBeLessThan(1e-4);
      expect(Math.abs(unit.recomputed! - unit.activation) / scale, name).toBeLessThan(1e-4);
      expect(unit.map.values[place.row * columns + place.column], name).toBe(Math.fround(unit.activation));
      expect(unit.sums.reduce((a, b) => a + b, 0) + unit.bias, name).toBeCloseTo(unit.value, 9);
      explained++;
    } catch (error) {
      if (!(error instanceof NoDotProductError)) throw error;
      refused.set(name, error.message);
    }
  }
  return { explained, refused };
}

describe('a unit taken apart', () => {
  it.each(FIXTURES.map(({ title, file }) => [title, file] as const))(
    'adds up to what the network has, in every layer of %s',
    async (title, file) => {
      const { explained, refused } = await explainAll(file);
      expect(explained, [...refused].join('\n')).toBeGreaterThan(title === 'Swin' ? 5 : 8);
    },
    30_000,
  );

  it.skipIf(sharedFile('models/squeezenet1_1.onnx') === null)(
    'adds up in SqueezeNet, through a concatenation and in the last layer',
    async () => {
      const { explained } = await explainAll(sharedFile('models/squeezenet1_1.onnx')!, ['conv1', 'fire2', 'fire9']);
      expect(explained).toBe(3);
    },
  );

  it('refuses a place that is not there', async () => {
    const source = await loadModelSource(FIXTURES[0]!.file);
    const preprocessing = resolvePreprocessing(source.model);
    const seen = picture(preprocessing.widthPx, preprocessing.heightPx);
    const { tensor } = discoverLayers(source.model)[0]!;
    const asked = explainUnit(source, { preprocessing, pool, picture: seen, tensor, channel: 0, row: 999, column: 0 });
    await expect(asked).rejects.toThrow('There is no channel 0 at row 999');
  });
});
