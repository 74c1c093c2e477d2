import { demandPlausibleAxes, type Node } from '@incognita/onnx';
import { MissingRuleError } from '../errors.js';

/**
 * Applies a rule to a node. Rules read nodes as their operators' specification says; where a node lacks an input or has a
 * list of the wrong length, it is refused by name.
 */
export function refuseMalformed<T>(node: Node, apply: () => T): T {
  try {
    demandPlausibleAxes(node);
    return apply();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    const reason = `its inputs and attributes are not as the operator's specification says (${error.message}); check the file with onnx.checker.`;
    throw new MissingRuleError(node, reason, { cause: error });
  }
}
