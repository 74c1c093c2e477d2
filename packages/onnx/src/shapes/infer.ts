import type { Dim, Graph, Model, Node, Tensor, TensorType, ValueInfo } from '../types.js';
import { constantValue } from './constants.js';
import type { PartialValue, RuleContext } from './context.js';
import { contributedShapeRules } from './contributed.js';
import { DimAlgebra } from './dims.js';
import { shapeRules } from './rules.js';
import { valueRules } from './values.js';

/** Shapes to assume for inputs, by name: `{ image: [8, 3, 224, 224] }`. A symbol that gets a number gets it everywhere. */
export type ShapeOverrides = Readonly<Record<string, readonly Dim[]>>;

/** What is known of a graph's values. */
export interface Inference {
  readonly types: ReadonlyMap<string, TensorType>;
  /** Small tensors whose values are known, at least in part. */
  readonly values: ReadonlyMap<string, PartialValue>;
}

/**
 * Types of all values of a model's graph. A dimension is a number, a symbol of the inputs ("n"), an expression of symbols
 * ("floor((h-3)/2)+1"; equal texts are equal sizes), or null where nothing is known. Values whose type is not known at all
 * are absent; an operator without a rule leaves what the file states for its outputs.
 *
 * @example
 * inferShapes(model).get('/fire2/Concat_output_0'); // { dtype: 'float32', shape: ['n', 128, 'floor(…)', 'floor(…)'] }
 * inferShapes(model, { image: [1, 3, 224, 224] }).get('/fire2/Concat_output_0').shape; // [1, 128, 55, 55]
 */
export function inferShapes(model: Model, overrides: ShapeOverrides = {}): ReadonlyMap<string, TensorType> {
  return infer(model, overrides).types;
}

/** As {@link inferShapes}, with the values of shape arithmetic. */
export function infer(model: Model, overrides: ShapeOverrides = {}): Inference {
  const state = startInference(model, overrides);
  for (const node of model.graph.nodes) inferNode(node, state);
  return { types: state.types, values: state.values };
}

/** The state before the first node of a model: inputs and initializers. */
export function startInference(model: Model, overrides: ShapeOverrides = {}): InferenceState {
  const { graph } = model;
  const symbols = new Map<string, Dim>();
  let changed = false;
  const inputs = graph.inputs.map((input): ValueInfo => {
    const shape = overrides[input.name];
    if (shape === undefined || input.type === null) return input;
    const stated = input.type.shape;
    if (stated !== null && stated.length !== shape.length)
      throw new Error(`The input "${input.name}" has ${stated.length} dimensions [${stated}], but [${shape}] were given.`);
    stated?.forEach((d, i) => {
      if (typeof d === 'string' && shape[i] !== null) symbols.set(d, shape[i]!);
      else if (typeof d === 'number' && shape[i] !== d) changed = true;
    });
    return { ...input, type: { dtype: input.type.dtype, shape } };
  });
  const bind = (type: TensorType): TensorType => {
    if (type.shape === null) return type;
    // Where a size that the file states was overridden, what it states elsewhere is stale but for the rank.
    const shape = type.shape.map((d) =>
      typeof d === 'number' ? (changed ? null : d) : d !== null && symbols.has(d) ? symbols.get(d)! : d,
    );
    return { dtype: type.dtype, shape };
  };
  const state: InferenceState = {
    opsets: model.opsets,
    dims: new DimAlgebra(),
    types: new Map(),
    values: new Map(),
    stated: new Map(),
  };
  for (const info of [...graph.valueInfo.values(), ...graph.outputs])
    if (info.type !== null) state.stated.set(info.name, bind(info.type));
  for (const { name, type } of inputs) {
    if (type === null) continue;
    state.types.set(name, overrides[name] === undefined ? bindInput(type, symbols) : type);
  }
  for (const [name, tensor] of graph.initializers) inferInitializer(name, tensor, state);
  return state;
}

/**
 * What is known inside a body (a branch of If, what Loop or Scan repeats) of a model's graph or of another body: of its own values,
 * and of those around it. `inputs` are the types of what the body is given.
 */
export function inferBody(
  model: Model,
  body: Graph,
  around: Inference,
  inputs: ReadonlyMap<string, TensorType> = new Map(),
): Inference {
  const { types, values } = around;
  const outer = {
    opsets: model.opsets,
    dims: new DimAlgebra(),
    types: new Map(types),
    values: new Map(values),
    stated: new Map(),
  };
  const state = enterSubgraph(body, outer, inputs);
  for (const node of body.nodes) inferNode(node, state);
  return { types: state.types, values: state.values };
}

/** What inference knows at one place of a graph; grows node by node. */
export interface InferenceState {
  readonly opsets: ReadonlyMap<string, number>;
  readonly dims: DimAlgebra;
  readonly types: Map<string, TensorType>;
  readonly values: Map<string, PartialValue>;
  readonly stated: Map<string, TensorType>;
}

function bindInput(type: TensorType, symbols: ReadonlyMap<string, Dim>): TensorType {
  if (type.shape === null) return type;
  return { dtype: type.dtype, shape: type.shape.map((d) => (typeof d === 'string' && symbols.has(d) ? symbols.get(d)! : d)) };
}

/** Adds an initializer to a state. */
export function inferInitializer(name: string, tensor: Tensor, state: InferenceState): void {
  state.types.set(name, { dtype: tensor.dtype, shape: tensor.dims });
  const value = constantValue(tensor);
  if (value !== null) state.values.set(name, value);
}

/** Adds the outputs of a node, whose inputs are known, to a state. */
export function inferNode(node: Node, state: InferenceState): void {
  const context = contextOf(node, state);
  const standard = node.domain === '';
  const rule = standard ? shapeRules.get(node.op) : contributedShapeRules.get(`${node.domain}::${node.op}`);
  const types = ofMalformed(() => rule?.(context)) ?? [];
  const values = ofMalformed(() => (standard ? valueRules.get(node.op)?.(context) : undefined)) ?? [];
  node.outputs.forEach((name, i) => {
    if (name === '') return;
    const type = merge(tidy(types[i] ?? null), state.stated.get(name) ?? null);
    if (type !== null) state.types.set(name, type);
    const value = values[i];
    if (value != null) state.values.set(name, value);
  });
}

/** Rules read a node as its operator's specification says; of one that lacks an input, say, nothing is known. */
function ofMalformed<T>(apply: () => T): T | undefined {
  try {
    return apply();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The state inside a subgraph: what is known around it, and what the subgraph itself states. */
export function enterSubgraph(
  graph: Graph,
  state: InferenceState,
  inputs: ReadonlyMap<string, TensorType> = new Map(),
): InferenceState {
  const inner: InferenceState = { ...state, types: new Map(state.types), values: new Map(state.values), stated: new Map() };
  for (const info of [...graph.valueInfo.values(), ...graph.outputs])
    if (info.type !== null) inner.stated.set(info.name, info.type);
  for (const { name, type: stated } of graph.inputs) {
    const type = inputs.get(name) ?? stated;
    inner.values.delete(name);
    if (type !== null) inner.types.set(name, type);
    else inner.types.delete(name);
  }
  for (const [name, tensor] of graph.initializers) inferInitializer(name, tensor, inner);
  return inner;
}

function contextOf(node: Node, state: InferenceState): RuleContext {
  const attribute = <T extends string>(name: string, type: T) => {
    const found = node.attributes[name];
    return found?.type === type ? (found as Extract<typeof found, { type: T }>) : undefined;
  };
  const type = (i: number): TensorType | null => state.types.get(node.inputs[i] ?? '') ?? null;
  return {
    node,
    opset: state.opsets.get(node.domain) ?? 0,
    dims: state.dims,
    type,
    shape: (i) => type(i)?.shape ?? null,
    value: (i) => state.values.get(node.inputs[i] ?? '') ?? null,
    int: (name, fallback) => attribute(name, 'int')?.value ?? fallback,
    ints: (name) => attribute(name, 'ints')?.value ?? null,
    float: (name, fallback) => attribute(name, 'float')?.value ?? fallback,
    string: (name, fallback) => attribute(name, 'string')?.value ?? fallback,
    subgraph: (graph, inputs) => {
      const inner = enterSubgraph(graph, state, inputs);
      for (const child of graph.nodes) inferNode(child, inner);
      return graph.outputs.map((output) => inner.types.get(output.name) ?? output.type);
    },
  };
}

/** What was computed, completed by what the file states. */
function merge(computed: TensorType | null, stated: TensorType | null): TensorType | null {
  if (computed === null || stated === null) return computed ?? stated;
  if (computed.shape === null || stated.shape === null || computed.shape.length !== stated.shape.length)
    return computed.shape === null ? { dtype: computed.dtype, shape: stated.shape } : computed;
  const shape = computed.shape.map((d, i) => {
    const other = stated.shape![i]!;
    return typeof d === 'number' || other === null ? d : typeof other === 'number' || d === null ? other : d;
  });
  return { dtype: computed.dtype, shape };
}

/** Rules read past the end of shapes of malformed graphs, or numbers that are no sizes: such dimensions are unknown. */
function tidy(type: TensorType | null): TensorType | null {
  if (type === null || type.shape === null || type.shape.every(isDim)) return type;
  return { dtype: type.dtype, shape: type.shape.map((d) => (isDim(d) ? d : null)) };
}

function isDim(d: Dim | undefined): boolean {
  return d === null || typeof d === 'string' || (Number.isSafeInteger(d) && d! >= 0);
}
