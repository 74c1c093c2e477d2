import { type Model, renameValues, valueNames } from '@incognita/onnx';
import { createRandom } from '@incognita/runtime';

/** The model with every value and node named at random, so that nothing can be read off a name; and the names by the old ones. */
export function renamedAtRandom(
  model: Model,
  seed: number,
): { readonly model: Model; readonly names: ReadonlyMap<string, string> } {
  const random = createRandom(seed);
  const taken = new Set<string>();
  const fresh = (): string => {
    for (;;) {
      const name = `v${random.integer(2 ** 31).toString(36)}`;
      if (taken.has(name)) continue;
      taken.add(name);
      return name;
    }
  };
  const names = new Map([...valueNames(model.graph)].filter((name) => name !== '').map((name) => [name, fresh()]));
  const { graph, ...rest } = renameValues(model, names);
  const nodes = graph.nodes.map(({ proto: _, ...node }) => ({ ...node, name: fresh() }));
  return { model: { ...rest, graph: { ...graph, nodes } }, names };
}
