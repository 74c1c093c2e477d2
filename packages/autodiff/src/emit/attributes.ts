import type { Node } from '@incognita/onnx';

/** An integer attribute of a node. */
export function intOf(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.type === 'int' ? attribute.value : fallback;
}

/** A float attribute of a node. */
export function floatOf(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.type === 'float' || attribute?.type === 'int' ? attribute.value : fallback;
}

/** A list of integers, or undefined where the node does not state it. */
export function intsOf(node: Node, name: string): readonly number[] | undefined {
  const attribute = node.attributes[name];
  if (attribute?.type === 'ints') return attribute.value;
  return attribute?.type === 'floats' && attribute.value.length === 0 ? [] : undefined;
}

/** A string attribute of a node. */
export function stringOf(node: Node, name: string, fallback: string): string {
  const attribute = node.attributes[name];
  return attribute?.type === 'string' ? attribute.value : fallback;
}
