import type { Attribute, DataType, Graph, Model, Node, Tensor, ValueInfo } from '../types.js';

/** Plain attribute values as a caller writes them; integers and floats are told apart by the operator's schema or by {@link float}. */
export type AttributeInput = number | string | readonly number[] | readonly string[] | Tensor | Attribute;

/** A float attribute: needed where the value happens to be integral, for example `{ alpha: float(1) }`. */
export function float(value: number): Attribute {
  return { type: 'float', value };
}

/** Options of {@link GraphBuilder}. */
export interface GraphBuilderOptions {
  readonly name?: string;
  /** Version of the default operator set; default 18. */
  readonly opset?: number;
  /** Prefix of the names that the builder invents. */
  readonly prefix?: string;
}

/**
 * Builds a graph node by node; values are named by strings. `op` is the generic form, the typed methods beside it (in
 * `ops.ts`) are one an operator.
 *
 * @example
 * const b = new GraphBuilder();
 * const x = b.input('x', 'float32', ['n', 3]);
 * b.output(b.op('Relu', [x]), 'float32', ['n', 3], 'y');
 * const model = b.model();
 */
export class GraphBuilder {
  readonly opset: number;
  readonly #name: string;
  readonly #prefix: string;
  readonly #nodes: Node[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #initializers = new Map<string, Tensor>();
  readonly #taken = new Set<string>();
  /** Outputs of nodes. */
  readonly #written = new Set<string>();
  readonly #domains = new Map<string, number>();
  #counter = 0;

  constructor(options: GraphBuilderOptions = {}) {
    this.opset = options.opset ?? 18;
    this.#name = options.name ?? 'graph';
    this.#prefix = options.prefix ?? '';
  }

  /** Marks names as used, so that invented names never meet those of a graph that this one will be joined to. */
  reserve(names: Iterable<string>): void {
    for (const name of names) this.#taken.add(name);
  }

  /** A name that nobody uses yet. */
  unique(hint: string): string {
    let name = `${this.#prefix}${hint}`;
    while (this.#taken.has(name)) name = `${this.#prefix}${hint}_${++this.#counter}`;
    this.#taken.add(name);
    return name;
  }

  /** Declares a graph input and returns its name. */
  input(name: string, dtype: DataType, shape: readonly (number | string | null)[] | null): string {
    this.#taken.add(name);
    this.#inputs.push({ name, type: { dtype, shape } });
    return name;
  }

  /** Declares `value` a graph output, under the name `as` where given (through an Identity). */
  output(value: string, dtype: DataType, shape: readonly (number | string | null)[] | null, as?: string): string {
    const name = as ?? value;
    if (name !== value) {
      this.#taken.add(name);
      this.#nodes.push({ op: 'Identity', domain: '', name: `${name}_out`, inputs: [value], outputs: [name], attributes: {} });
    }
    this.#outputs.push({ name, type: { dtype, shape } });
    return name;
  }

  /** Adds a tensor as an initializer; its bytes are not copied. */
  initializer(tensor: Tensor, hint = 'const'): string {
    const name = this.unique(hint);
    this.#initializers.set(name, tensor);
    return name;
  }

  /** A float32 constant. Without `dims`: a number is a scalar, an array a vector. */
  f32(values: number | ArrayLike<number>, dims?: readonly number[]): string {
    return this.initializer(tensorOf('float32', values, dims), 'f32');
  }

  /** An int64 constant. Without `dims`: a number is a scalar, an array a vector. */
  i64(values: number | ArrayLike<number>, dims?: readonly number[]): string {
    return this.initializer(tensorOf('int64', values, dims), 'i64');
  }

  /** Adds a node with one output and returns the output's name. */
  op(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeInput | undefined>> = {},
    options: { readonly domain?: string; readonly output?: string } = {},
  ): string {
    return this.ops(op, inputs, 1, attributes, options.domain, options.output ? [options.output] : undefined)[0]!;
  }

  /**
   * Adds a node with `count` outputs and returns their names.
   *
   * @throws Error where a name that is asked for is another node's output.
   */
  ops(
    op: string,
    inputs: readonly string[],
    count: number,
    attributes: Readonly<Record<string, AttributeInput | undefined>> = {},
    domain = '',
    outputs?: readonly string[],
  ): string[] {
    const names = outputs ? [...outputs] : Array.from({ length: count }, () => this.unique(op.toLowerCase()));
    for (const name of names) {
      if (name !== '' && this.#written.has(name))
        throw new Error(`Two nodes cannot both write "${name}"; give this ${op} another output name.`);
      this.#written.add(name);
      this.#taken.add(name);
    }
    if (domain !== '' && !this.#domains.has(domain)) this.#domains.set(domain, 1);
    const converted: Record<string, Attribute> = {};
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined) converted[key] = attributeOf(value);
    this.#nodes.push({ op, domain, name: names[0]!, inputs: [...inputs], outputs: names, attributes: converted });
    return names;
  }

  /** Adds nodes of another graph as they are; their names must not meet ours. */
  append(nodes: Iterable<Node>, initializers: Iterable<readonly [string, Tensor]> = []): void {
    for (const node of nodes) {
      this.#nodes.push(node);
      for (const name of node.outputs) {
        this.#taken.add(name);
        this.#written.add(name);
      }
    }
    for (const [name, tensor] of initializers) {
      this.#initializers.set(name, tensor);
      this.#taken.add(name);
    }
  }

  graph(): Graph {
    return {
      name: this.#name,
      nodes: [...this.#nodes],
      inputs: [...this.#inputs],
      outputs: [...this.#outputs],
      initializers: new Map(this.#initializers),
      valueInfo: new Map(),
    };
  }

  /** The finished model; IR version 10, readable by every ONNX Runtime since 1.18. */
  model(): Model {
    return {
      irVersion: 10,
      opsets: new Map([['', this.opset], ...this.#domains]),
      producer: 'incognita',
      metadata: new Map(),
      graph: this.graph(),
    };
  }
}

/** A small tensor from numbers; for weights use views of the file instead. */
export function tensorOf(dtype: 'float32' | 'int64', values: number | ArrayLike<number>, dims?: readonly number[]): Tensor {
  const list = typeof values === 'number' ? [values] : values;
  const shape = dims ?? (typeof values === 'number' ? [] : [list.length]);
  const size = shape.reduce((a, b) => a * b, 1);
  if (size !== list.length) throw new Error(`A tensor of shape [${shape}] holds ${size} values, but ${list.length} were given.`);
  const typed =
    dtype === 'float32'
      ? Float32Array.from(list)
      : BigInt64Array.from({ length: list.length }, (_, i) => BigInt(Math.trunc(list[i]!)));
  return { dtype, dims: [...shape], data: { kind: 'inline', bytes: new Uint8Array(typed.buffer) } };
}

/** An attribute from a plain value: whole numbers are ints, others floats. */
export function attributeOf(value: AttributeInput): Attribute {
  if (typeof value === 'number') return Number.isInteger(value) ? { type: 'int', value } : { type: 'float', value };
  if (typeof value === 'string') return { type: 'string', value };
  if (Array.isArray(value)) {
    if (value.includes(undefined)) throw new RangeError(`A list attribute has holes: [${value}].`);
    if (value.every((v) => typeof v === 'string'))
      return value.length > 0 ? { type: 'strings', value } : { type: 'ints', value: [] };
    return value.every((v) => Number.isInteger(v))
      ? { type: 'ints', value: value as number[] }
      : { type: 'floats', value: value as number[] };
  }
  if ('dtype' in (value as object)) return { type: 'tensor', value: value as Tensor };
  return value as Attribute;
}
