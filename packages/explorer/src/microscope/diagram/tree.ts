import type { WorkspaceManifest } from '@incognita/workspace/schema';

export type DiagramLayer = WorkspaceManifest['model']['layers'][number];

/** A layer of the diagram, or a stage: several blocks of one module. */
export interface TreeNode {
  readonly name: string;
  /** Null for a stage. */
  readonly layer: DiagramLayer | null;
  readonly children: readonly TreeNode[];
}

/** A row of the diagram as it is unfolded. */
export interface TreeRow {
  readonly node: TreeNode;
  /** From 1 on, as `aria-level` counts. */
  readonly level: number;
  readonly open: boolean;
  readonly position: number;
  readonly siblings: number;
}

/** More rows than these are gathered into stages. */
const MANY = 24;

/** The network's layers as a tree: what a block holds lies in it, and in long networks blocks of one module lie in a stage. */
export function diagramTree(layers: readonly DiagramLayer[]): TreeNode[] {
  const known = new Set(layers.map(({ name }) => name));
  const inside = new Map<string | null, DiagramLayer[]>();
  for (const layer of layers) {
    // Workspaces of earlier versions do not say which block holds a layer: then the names do.
    const said = layer.block === undefined ? stageOf(layer.name) : layer.block;
    const holder = said !== null && known.has(said) ? said : null;
    inside.set(holder, [...(inside.get(holder) ?? []), layer]);
  }
  const node = (layer: DiagramLayer): TreeNode => ({
    name: layer.name,
    layer,
    children: (inside.get(layer.name) ?? []).map(node),
  });
  const top = (inside.get(null) ?? []).map(node);
  return top.length > MANY ? staged(top) : top;
}

/** Neighbours whose names differ behind the last dot alone (`layer3.0`, `layer3.1`) become one stage. */
function staged(nodes: readonly TreeNode[]): TreeNode[] {
  const result: TreeNode[] = [];
  let from = 0;
  while (from < nodes.length) {
    const stage = stageOf(nodes[from]!.name);
    let to = from + 1;
    while (stage !== '' && to < nodes.length && stageOf(nodes[to]!.name) === stage) to++;
    if (to - from > 1) result.push({ name: stage, layer: null, children: nodes.slice(from, to) });
    else result.push(nodes[from]!);
    from = to;
  }
  return result;
}

function stageOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(0, dot);
}

/** The rows that show while the nodes of these names are open. */
export function visibleRows(tree: readonly TreeNode[], open: ReadonlySet<string>, level = 1): TreeRow[] {
  return tree.flatMap((node, i) => {
    const isOpen = node.children.length > 0 && open.has(keyOf(node));
    const row = { node, level, open: isOpen, position: i + 1, siblings: tree.length };
    return [row, ...(isOpen ? visibleRows(node.children, open, level + 1) : [])];
  });
}

/** A name of its own for every node: a stage may be called as a layer is. */
export function keyOf(node: TreeNode): string {
  return node.layer === null ? `stage ${node.name}` : node.name;
}

/** Keys of the nodes that hold a layer. */
export function holdersOf(tree: readonly TreeNode[], layer: string): string[] {
  for (const node of tree) {
    if (node.layer?.name === layer) return [];
    const inner = node.children.length === 0 ? null : holdersIn(node, layer);
    if (inner !== null) return inner;
  }
  return [];
}

function holdersIn(node: TreeNode, layer: string): string[] | null {
  for (const child of node.children) {
    if (child.layer?.name === layer) return [keyOf(node)];
    const inner = holdersIn(child, layer);
    if (inner !== null) return [keyOf(node), ...inner];
  }
  return null;
}

/** Lines between rows: from a row that is read to the one that reads it, by their numbers; −1 is the picture. Folded layers count as their block. */
export function edgesOf(rows: readonly TreeRow[]): { readonly from: number; readonly to: number }[] {
  const rowOf = new Map<string, number>();
  const claim = (node: TreeNode, row: number): void => {
    if (node.layer !== null) rowOf.set(node.layer.name, row);
    for (const child of node.children) claim(child, row);
  };
  // Rows of what is unfolded come later and take their layers back.
  for (const [i, { node }] of rows.entries()) claim(node, i);
  const edges = new Map<string, { from: number; to: number }>();
  const add = (reader: DiagramLayer): void => {
    const to = rowOf.get(reader.name)!;
    const sources = reader.reads ?? [];
    for (const from of sources.length === 0 ? [-1] : sources.map((name) => rowOf.get(name) ?? -1))
      if (from !== to && reader.reads !== undefined) edges.set(`${from} ${to}`, { from, to });
  };
  const visit = (node: TreeNode): void => {
    if (node.layer !== null) add(node.layer);
    for (const child of node.children) visit(child);
  };
  for (const { node, level } of rows) if (level === 1) visit(node);
  return [...edges.values()];
}

/** A shape in words, without the batch: `128 × 55 × 55`. */
export function shapeText(shape: DiagramLayer['shape']): string {
  return shape
    .slice(1)
    .map((dim) => (typeof dim === 'number' ? dim.toLocaleString('en') : '?'))
    .join(' × ');
}
