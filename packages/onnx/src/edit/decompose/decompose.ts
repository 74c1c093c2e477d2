import type { ShapeOverrides } from '../../shapes/infer.js';
import type { Model, Node } from '../../types.js';
import type { Rewrite } from '../rewrite/context.js';
import { rewriteNodes } from '../rewrite/rewrite.js';
import { upgradeOpset } from '../upgrade/upgrade.js';
import { microsoft } from './microsoft/index.js';
import { refusals } from './microsoft/refusals.js';
import { standard } from './standard/index.js';

/** The operator set that decompositions are written for. */
const OPSET = 18;

/**
 * How one operator is written in plain ones; see {@link Rewrite}. Written for operator set 18 or later, and only with operators
 * that every engine has.
 */
export type Decomposition = Rewrite;

/** All decompositions by operator: `RMSNormalization`, or with a domain `com.microsoft::FusedMatMul`. */
export const decompositions: ReadonlyMap<string, Decomposition> = new Map([
  ...Object.entries(standard),
  ...Object.entries(microsoft).map(([op, rule]): [string, Decomposition] => [`com.microsoft::${op}`, rule]),
  // ONNX Runtime writes this one of its operators in the default domain.
  ['SimplifiedLayerNormalization', microsoft.SimplifiedLayerNormalization!],
]);

/** The decomposition of a node's operator, if there is one; it may refuse. */
export function decompositionOf(node: Node): Decomposition | undefined {
  const key = node.domain === '' ? node.op : `${node.domain}::${node.op}`;
  return decompositions.get(key) ?? refusals.get(key);
}

/** Options of {@link decompose}. */
export interface DecomposeOptions {
  /** Which nodes to replace, among those that can be; default all. Asked for the nodes of replacements, too. */
  readonly only?: (node: Node) => boolean;
  /** Sizes to assume for inputs, by name, as for `inferShapes`: replacements are then written for these sizes. */
  readonly shapes?: ShapeOverrides;
}

/**
 * Writes composite and fused operators (Attention, RMSNormalization, com.microsoft.SkipLayerNormalization, …) in plain ones, in
 * subgraphs too. The outputs of a replaced node keep their names and everything else is shared; a model with
 * nothing to replace is returned as it is. Where something is, a model of an older operator set is brought to 18 first.
 *
 * @throws CannotDecomposeError where an operator cannot be written so in this configuration.
 * @example
 * decompose(model, { only: (node) => node.domain === 'com.microsoft' });
 */
export function decompose(model: Model, { only = () => true, shapes = {} }: DecomposeOptions = {}): Model {
  const rewriteOf = (node: Node): Decomposition | undefined => {
    const decomposition = decompositionOf(node);
    return decomposition !== undefined && only(node) ? decomposition : undefined;
  };
  const modern = upgradeOpset(model, OPSET, shapes);
  const plain = rewriteNodes(modern, rewriteOf, { shapes });
  return plain === modern ? model : plain;
}
