import { GraphBuilder } from '../build/builder.js';
import * as ops from '../build/ops.js';
import { type Inference, infer, type ShapeOverrides } from '../shapes/infer.js';
import { constantTensor } from '../tensor/constants.js';
import type { Graph, Model, Node } from '../types.js';
import { reads, valueNames } from '../walk.js';
import { identity, inlineBody } from './inlineBody.js';

/** Operators whose inputs or outputs are sequences or optional values. */
export const sequenceOperators: ReadonlySet<string> = new Set([
  'ConcatFromSequence',
  'Optional',
  'OptionalGetElement',
  'OptionalHasElement',
  'SequenceAt',
  'SequenceConstruct',
  'SequenceEmpty',
  'SequenceErase',
  'SequenceInsert',
  'SequenceLength',
  'SequenceMap',
  'SplitToSequence',
]);

/**
 * Writes operators on sequences of tensors, and on optional tensors, as operators on the tensors themselves, where lengths and
 * positions are known. `shapes` are sizes to assume for inputs.
 *
 * @example
 * plainSequences(model); // SplitToSequence and SequenceAt become Split
 */
export function plainSequences(model: Model, shapes: ShapeOverrides = {}): Model {
  let current = model;
  while (current.graph.nodes.some(isSequential)) {
    const next = new Sequences(current, infer(current, shapes)).written();
    if (next === null) break;
    current = next;
  }
  return current;
}

/** Without the operators on sequences whose results nobody reads any more. */
function withoutUnread(nodes: readonly Node[], graph: Graph, sequences: ReadonlyMap<string, unknown>): Node[] {
  const read = new Set(graph.outputs.map((output) => output.name));
  const kept = nodes.toReversed().filter((node) => {
    if ((isSequential(node) || sequences.has(node.outputs[0] ?? '')) && !node.outputs.some((output) => read.has(output)))
      return false;
    for (const name of reads(node)) read.add(name);
    return true;
  });
  return kept.reverse();
}

function isSequential(node: Node): boolean {
  return node.domain === '' && sequenceOperators.has(node.op);
}

/** One walk over a graph that follows what is in each sequence. */
class Sequences {
  readonly #model: Model;
  readonly #known: Inference;
  readonly #builder: GraphBuilder;
  readonly #taken: Set<string>;
  /** The tensors of each sequence; an optional tensor is a sequence of one. */
  readonly #contents = new Map<string, readonly string[]>();
  readonly #optional = new Set<string>();
  #changed = false;

  constructor(model: Model, known: Inference) {
    this.#model = model;
    this.#known = known;
    this.#builder = new GraphBuilder({ opset: model.opsets.get('') ?? 18, prefix: 'sequence/' });
    this.#taken = valueNames(model.graph);
    this.#builder.reserve(this.#taken);
    this.#builder.reserve(model.graph.nodes.map((node) => node.name));
  }

  /** The model with what could be written, or null where that is nothing. */
  written(): Model | null {
    const { graph } = this.#model;
    this.#builder.append([], graph.initializers);
    for (const node of graph.nodes) if (node.domain !== '' || !this.#follow(node)) this.#builder.append([node]);
    if (!this.#changed) return null;
    const { nodes, initializers } = this.#builder.graph();
    return { ...this.#model, graph: { ...graph, nodes: withoutUnread(nodes, graph, this.#contents), initializers } };
  }

  /** Follows a node; true where something else was written in its place. Nodes that make sequences stay and are dropped unread. */
  #follow(node: Node): boolean {
    const [first, second, third] = node.inputs as readonly (string | undefined)[];
    const list = this.#contents.get(first ?? '');
    const set = (tensors: readonly string[] | null): false => {
      if (tensors) this.#contents.set(node.outputs[0]!, tensors);
      return false;
    };
    switch (node.op) {
      case 'SequenceConstruct':
        return set(node.inputs);
      case 'SequenceEmpty':
        return set([]);
      case 'Identity':
        if (this.#optional.has(first ?? '')) this.#optional.add(node.outputs[0]!);
        return set(list ?? null);
      case 'Optional':
        if (first && !list) this.#optional.add(node.outputs[0]!);
        return set(first ? (list ?? [first]) : null);
      case 'SequenceInsert': {
        const at = list && this.#position(third, list.length, list.length);
        return set(list && at != null ? list.toSpliced(at, 0, second!) : null);
      }
      case 'SequenceErase': {
        const at = list && this.#position(second, list.length, list.length - 1);
        return set(list && at != null ? list.toSpliced(at, 1) : null);
      }
      case 'SplitToSequence':
        return set(this.#parts(node));
      case 'SequenceMap':
        return this.#map(node);
      case 'SequenceAt': {
        const at = list && this.#position(second, list.length, null);
        return this.#replace(node, list && at != null ? list[at] : undefined);
      }
      case 'OptionalGetElement':
        if (this.#optional.has(first ?? '')) return this.#replace(node, list![0]);
        return list ? set(list) : this.#replace(node, this.#known.types.has(first ?? '') ? first : undefined);
      case 'OptionalHasElement': {
        const there = !first ? 0 : list || this.#known.types.has(first) ? 1 : null;
        return this.#replace(node, there === null ? undefined : this.#builder.initializer(constantTensor('bool', [there], [])));
      }
      case 'SequenceLength':
        return this.#replace(node, list && this.#builder.initializer(constantTensor('int64', [list.length], [])));
      case 'ConcatFromSequence':
        return this.#replace(node, list && list.length > 0 ? this.#joined(node, list) : undefined);
      default:
        return false;
    }
  }

  #replace(node: Node, tensor: string | undefined): boolean {
    if (tensor === undefined) return false;
    this.#builder.append([identity(tensor, node.outputs[0]!)]);
    this.#changed = true;
    return true;
  }

  /** A position counted from the front; null where it is not known or outside. */
  #position(name: string | undefined, length: number, fallback: number | null): number | null {
    if (!name) return fallback;
    const value = this.#known.values.get(name)?.data[0];
    if (typeof value !== 'number') return null;
    const at = value < 0 ? value + length : value;
    return at >= 0 && at <= length ? at : null;
  }

  #parts(node: Node): readonly string[] | null {
    const x = node.inputs[0]!;
    const axis = intOf(node, 'axis', 0);
    const size = this.#known.types.get(x)?.shape?.at(axis);
    const given = node.inputs[1] ? this.#known.values.get(node.inputs[1]) : null;
    if (given === undefined || given?.data.some((value) => typeof value !== 'number')) return null;
    const numbers = given?.data as readonly number[] | undefined;
    if (numbers && given!.shape.length === 1) return this.#split(x, numbers, axis);
    const step = numbers?.[0] ?? 1;
    if (typeof size !== 'number' || size === 0 || step < 1) return null;
    const sizes = Array.from({ length: Math.ceil(size / step) }, (_, i) => Math.min(step, size - i * step));
    const parts = this.#split(x, sizes, axis);
    const squeezed = !numbers && intOf(node, 'keepdims', 1) === 0;
    return squeezed ? parts.map((part) => ops.squeeze(this.#builder, part, [axis])) : parts;
  }

  #split(x: string, sizes: readonly number[], axis: number): readonly string[] {
    return sizes.length === 1 ? [x] : ops.split(this.#builder, x, sizes, axis);
  }

  #joined(node: Node, list: readonly string[]): string {
    const axis = intOf(node, 'axis', 0);
    const rows = intOf(node, 'new_axis', 0) === 1 ? list.map((name) => ops.unsqueeze(this.#builder, name, [axis])) : list;
    return rows.length === 1 ? rows[0]! : ops.concat(this.#builder, rows, axis);
  }

  /** The body once for each element; other sequences go along, tensors are given to every call. */
  #map(node: Node): false {
    const { body } = node.attributes;
    const [length, ...others] = node.inputs.map((name) => this.#contents.get(name)?.length);
    if (body?.type !== 'graph' || length === undefined || others.some((other) => other !== undefined && other !== length))
      return false;
    const rows = Array.from({ length }, (_, i) => {
      const given = body.value.inputs.map(({ name }, k) => {
        const input = node.inputs[k] ?? '';
        return [name, this.#contents.get(input)?.[i] ?? input] as const;
      });
      const inlined = inlineBody(body.value, `${node.outputs[0]}/${i}`, new Map(given), this.#taken);
      this.#builder.append(inlined.nodes, inlined.initializers);
      return inlined.outputs;
    });
    for (const [k, output] of node.outputs.entries())
      if (output !== '')
        this.#contents.set(
          output,
          rows.map((row) => row[k]!),
        );
    return false;
  }
}

function intOf(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.type === 'int' ? attribute.value : fallback;
}
