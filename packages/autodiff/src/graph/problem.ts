import {
  type Attribute,
  flattenIf,
  type Graph,
  infer,
  inlineFunctions,
  type Model,
  type Node,
  plainSequences,
  type ShapeOverrides,
  sequenceOperators,
  subgraphs,
  type TensorType,
  unrollLoops,
  upgradeOpset,
  type ValueInfo,
  valueNames,
} from '@incognita/onnx';
import { Emitter, type EmitterOptions } from '../emit/emitter.js';
import { MissingRuleError, NoPathError } from '../errors.js';
import { ruleOf } from '../registry.js';
import { isBlocked } from '../rules/blocked.js';
import type { RuleSet } from '../rulesets/ruleSet.js';
import type { Derivation, Rule } from '../types.js';
import { plainOnTheWay } from './plain.js';
import { refuseRounding } from './rounding.js';
import { passage, type Ways, waysBetween } from './ways.js';

/** A model prepared for differentiation between `wrt` and `of`. */
export interface Problem {
  readonly e: Emitter;
  readonly ways: Ways;
  readonly derivation: Derivation;
  readonly types: ReadonlyMap<string, TensorType>;
}

/** Finds the ways between `wrt` and `of`, and refuses tensors that are not there or do not depend on each other. */
export function prepare(
  given: Model,
  of: readonly string[],
  wrt: readonly string[],
  options: EmitterOptions,
  { rules, seen }: { readonly rules: RuleSet; readonly seen: readonly string[] },
): Problem {
  const { shapes } = options;
  const current = modern(given, shapes);
  refuseRounding(current, of, wrt);
  const plain = unrolled(plainOnTheWay(current, of, wrt, shapes), shapes);
  const model = withPlainBodies(rules.prepare?.(plain, new Set([...of, ...wrt, ...seen])) ?? plain, options.shapes);
  const { graph } = model;
  if (of.length === 0 || wrt.length === 0) throw new Error('Name at least one tensor in `of` and one in `wrt`.');
  demandKnown(graph, { of, wrt });
  const inference = infer(model, options.shapes);
  const e = new Emitter(withShapes(model, options.shapes), inference, options);
  const derivation = derivationOf(rules);
  const ways = waysBetween(graph, of, wrt, passage(e, derivation.stops));
  for (const name of of) if (!ways.varies.has(name)) unmoved(name, wrt, graph.nodes.filter(derivation.stops));
  return { e, ways, derivation, types: inference.types };
}

/** Refuses a tensor that no tangent reaches. */
export function unmoved(name: string, wrt: readonly string[], blocked: readonly Node[] = []): never {
  throw new NoPathError(
    `"${name}" does not depend on ${wrt.map((w) => `"${w}"`).join(', ')}, or only through operators without a gradient ` +
      `(${[...new Set(blocked.map((node) => node.op))].join(', ') || 'none in this model'}).`,
  );
}

/** Without calls of functions and decided branches, in an operator set that the rules are written for. */
function modern(model: Model, shapes: ShapeOverrides): Model {
  return upgradeOpset(flattenIf(inlineFunctions(model), { shapes }), 18, shapes);
}

function isSequential(node: Node): boolean {
  return node.domain === '' && sequenceOperators.has(node.op);
}

/**
 * Loops that are short beyond doubt become their iterations, which run faster and let everything pass; longer ones, too, if they
 * gather sequences. Sequences become their tensors.
 */
function unrolled(model: Model, shapes: ShapeOverrides): Model {
  const flat = unrollLoops(model, { shapes, most: (body) => (body.nodes.some(isSequential) ? 10_000 : 256) });
  return plainSequences(flat === model ? model : flattenIf(flat, { shapes }), shapes);
}

/** Which rules a derivation follows, in the model's graph and in bodies of its nodes. */
function derivationOf({ name, rules, blocks, exactly: kept }: RuleSet): Derivation {
  const backwardOf = (node: Node) => (node.domain === '' && Object.hasOwn(rules, node.op) ? rules[node.op] : undefined);
  return {
    stops: (node) => isBlocked(node) || (node.domain === '' && blocks?.has(node.op) === true),
    replaced: (node) => node !== undefined && backwardOf(node) !== undefined,
    rule: (node) => {
      const backward = backwardOf(node);
      if (!backward && kept?.has(node.op) === false)
        throw new MissingRuleError(
          node,
          `the rule set ${name} has no rule for it; take other \`of\` and \`wrt\`, or other rules.`,
        );
      if (!backward) return demandRule(node);
      const exactly: Rule = { vjp: (call) => demandRule(node).vjp(call), jvp: (call) => demandRule(node).jvp(call) };
      return { ...exactly, vjp: (call) => backward(call, exactly.vjp) };
    },
  };
}

function demandKnown(graph: Graph, roles: Readonly<Record<string, readonly string[]>>): void {
  const known = new Set([...graph.inputs.map((value) => value.name), ...graph.initializers.keys()]);
  for (const node of graph.nodes) for (const output of node.outputs) if (output !== '') known.add(output);
  for (const [role, names] of Object.entries(roles))
    for (const name of names) {
      if (known.has(name)) continue;
      const around = graph.nodes.find((node) => subgraphs(node).some((body) => valueNames(body).has(name)));
      if (around)
        throw new Error(
          `\`${role}\` names a tensor "${name}" inside a body of ${around.op} "${around.name || around.outputs[0]}"; only tensors of the ` +
            'main graph can be differentiated. Choose a branch with `flattenIf`, unroll the loop, or make it an output of the body.',
        );
      throw new Error(
        `\`${role}\` names a tensor "${name}" that the model does not have; its inputs are ${graph.inputs.map((v) => v.name).join(', ')}, its outputs ${graph.outputs.map((v) => v.name).join(', ')}.`,
      );
    }
}

/** Refuses a new input that the model has already, as a derivative of a derivative may. */
export function newInput({ graph }: Model, name: string): string {
  if (graph.inputs.some((input) => input.name === name))
    throw new Error(
      `The model has an input "${name}" already, and the derivative needs one of that name; give another with \`tangent\` or \`cotangent\`, or rename the model's.`,
    );
  return name;
}

/** The model with the assumed sizes stated for its inputs; what it states for other tensors no longer holds then. */
function withShapes(model: Model, shapes: ShapeOverrides): Model {
  if (Object.keys(shapes).length === 0) return model;
  const inputs = model.graph.inputs.map((input) => {
    const shape = shapes[input.name];
    return shape && input.type ? { name: input.name, type: { dtype: input.type.dtype, shape } } : input;
  });
  return { ...model, graph: { ...model.graph, inputs, valueInfo: new Map() } };
}

/** The model whose bodies state no sizes, if sizes are assumed: what was stated need not hold then. */
function withPlainBodies(model: Model, shapes: ShapeOverrides): Model {
  if (Object.keys(shapes).length === 0 || model.graph.nodes.every((node) => subgraphs(node).length === 0)) return model;
  return { ...model, graph: { ...model.graph, nodes: model.graph.nodes.map(withoutShapes) } };
}

/** A node whose bodies state no sizes, but for scalars and what a Loop gives its body (number of the iteration, whether it goes on). */
function withoutShapes(node: Node): Node {
  if (subgraphs(node).length === 0) return node;
  const plain = (values: Graph['inputs'], kept = 0): ValueInfo[] =>
    values.map((value, i) => {
      const { name, type } = value;
      return i < kept || type?.shape?.length === 0 ? value : { name, type: type && { dtype: type.dtype, shape: null } };
    });
  const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => {
    if (attribute.type !== 'graph') return [name, attribute];
    const { proto: _, ...body } = attribute.value;
    const nodes = body.nodes.map(withoutShapes);
    const value = {
      ...body,
      nodes,
      inputs: plain(body.inputs, node.op === 'Loop' ? 2 : 0),
      outputs: plain(body.outputs),
      valueInfo: new Map(),
    };
    return [name, { type: 'graph', value }];
  });
  const { proto: _, ...rest } = node;
  return { ...rest, attributes: Object.fromEntries(attributes) };
}

/** The node's rule, or the error that names it. */
function demandRule(node: Node): Rule {
  const rule = ruleOf(node);
  if (!rule && isSequential(node))
    throw new MissingRuleError(
      node,
      'what is in the sequence, or at which position, is not known before the run; give constant positions and known sizes (`shapes`).',
    );
  if (!rule) throw new MissingRuleError(node);
  return rule;
}
