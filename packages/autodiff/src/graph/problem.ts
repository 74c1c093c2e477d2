import {
  flattenIf,
  infer,
  inlineFunctions,
  type Model,
  type Node,
  type ShapeOverrides,
  type TensorType,
  upgradeOpset,
} from '@incognita/onnx';
import { Emitter, type EmitterOptions } from '../emit/emitter.js';
import { MissingRuleError, NoPathError } from '../errors.js';
import { isBlocked, ruleOf } from '../registry.js';
import { exact, type RuleSet } from '../rulesets/ruleSet.js';
import type { Rule } from '../types.js';
import { plainOnTheWay } from './plain.js';
import { type Ways, waysBetween } from './ways.js';

/** A model prepared for differentiation between `wrt` and `of`. */
export interface Problem {
  readonly e: Emitter;
  /** What lies between `wrt` and `of`. */
  readonly ways: Ways;
  readonly types: ReadonlyMap<string, TensorType>;
}

/** Finds the ways between `wrt` and `of`, and refuses tensors that are not there or do not depend on each other. */
export function prepare(
  given: Model,
  of: readonly string[],
  wrt: readonly string[],
  options: EmitterOptions,
  { rules, seen }: { readonly rules: RuleSet; readonly seen: readonly string[] } = { rules: exact, seen: [] },
): Problem {
  const plain = plainOnTheWay(modern(given, options.shapes), of, wrt, options.shapes);
  const model = rules.prepare?.(plain, new Set([...of, ...wrt, ...seen])) ?? plain;
  const { graph } = model;
  if (of.length === 0 || wrt.length === 0) throw new Error('Name at least one tensor in `of` and one in `wrt`.');
  const known = new Set([...graph.inputs.map((value) => value.name), ...graph.initializers.keys()]);
  for (const node of graph.nodes) for (const output of node.outputs) if (output !== '') known.add(output);
  for (const [role, names] of Object.entries({ of, wrt }))
    for (const name of names)
      if (!known.has(name))
        throw new Error(
          `\`${role}\` names a tensor "${name}" that the model does not have; its inputs are ${graph.inputs.map((v) => v.name).join(', ')}, its outputs ${graph.outputs.map((v) => v.name).join(', ')}.`,
        );
  const inference = infer(model, options.shapes);
  const e = new Emitter(withShapes(model, options.shapes), inference, options);
  const stops = (node: Node): boolean => isBlocked(node) || (node.domain === '' && rules.blocks?.has(node.op) === true);
  const ways = waysBetween(graph, of, wrt, (name) => e.isDiscrete(name), stops);
  for (const name of of) if (!ways.varies.has(name)) unmoved(name, wrt, graph.nodes.filter(stops));
  return { e, ways, types: inference.types };
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
  return upgradeOpset(flattenIf(inlineFunctions(model), shapes), 18, shapes);
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

/** The node's rule, or the error that names it. */
export function demandRule(node: Node): Rule {
  const rule = ruleOf(node);
  if (!rule) throw new MissingRuleError(node);
  return rule;
}
