import { type Graph, type Node, outerReferences, recurrenceOf, subgraphs } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import { descendants, passage } from '../graph/ways.js';
import { recurrentFlow } from './recurrentFlow.js';

/** Tells the nodes that pass no derivative on. */
export type Stops = (node: Node) => boolean;

/** The names that a node's bodies take from around them, each once. */
export function captures(node: Node): string[] {
  return [...new Set(outerReferences(node))];
}

/** Whether a node is the given operator of the default domain. */
export function isStandard(node: Node, op: string): boolean {
  return node.op === op && (node.domain === '' || node.domain === 'ai.onnx');
}

/** A graph that a node has as an attribute, or null. */
export function bodyOf(node: Node, attribute: string): Graph | null {
  const value = node.attributes[attribute];
  return value?.type === 'graph' ? value.value : null;
}

/**
 * The outputs of a node with bodies that depend differentiably on any of the given tensors, through the bodies; null for
 * other nodes.
 */
export function bodyFlow(e: Emitter, node: Node, names: ReadonlySet<string>, stops: Stops): readonly string[] | null {
  if (isStandard(node, 'If')) {
    const reached = new Set<string>();
    for (const branch of subgraphs(node)) {
      const inner = descendants(branch, names, passage(e.inside(branch), stops));
      for (const [i, { name }] of branch.outputs.entries()) if (inner.has(name)) reached.add(node.outputs[i] ?? '');
    }
    return [...reached];
  }
  const recurrence = recurrenceOf(node);
  if (!recurrence) return null;
  const reached = recurrentFlow(e, recurrence, names, stops);
  return [...recurrence.states, ...recurrence.scans].filter((part) => reached.has(part.result)).map((part) => part.output);
}
