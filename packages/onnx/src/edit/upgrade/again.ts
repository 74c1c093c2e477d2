import type { Attribute } from '../../types.js';
import type { RewriteAttributes, RewriteContext } from '../rewrite/context.js';

/** Attributes of the first operator sets that mean nothing any more. */
const gone = new Set(['consumed_inputs', 'broadcast']);

/** What {@link again} changes. */
export interface Changes {
  readonly op?: string;
  readonly inputs?: readonly string[];
  /** Attributes that are written beside the node's own, or in place of them. */
  readonly attributes?: RewriteAttributes;
  /** Attributes that the newer operator does not have. */
  readonly without?: readonly string[];
}

/** Writes the context's node again, with changes. */
export function again(c: RewriteContext, changes: Changes = {}): readonly string[] {
  const { node } = c;
  const kept: Record<string, Attribute> = {};
  for (const [name, attribute] of Object.entries(node.attributes))
    if (!gone.has(name) && !changes.without?.includes(name)) kept[name] = attribute;
  const count = node.outputs.findLastIndex((name) => name !== '') + 1;
  return c.ops(changes.op ?? node.op, changes.inputs ?? node.inputs, Math.max(1, count), { ...kept, ...changes.attributes });
}
