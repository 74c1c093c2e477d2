import type { MessageOf } from '../proto/schema.js';
import type { Graph, Node } from '../types.js';

/**
 * The module path ("layer3.1.conv2") that an exporter wrote down for a node, or null. Read, in this order, from: torch's
 * dynamo metadata (`pkg.torch.onnx.name_scopes`), torch's path-like node names (`/layer3/layer3.1/conv2/Conv`), path-like
 * names of other exporters (`inception_3a/output`).
 */
export function moduleScope(node: Node): string | null {
  return fromMetadata(node) ?? fromPath(node.name) ?? fromPath(stripCounter(node.outputs[0] ?? '')) ?? fromPlainName(node);
}

/** The module of a layer with weights, by the name of its weight ("layer3.1.conv2.weight"), or null. */
export function weightScope(node: Node, graph: Graph): string | null {
  const weight = node.inputs[1] ?? '';
  const found = /^(.*[A-Za-z].*)\.weight$/.exec(weight) ?? /^([0-9.]+)\.weight$/.exec(weight);
  return found !== null && graph.initializers.has(weight) ? found[1]! : null;
}

function fromMetadata(node: Node): string | null {
  const proto = node.proto as MessageOf<'NodeProto'> | undefined;
  const scopes = proto?.metadataProps.find((entry) => entry.key === 'pkg.torch.onnx.name_scopes')?.value;
  if (scopes === undefined) return null;
  // A Python list: ['', 'layer3', 'layer3.1', 'layer3.1.act2', 'relu']; the last entry is the operator.
  const path = [...scopes.matchAll(/'([^']*)'/g)].map((m) => m[1]!);
  return path.length < 2 ? null : path[path.length - 2]!;
}

function fromPath(name: string): string | null {
  if (!name.includes('/')) return null;
  const path: string[] = [];
  const segments = name.split('/').filter((s) => s !== '');
  for (const segment of segments.slice(0, -1)) {
    // torch repeats the parent in children of containers: layer3, layer3.1.
    if (path.length > 0 && segment.startsWith(`${path.at(-1)}.`)) path[path.length - 1] = segment;
    else path.push(segment);
  }
  return path.join('.');
}

function fromPlainName(node: Node): string | null {
  const name = node.name.replace(/_fwd$/, '');
  const generated =
    name === '' || new RegExp(`^(node_)?_*${escapePattern(node.op)}_*\\d*$`, 'i').test(name) || /^[\d.]*$/.test(name);
  return generated || name.startsWith('node_') ? null : name;
}

/** The operator's name comes from the file, which may be hostile. */
function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function stripCounter(name: string): string {
  return name.replace(/_\d+$/, '');
}

/** Containers that only hold the network and tell nothing. */
const CONTAINERS = /^(features|model|module|backbone|base_model|net|network|encoder|m|body|trunk)\./;

/** A module path as a short name: generic containers at its head go where a word remains. */
export function shortName(scope: string): string {
  let name = scope;
  while (CONTAINERS.test(name) && /^[A-Za-z]/.test(name.replace(CONTAINERS, ''))) name = name.replace(CONTAINERS, '');
  return name;
}

/** Whether a path holds a word, and not only positions of a sequence ("0.3"). */
export function hasWord(name: string): boolean {
  return /[A-Za-z]/.test(name);
}
