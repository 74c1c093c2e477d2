import type { Expansion, Graph, Inference, PartialValue, ShapeOverrides, Tensor, TensorType } from '@incognita/onnx';
import {
  type AttributeInput,
  constantOfNode,
  constantTensor,
  type DataType,
  type Dim,
  float,
  GraphBuilder,
  inferBody,
  type Model,
  type Node,
  nodeKey,
  numbersOf,
  reads,
  valueNames,
} from '@incognita/onnx';
import type { Form } from '../types.js';
import { writtenType } from './writtenType.js';

/** Attributes as rules write them. */
export type Attributes = Readonly<Record<string, AttributeInput | undefined>>;

/** A node that a rule wrote. */
interface Written {
  readonly op: string;
  readonly inputs: readonly string[];
}

const NONE: Attributes = {};

/** Options of {@link Emitter}. */
export interface EmitterOptions {
  readonly form: Form;
  /** Many tangents for one primal: tangents have a batch (axis 0) of their own. Only for forward mode. */
  readonly repeat: boolean;
  /** Sizes assumed for inputs. */
  readonly shapes: ShapeOverrides;
}

/**
 * Writes the nodes of a derivative beside a model's own, and knows what is known about the model's tensors (type, shape,
 * constant value). A node that was written already is not written again.
 */
export class Emitter {
  readonly model: Model;
  readonly form: Form;
  readonly repeat: boolean;
  readonly opset: number;
  readonly builder: GraphBuilder;
  readonly #options: EmitterOptions;
  readonly #around: Emitter | null;
  readonly #types: Map<string, TensorType>;
  readonly #known: ReadonlyMap<string, PartialValue>;
  readonly #producers = new Map<string, Node>();
  readonly #consumers = new Map<string, Node[]>();
  readonly #written = new Map<string, string[]>();
  readonly #extended = new Map<Node, Node>();
  readonly #adopted = new Map<string, Tensor>();
  readonly #before = new Map<Node, Node[]>();
  readonly #made = new Map<string, Written>();

  /** `around` writes the graph around this one, where this one is a body of one of its nodes. */
  constructor(model: Model, { types, values }: Inference, options: EmitterOptions, around: Emitter | null = null) {
    this.model = model;
    this.#options = options;
    this.#around = around;
    this.form = options.form;
    this.repeat = options.repeat;
    this.opset = model.opsets.get('') ?? model.opsets.get('ai.onnx') ?? 18;
    const prefix = around ? `${around.builder.unique('body')}/` : 'd/';
    this.builder = new GraphBuilder({ opset: this.opset, prefix });
    const { graph } = model;
    this.#types = new Map(types);
    this.#known = values;
    for (const [name, { dtype, dims }] of graph.initializers) this.#types.set(name, { dtype, shape: dims });
    for (let outer = around; outer; outer = outer.#around) this.builder.reserve(valueNames(outer.model.graph));
    this.builder.reserve(valueNames(graph));
    this.builder.reserve(graph.nodes.map((node) => node.name));
    this.builder.append(graph.nodes, graph.initializers);
    for (const node of graph.nodes) {
      for (const output of node.outputs) this.#producers.set(output, node);
      for (const input of new Set(reads(node))) {
        const consumers = this.#consumers.get(input);
        if (consumers) consumers.push(node);
        else this.#consumers.set(input, [node]);
      }
    }
  }

  /** An emitter for a body (a branch, what a loop repeats) of one of this graph's nodes; `inputs` are what the body is given. */
  inside(body: Graph, inputs: ReadonlyMap<string, TensorType> = new Map()): Emitter {
    const known = inferBody(this.model, body, { types: this.#types, values: this.#known }, inputs);
    return new Emitter({ ...this.model, graph: body }, known, this.#options, this);
  }

  /** What was written so far: the graph's own nodes, with the outputs that rules asked for, and the new ones. */
  written(): Graph {
    const graph = this.builder.graph();
    if (this.#extended.size === 0 && this.#before.size === 0) return graph;
    return { ...graph, nodes: graph.nodes.flatMap((node) => [...(this.#before.get(node) ?? []), this.extended(node)]) };
  }

  /** Writes a node with one output; returns the output's name. */
  op(op: string, inputs: readonly string[], attributes: Attributes = NONE): string {
    return this.ops(op, inputs, 1, attributes)[0]!;
  }

  /** Writes a node with `count` outputs; returns their names. */
  ops(op: string, inputs: readonly string[], count: number, attributes: Attributes = NONE): string[] {
    const names = `${op}\0${count}\0${inputs.join('\0')}`;
    const key = attributes === NONE ? names : `${names}\0${nodeKey(attributes)}`;
    const known = this.#written.get(key);
    if (known) return known;
    const outputs = this.builder.ops(op, inputs, count, attributes);
    this.#written.set(key, outputs);
    this.#made.set(outputs[0]!, { op, inputs });
    for (const [i, output] of outputs.entries()) {
      const dtype = writtenType(op, inputs, attributes, i, (name) => this.#types.get(name)?.dtype);
      if (dtype) this.#types.set(output, { dtype, shape: null });
    }
    return outputs;
  }

  /** How a tensor was made that a rule wrote, if it is the first output of a node. */
  madeBy(name: string): Written | undefined {
    return this.#made.get(name);
  }

  /**
   * The outputs of a node of the model, at least `count` of them: those that its operator offers but the model does not
   * name are named, so that what the kernel computed anyway need not be computed again.
   */
  outputsOf(node: Node, count: number): readonly string[] {
    const now = this.extended(node);
    const missing = count - now.outputs.length;
    if (missing <= 0 && !now.outputs.slice(0, count).includes('')) return now.outputs;
    const names = Array.from(
      { length: Math.max(count, now.outputs.length) },
      (_, i) => now.outputs[i] || this.builder.unique(node.op.toLowerCase()),
    );
    this.#extended.set(node, { ...now, outputs: names });
    return names;
  }

  /** Lets another node stand where one of the model's stood: one that makes the same and more. */
  extend(node: Node, by: Node): void {
    this.#extended.set(node, by);
    this.builder.reserve(by.outputs);
  }

  /** Writes a node of the forward pass, in front of a node of the model that will read its output; returns the output's name. */
  before(node: Node, op: string, inputs: readonly string[], attributes: Node['attributes'] = {}): string {
    return this.beforeAll(node, op, inputs, 1, attributes)[0]!;
  }

  /** The same with `count` outputs, all of the first input's element type. */
  beforeAll(node: Node, op: string, inputs: readonly string[], count: number, attributes: Node['attributes'] = {}): string[] {
    const names = Array.from({ length: count }, () => this.builder.unique(op.toLowerCase()));
    const made: Node = { op, domain: '', name: names[0]!, inputs: [...inputs], outputs: names, attributes };
    this.#before.set(node, [...(this.#before.get(node) ?? []), made]);
    for (const name of names) this.#types.set(name, { dtype: this.dtype(inputs[0]!), shape: null });
    return names;
  }

  /** A node of the model with the outputs that rules asked for. */
  extended(node: Node): Node {
    return this.#extended.get(node) ?? node;
  }

  /** A constant tensor; equal small constants are written once. */
  constant(dtype: DataType, values: ArrayLike<number>, dims: readonly number[] = [values.length]): string {
    const key =
      values.length <= 64 ? `constant ${dtype} [${dims}] ${Array.from(values, (v) => (Object.is(v, -0) ? '-0' : v))}` : null;
    const known = key === null ? undefined : this.#written.get(key);
    if (known) return known[0]!;
    const name = this.declare(this.builder.initializer(constantTensor(dtype, values, dims)), { dtype, shape: dims });
    if (key !== null) this.#written.set(key, [name]);
    return name;
  }

  /** What `write` wrote the first time it was asked for under this key. */
  once(key: string, write: () => string): string {
    const known = this.#written.get(key);
    if (known) return known[0]!;
    const name = write();
    this.#written.set(key, [name]);
    return name;
  }

  /** A scalar of the element type of `like`. */
  scalar(value: number, like: string): string {
    return this.constant(this.dtype(like), [value], []);
  }

  /** A vector of int64. */
  ints(values: readonly number[]): string {
    return this.constant('int64', values);
  }

  /** Takes in nodes that were written elsewhere, their constants and what is known of their types. */
  adopt({ nodes, initializers, types }: Pick<Expansion, 'nodes' | 'initializers' | 'types'>): void {
    this.builder.append(nodes, initializers);
    for (const [name, tensor] of initializers) this.#adopted.set(name, tensor);
    for (const [name, type] of types) if (!this.#types.has(name)) this.#types.set(name, type);
  }

  /** Element type of a tensor of the model or of one that a rule wrote; float32 where nothing is known. */
  dtype(name: string): DataType {
    return this.#types.get(name)?.dtype ?? 'float32';
  }

  /** Whether the model knows this tensor to hold something else than real numbers. */
  isDiscrete(name: string): boolean {
    const dtype = this.#types.get(name)?.dtype;
    return dtype !== undefined && !dtype.includes('float');
  }

  /** Type of a tensor of the model; null where it is not known. */
  type(name: string): TensorType | null {
    return this.#types.get(name) ?? null;
  }

  /** Shape of a tensor of the model; null where not even the rank is known. */
  shape(name: string): readonly Dim[] | null {
    return this.#types.get(name)?.shape ?? null;
  }

  /** Shape where every dimension is a number, else null. */
  dims(name: string): readonly number[] | null {
    const shape = this.shape(name);
    return shape?.every((dim) => typeof dim === 'number') ? (shape as readonly number[]) : null;
  }

  /** Rank of a tensor, or undefined. */
  rank(name: string): number | undefined {
    return this.shape(name)?.length;
  }

  /** Remembers the type of a tensor that a rule wrote, where a later rule will ask for it. */
  declare(name: string, type: TensorType): string {
    this.#types.set(name, type);
    return name;
  }

  /** The node that makes a tensor, if it is not an input or initializer. */
  producer(name: string): Node | undefined {
    return this.#producers.get(name);
  }

  /** The nodes of the model that read a tensor. */
  consumers(name: string): readonly Node[] {
    return this.#consumers.get(name) ?? [];
  }

  /** The constant behind a name: initializer or Constant node, through Identity. */
  tensor(name: string): Tensor | null {
    const initializer = this.model.graph.initializers.get(name) ?? this.#adopted.get(name);
    if (initializer) return initializer;
    const node = this.producer(name);
    if (!node && this.#around && !this.model.graph.inputs.some((input) => input.name === name)) return this.#around.tensor(name);
    if (node?.op === 'Identity' && node.domain === '') return this.tensor(node.inputs[0]!);
    return node ? constantOfNode(node) : null;
  }

  /**
   * The numbers of a constant, or of whole numbers that follow from constants and shapes; null where they are not known
   * or their bytes not at hand.
   */
  values(name: string | undefined): ArrayLike<number> | null {
    if (!name) return null;
    const tensor = this.tensor(name);
    if (tensor) return numbersOf(tensor);
    const computed = this.#known.get(name)?.data;
    return computed?.every((value) => typeof value === 'number') ? (computed as readonly number[]) : null;
  }
}

export { float };
