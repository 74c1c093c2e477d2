import type { Node } from '@incognita/onnx';

/**
 * An operator on the way has no derivative here. Names the operator and the node, and what can be done about it.
 *
 * @example
 * try { vjp(model, { of: ['y'], wrt: ['x'] }) } catch (error) { if (error instanceof MissingRuleError) console.error(error.op) }
 */
export class MissingRuleError extends Error {
  override readonly name = 'MissingRuleError';
  readonly op: string;
  readonly domain: string;
  readonly node: string;

  constructor(node: Pick<Node, 'op' | 'domain' | 'name' | 'inputs' | 'outputs'>, reason?: string, options?: ErrorOptions) {
    const op = node.domain === '' ? node.op : `${node.domain}.${node.op}`;
    const where = node.name || node.outputs.find((output) => output !== '') || '(unnamed)';
    super(
      reason
        ? `No gradient through ${op} (node "${where}"): ${reason}`
        : `No gradient rule for operator ${op} (node "${where}", inputs ${node.inputs.join(', ')}). ` +
            `Choose \`of\` and \`wrt\` so that the way between them does not pass this node, or export the model with plain ` +
            `operators; supportedOperators() lists what is differentiable.`,
      options,
    );
    this.op = node.op;
    this.domain = node.domain;
    this.node = where;
  }
}

/** `of` does not depend on `wrt`, or only through operators whose derivative is zero everywhere. */
export class NoPathError extends Error {
  override readonly name = 'NoPathError';
}
