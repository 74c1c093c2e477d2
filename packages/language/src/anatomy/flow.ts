import { inferShapes, type Model, makers, type Node, readers, type TensorType } from '@incognita/onnx';

/** Operators whose result depends on the size of their input only. */
const SIZES = new Set(['Shape', 'Size']);
/** Operators that pass every number on as it is, in place. */
const PASSING = new Set(['Identity', 'Cast', 'Dropout']);
/** Operators that move numbers without changing them. */
const LAYOUT = new Set([...PASSING, 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten']);

/**
 * A graph as a net of numbers that flow: who makes and who reads a tensor, what is constant, and which tensor's *numbers* go into
 * which other's. That a tensor's size decides a shape elsewhere does not count as flow. Nothing here knows a name.
 */
export class Flow {
  readonly model: Model;
  readonly types: ReadonlyMap<string, TensorType>;
  readonly #makers: ReadonlyMap<string, Node>;
  readonly #readers: ReadonlyMap<string, readonly Node[]>;
  readonly #index = new Map<Node, number>();
  readonly #constants = new Set<string>();
  readonly #ancestors: Uint32Array[] = [];
  readonly #data = new Map<string, boolean>();

  constructor(model: Model) {
    this.model = model;
    this.types = inferShapes(model);
    this.#makers = makers(model.graph);
    this.#readers = readers(model.graph);
    for (const name of model.graph.initializers.keys()) this.#constants.add(name);
    const words = Math.ceil(model.graph.nodes.length / 32);
    for (const [i, node] of model.graph.nodes.entries()) {
      this.#index.set(node, i);
      const inputs = node.inputs.filter((name) => name !== '');
      if (inputs.every((name) => this.#constants.has(name))) for (const name of node.outputs) this.#constants.add(name);
      const row = new Uint32Array(words);
      if (!SIZES.has(node.op))
        for (const name of inputs) {
          const made = this.#makers.get(name);
          const j = made === undefined ? undefined : this.#index.get(made);
          if (j === undefined) continue;
          const above = this.#ancestors[j]!;
          for (let w = 0; w < words; w++) row[w]! |= above[w]!;
          row[j >> 5]! |= 1 << (j & 31);
        }
      this.#ancestors.push(row);
    }
  }

  /** The node that makes a tensor; undefined for inputs and initializers. */
  maker(tensor: string): Node | undefined {
    return this.#makers.get(tensor);
  }

  /** The nodes that read a tensor's numbers. */
  readers(tensor: string): readonly Node[] {
    return (this.#readers.get(tensor) ?? []).filter((node) => !SIZES.has(node.op));
  }

  isConstant(tensor: string): boolean {
    return this.#constants.has(tensor);
  }

  /** Place of a node in the graph's order. */
  order(node: Node): number {
    return this.#index.get(node)!;
  }

  shape(tensor: string): TensorType['shape'] {
    return this.types.get(tensor)?.shape ?? null;
  }

  rank(tensor: string): number | null {
    return this.shape(tensor)?.length ?? null;
  }

  /** The last dimension where it is a number. */
  width(tensor: string): number | null {
    const last = this.shape(tensor)?.at(-1);
    return typeof last === 'number' ? last : null;
  }

  /** Whether numbers of `from` go into `to`, another tensor. */
  reaches(from: string, to: string): boolean {
    const [a, b] = [this.#makers.get(from), this.#makers.get(to)];
    return a !== undefined && b !== undefined && this.before(a, b);
  }

  /** Whether numbers that node `a` makes go into node `b`. */
  before(a: Node, b: Node): boolean {
    const j = this.#index.get(a)!;
    return (this.#ancestors[this.#index.get(b)!]![j >> 5]! & (1 << (j & 31))) !== 0;
  }

  /** Whether any number of the model's inputs goes into a tensor (and not only their sizes). */
  isData(tensor: string): boolean {
    const known = this.#data.get(tensor);
    if (known !== undefined) return known;
    const node = this.#makers.get(tensor);
    const data =
      node === undefined
        ? this.model.graph.inputs.some((v) => v.name === tensor)
        : !SIZES.has(node.op) && node.inputs.some((name) => name !== '' && this.isData(name));
    this.#data.set(tensor, data);
    return data;
  }

  /** The nodes from a stream to what is added to it: those that read the stream's numbers and go into `to`. */
  between(from: string, to: string): Node[] {
    const [start, end] = [this.#makers.get(from), this.#makers.get(to)];
    if (start === undefined || end === undefined) return [];
    return this.model.graph.nodes.filter((node) => this.before(start, node) && (node === end || this.before(node, end)));
  }

  /** Back over operators that leave numbers as they are (casts; with `layout` reshapes too). */
  back(tensor: string, how: 'values' | 'layout' = 'values'): string {
    const node = this.#makers.get(tensor);
    const skip = how === 'layout' ? LAYOUT : PASSING;
    return node !== undefined && node.domain === '' && skip.has(node.op) ? this.back(node.inputs[0]!, how) : tensor;
  }

  /** The first tensor of rank 3 back over reshapes and casts, or the tensor itself. */
  asSequence(tensor: string): string {
    let best = tensor;
    for (let t = tensor; ; ) {
      if (this.rank(t) === 3) best = t;
      const node = this.#makers.get(t);
      if (node === undefined || node.domain !== '' || !LAYOUT.has(node.op)) return best;
      t = node.inputs[0]!;
    }
  }
}
