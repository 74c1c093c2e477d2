import {
  CannotDecomposeError,
  decompose,
  flattenIf,
  inferShapes,
  type Model,
  type Node,
  type ShapeOverrides,
  subgraphs,
} from '@incognita/onnx';
import { MissingRuleError } from '../errors.js';
import { isComposite } from '../registry.js';
import { isBlocked } from '../rules/blocked.js';
import { waysBetween } from './ways.js';

/**
 * The model with the composite operators between `wrt` and `of` that have no rule of their own written in plain ones. Those beside
 * the way keep their fused kernels. An If whose condition follows from shapes that were not known before goes, too.
 */
export function plainOnTheWay(given: Model, of: readonly string[], wrt: readonly string[], shapes: ShapeOverrides): Model {
  let model = given;
  while (withBodies(model.graph.nodes).some(isComposite)) {
    const types = inferShapes(model, shapes);
    const isDiscrete = (name: string): boolean => types.get(name)?.dtype.includes('float') === false;
    const { active } = waysBetween(model.graph, of, wrt, { isDiscrete, stops: isBlocked });
    const composite = new Set(withBodies(active).filter(isComposite));
    if (composite.size === 0) return model;
    model = flattenIf(
      decomposed(model, (node) => composite.has(node), shapes),
      { shapes },
    );
  }
  return model;
}

/** Nodes and those of their bodies. */
function withBodies(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node) => [node, ...subgraphs(node).flatMap((body) => withBodies(body.nodes))]);
}

function decomposed(model: Model, only: (node: Node) => boolean, shapes: ShapeOverrides): Model {
  try {
    return decompose(model, { only, shapes });
  } catch (error) {
    if (!(error instanceof CannotDecomposeError)) throw error;
    const node = { op: error.op, domain: error.domain, name: error.node, inputs: [], outputs: [] };
    throw new MissingRuleError(node, `${error.reason} ${error.remedy}`, { cause: error });
  }
}
