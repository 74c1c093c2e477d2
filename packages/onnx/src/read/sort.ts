import { OnnxFormatError } from '../errors.js';
import type { Node } from '../types.js';
import { outerReferences } from '../walk.js';

/**
 * Nodes in topological order; nodes that are in order already stay as they are. Throws where a value has two makers, where
 * nothing makes a value that is read, and where nodes form a ring.
 */
export function sortNodes(nodes: readonly Node[], given: ReadonlySet<string>): Node[] {
  const maker = new Map<string, number>();
  nodes.forEach((node, index) => {
    for (const name of node.outputs) {
      if (name === '') continue;
      if (maker.has(name) || given.has(name))
        throw new OnnxFormatError(`The value "${name}" is defined twice, the second time by ${describe(node)}.`);
      maker.set(name, index);
    }
  });
  const waiting = new Map<number, number>();
  const readers = new Map<number, number[]>();
  nodes.forEach((node, index) => {
    const before = new Set<number>();
    for (const name of [...node.inputs, ...outerReferences(node)]) {
      if (name === '' || given.has(name)) continue;
      const source = maker.get(name);
      if (source === undefined) throw new OnnxFormatError(`${describe(node)} reads "${name}", which nothing in the graph makes.`);
      before.add(source);
    }
    waiting.set(index, before.size);
    for (const source of before) {
      const list = readers.get(source);
      if (list === undefined) readers.set(source, [index]);
      else list.push(index);
    }
  });
  const inOrder = nodes.every((node, index) =>
    [...node.inputs, ...outerReferences(node)].every((name) => name === '' || given.has(name) || maker.get(name)! < index),
  );
  if (inOrder) return [...nodes];
  const ready = nodes.map((_, i) => i).filter((i) => waiting.get(i) === 0);
  const sorted: Node[] = [];
  for (let next = 0; next < ready.length; next++) {
    const index = ready[next]!;
    sorted.push(nodes[index]!);
    for (const reader of readers.get(index) ?? []) {
      const left = waiting.get(reader)! - 1;
      waiting.set(reader, left);
      if (left === 0) ready.push(reader);
    }
  }
  if (sorted.length < nodes.length) {
    const stuck = nodes.find((_, i) => waiting.get(i)! > 0)!;
    throw new OnnxFormatError(`The graph has a cycle through ${describe(stuck)}.`);
  }
  return sorted;
}

function describe(node: Node): string {
  return `the ${node.op} node "${node.name || node.outputs[0] || ''}"`;
}
