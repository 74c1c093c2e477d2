import type { ShapeOverrides } from '../../shapes/infer.js';
import type { Graph, Model, Node } from '../../types.js';
import { subgraphs } from '../../walk.js';
import { inlineFunctions } from '../inlineFunctions.js';
import type { Rewrite } from '../rewrite/context.js';
import { rewriteNodes } from '../rewrite/rewrite.js';
import { stripped } from './attributes.js';
import { upgrades } from './table.js';

/** Operator set 18 came with this version of the file format. */
const IR_VERSION = 8;
/** The first operator set without the attribute `consumed_inputs`. */
const WITHOUT_CONSUMED = 6;

/**
 * A model of an older default operator set, rewritten to operator set `to` with the same meaning; names of values stay. A
 * model of that operator set or a later one is returned as it is. Element types, which only grew in number, are not
 * looked at. Functions of the model are inlined.
 *
 * @throws CannotDecomposeError where a node of an old operator set cannot be written in the new one.
 * @example
 * upgradeOpset(read(bytes)).opsets.get(''); // 18
 */
export function upgradeOpset(model: Model, to = 18, shapes: ShapeOverrides = {}): Model {
  const from = model.opsets.get('');
  if (from === undefined || from >= to) return model;
  const plain = inlineFunctions(model);
  const own = new Map<Node, Rewrite>();
  collect(plain.graph, (node) => {
    const upgrade = node.domain === '' ? upgrades.get(node.op) : undefined;
    if (upgrade && from < upgrade.before && upgrade.before <= to) own.set(node, upgrade.rewrite);
    else if (from < WITHOUT_CONSUMED && node.attributes.consumed_inputs !== undefined) own.set(node, stripped);
  });
  const opsets = new Map([...plain.opsets, ['', to] as const]);
  const upgraded = rewriteNodes(plain, (node) => own.get(node), { opsets, shapes });
  return { ...upgraded, irVersion: Math.max(model.irVersion, IR_VERSION) };
}

function collect(graph: Graph, visit: (node: Node) => void): void {
  for (const node of graph.nodes) {
    visit(node);
    for (const inner of subgraphs(node)) collect(inner, visit);
  }
}
