import type { Attribute, Graph, Model, Node, Tensor } from '@incognita/onnx';

/** Applies `change` to every constant of the model: initializers and attributes, in subgraphs too. Shares what did not change. */
export function mapTensors(model: Model, change: (tensor: Tensor) => Tensor): Model {
  return { ...model, graph: mapGraph(model.graph, change) };
}

/** Every constant of a graph, in subgraphs too. */
export function* tensorsOf(graph: Graph): Generator<Tensor> {
  yield* graph.initializers.values();
  for (const node of graph.nodes) {
    for (const attribute of Object.values(node.attributes)) {
      if (attribute.type === 'tensor') yield attribute.value;
      if (attribute.type === 'graph') yield* tensorsOf(attribute.value);
    }
  }
}

/** The locations of the data files that the model keeps its weights in, sorted. */
export function externalLocations(model: Model): string[] {
  const locations = new Set<string>();
  for (const tensor of tensorsOf(model.graph)) if (tensor.data.kind === 'external') locations.add(tensor.data.location);
  return [...locations].sort();
}

/** Bytes of weights that an edit uses and that stay in the files which the model was read from. */
export function outsideBytes(model: Model): number {
  let sum = 0;
  for (const { data } of tensorsOf(model.graph)) {
    if (data.kind === 'external') sum += data.length;
    else if (data.kind === 'inline' && data.fileOffset !== undefined) sum += data.bytes.byteLength;
  }
  return sum;
}

/** Renames the data files that tensors point into. */
export function relocate(model: Model, locations: ReadonlyMap<string, string>): Model {
  if ([...locations].every(([from, to]) => from === to)) return model;
  return mapTensors(model, (tensor) => {
    if (tensor.data.kind !== 'external') return tensor;
    const location = locations.get(tensor.data.location);
    return location === undefined || location === tensor.data.location
      ? tensor
      : { ...tensor, data: { ...tensor.data, location } };
  });
}

function mapGraph(graph: Graph, change: (tensor: Tensor) => Tensor): Graph {
  const initializers = new Map([...graph.initializers].map(([name, tensor]) => [name, change(tensor)] as const));
  return { ...graph, initializers, nodes: graph.nodes.map((node) => mapNode(node, change)) };
}

function mapNode(node: Node, change: (tensor: Tensor) => Tensor): Node {
  let changed = false;
  const attributes: Record<string, Attribute> = {};
  for (const [name, attribute] of Object.entries(node.attributes)) {
    const mapped = mapAttribute(attribute, change);
    changed ||= mapped !== attribute;
    attributes[name] = mapped;
  }
  return changed ? { ...node, attributes } : node;
}

function mapAttribute(attribute: Attribute, change: (tensor: Tensor) => Tensor): Attribute {
  if (attribute.type === 'graph') return { type: 'graph', value: mapGraph(attribute.value, change) };
  if (attribute.type !== 'tensor') return attribute;
  const value = change(attribute.value);
  return value === attribute.value ? attribute : { type: 'tensor', value };
}
