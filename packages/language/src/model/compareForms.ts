import { type Node, valueNames } from '@incognita/onnx';
import type { Point } from '../anatomy/anatomy.js';
import { writtenOut } from '../anatomy/prepare.js';
import { emptyCache, stepFeeds } from '../generation/feeds.js';
import { buildGraph } from '../points/buildGraph.js';
import type { LanguageModel } from './languageModel.js';
import { onlyInputs } from './onlyInputs.js';
import { relative } from './relative.js';

/**
 * Runs the decoder with its fused operators and with them written out, and compares what each of them gives out. Points that lie inside one
 * that differs are refused from then on.
 *
 * @returns the largest relative difference.
 */
export async function compareForms(model: LanguageModel, ids: readonly number[], tolerance: number): Promise<number> {
  const { fast, plain } = model.prepared;
  const fused = fast.graph.nodes.filter((node) => writtenOut(node) && valueNames(plain.graph).has(node.outputs[0]!));
  const taps = fused.map(
    (node): Point => ({ name: node.outputs[0]!, tensor: node.outputs[0]!, axes: [], heads: null, width: null }),
  );
  const [given, recomputed] = await Promise.all(
    [fast, plain].map(async (form) => {
      const built = buildGraph({ ...model.prepared, fast: form, plain: form }, model.anatomy, {
        taps,
        clamps: [],
        logits: 'all',
        cache: false,
      });
      const session = await model.runner.open(built.model);
      const outputs = await session.run(onlyInputs(stepFeeds(model.inputs, ids, 0, emptyCache(model.inputs)), built.model));
      await session.dispose();
      return [built.logits!, ...built.taps.map(({ output }) => output)].map((name) => outputs[name]!.data as Float32Array);
    }),
  );
  const errors = given!.map((data, i) => relative(recomputed![i]!, data));
  for (const [i, node] of fused.entries()) if (!(errors[i + 1]! <= tolerance)) refuseInside(model, node, errors[i + 1]!);
  return Math.max(...errors.map((error) => (Number.isNaN(error) ? Number.POSITIVE_INFINITY : error)));
}

function refuseInside(model: LanguageModel, node: Node, error: number): void {
  for (const [name, point] of model.points)
    if (!('refused' in point) && point.tensor.startsWith(`${node.name}/`))
      model.refuse(
        name,
        `it was recomputed from the fused operator ${node.op}, whose result then differs by ${error.toExponential(1)} of its size`,
      );
}
