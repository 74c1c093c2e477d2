import type { Graph, Node } from '@incognita/onnx';
import { shapeOf, zerosLike } from '../emit/shapes.js';
import { MissingRuleError } from '../errors.js';
import { pushForward } from '../graph/forward.js';
import { pullBack } from '../graph/reverse.js';
import { passage, waysBetween } from '../graph/ways.js';
import type { JvpCall, VjpCall } from '../types.js';
import { bodyOf, captures } from './bodies.js';
import { closeBody, cutBody, typed } from './closeBody.js';

const BRANCHES = ['then_branch', 'else_branch'] as const;

/** Backwards: an If whose branches give the gradients of what they took from around them. */
export function reverseIf(call: VjpCall): readonly null[] {
  const { e, node, cotangents, derivation } = call;
  const wanted = captures(node).filter((name) => call.flows(name));
  const walked = branches(node).map((branch) => {
    const inner = e.inside(branch);
    const seeds = branch.outputs.flatMap(({ name }, i): [string, string][] => (cotangents[i] ? [[name, cotangents[i]]] : []));
    const targets = seeds.map(([name]) => name);
    const ways = waysBetween(branch, targets, wanted, passage(inner, derivation.stops));
    const observed = new Set([...targets, ...wanted]);
    const total = pullBack({ e: inner, ways, seeds: seeds.filter(([name]) => ways.varies.has(name)), observed, derivation });
    return { inner, gradients: new Map(wanted.map((name) => [name, total(name)])) };
  });
  const names = wanted.filter((name) => walked.some(({ gradients }) => gradients.get(name)));
  const bodies = walked.map(({ inner, gradients }) => {
    const results = names.map((name) => ({
      tensor: gradients.get(name) ?? inner.op('Expand', [inner.scalar(0, name), shapeOf(inner, name)]),
      type: typed(inner, name),
    }));
    return closeBody(inner, cutBody(inner, results), []);
  });
  for (const [i, gradient] of choose(call, bodies, names.length).entries()) call.contribute(names[i]!, gradient);
  return node.inputs.map(() => null);
}

/** Forwards: an If whose branches give the tangents of their outputs. */
export function forwardIf(call: JvpCall): readonly (string | null)[] {
  const { e, node, derivation } = call;
  const around = new Map<string, string>();
  for (const name of captures(node)) {
    const tangent = call.tangent(name);
    if (tangent) around.set(name, tangent);
  }
  if (around.size === 0) return node.outputs.map(() => null);
  const walked = branches(node).map((branch) => {
    const inner = e.inside(branch);
    const ways = waysBetween(
      branch,
      branch.outputs.map((output) => output.name),
      around.keys(),
      passage(inner, derivation.stops),
    );
    const tangents = pushForward(inner, ways, around, derivation);
    return { branch, inner, tangents: branch.outputs.map(({ name }) => tangents.get(name) ?? null) };
  });
  const which = node.outputs.map((_, i) => i).filter((i) => walked.some(({ tangents }) => tangents[i]));
  const [beside] = around.values();
  const bodies = walked.map(({ branch, inner, tangents }) => {
    const results = which.map((i) => {
      const { name } = branch.outputs[i]!;
      return { tensor: tangents[i] ?? zerosLike(inner, name, beside!), type: typed(inner, name) };
    });
    return closeBody(inner, cutBody(inner, results), []);
  });
  const made = choose(call, bodies, which.length);
  return node.outputs.map((_, i) => (which.includes(i) ? made[which.indexOf(i)]! : null));
}

function branches(node: Node): Graph[] {
  return BRANCHES.map((name) => {
    const branch = bodyOf(node, name);
    if (!branch) throw new MissingRuleError(node, `it has no ${name}.`);
    return branch;
  });
}

function choose({ e, node }: VjpCall | JvpCall, bodies: readonly Graph[], count: number): string[] {
  if (count === 0) return [];
  const attributes = Object.fromEntries(BRANCHES.map((name, i) => [name, { type: 'graph', value: bodies[i]! } as const]));
  return e.builder.ops('If', [node.inputs[0]!], count, attributes);
}
