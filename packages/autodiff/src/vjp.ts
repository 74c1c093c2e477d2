import type { Model, ShapeOverrides, ValueInfo } from '@incognita/onnx';
import { shapeOf } from './emit/shapes.js';
import { NoPathError } from './errors.js';
import { finish, type Result } from './graph/finish.js';
import { newInput, prepare } from './graph/problem.js';
import { pullBack } from './graph/reverse.js';
import { chooseRules, type RuleChoice } from './rulesets/chooseRules.js';
import type { Form } from './types.js';

/** Options of {@link vjp}. */
export interface VjpOptions {
  /** The tensors to differentiate. */
  readonly of: string | readonly string[];
  /** The tensors to differentiate by: inputs, weights, or anything between. */
  readonly wrt: string | readonly string[];
  /** Names of the cotangent inputs by tensor of `of`; default `cotangent:<of>`. */
  readonly cotangent?: Readonly<Record<string, string>>;
  /** Tensors of the forward pass to give out beside the gradients. */
  readonly keep?: readonly string[];
  /** Default `cpu`. */
  readonly form?: Form;
  /**
   * Sizes to assume for inputs, by name, as for `inferShapes`: the graph is then written for these sizes, without shape
   * arithmetic and with ONNX Runtime's blocked layout throughout (measurably faster). Symbols may stay: `['n', 3, 96, 96]`.
   */
  readonly shapes?: ShapeOverrides;
  /** `input`: cotangents are inputs (default). `ones`: every cotangent is one, the gradient of the sum of `of`. */
  readonly seed?: 'input' | 'ones';
  /**
   * How cotangents go back: exactly (default), or by another rule set, by name or with options; several that concern
   * different operators as a list.
   */
  readonly rules?: RuleChoice;
}

/**
 * Reverse mode: a model that computes Σ cotangentᵀ · ∂of/∂wrt.
 *
 * Inputs: those of the model on which `of` depends, and one of the shape of each `of`, named `cotangent:<of>`. Outputs:
 * `grad:<wrt>` of the shape of each `wrt`, and the tensors of `keep`. Weights are shared with the given model, nodes that
 * the results do not need are left out.
 *
 * Source: A. Griewank and A. Walther, Evaluating Derivatives (2008), chapter 3.2.
 *
 * @throws MissingRuleError where an operator on the way has no rule; NoPathError where `of` does not depend on `wrt`.
 * @example
 * const gradient = vjp(model, { of: 'logits', wrt: 'image' });
 * // inputs: image, cotangent:logits; output: grad:image
 */
export function vjp(model: Model, options: VjpOptions): Model {
  const of = list(options.of);
  const wrt = list(options.wrt);
  const rules = chooseRules(options.rules ?? 'exact');
  const { e, ways, derivation, types } = prepare(
    model,
    of,
    wrt,
    { form: options.form ?? 'cpu', repeat: false, shapes: options.shapes ?? {} },
    { rules, seen: options.keep ?? [] },
  );
  const inputs: ValueInfo[] = [];
  const seeds = of.map((name): readonly [string, string] => {
    if (options.seed === 'ones') return [name, e.op('Expand', [e.scalar(1, name), shapeOf(e, name)])];
    const input = newInput(model, options.cotangent?.[name] ?? `cotangent:${name}`);
    inputs.push({ name: input, type: types.get(name) ?? { dtype: 'float32', shape: null } });
    e.builder.reserve([input]);
    e.declare(input, inputs.at(-1)!.type!);
    return [name, input];
  });
  const total = pullBack({ e, ways, seeds, observed: new Set([...of, ...wrt]), derivation });
  const results = wrt.map((name): Result => {
    const cotangent = total(name);
    if (cotangent === null)
      throw new NoPathError(
        `With the rules of ${rules.name} nothing reaches "${name}" from ${of.join(', ')}; leave it out of \`wrt\`.`,
      );
    return {
      tensor: rules.result?.write(e, name, cotangent) ?? cotangent,
      as: { name: `${rules.result?.prefix ?? 'grad'}:${name}`, type: types.get(name) ?? { dtype: 'float32', shape: null } },
    };
  });
  return finish(e, [...results, ...keepResults(types, options.keep ?? [])], inputs, of);
}

/** The forward tensors to give out. */
export function keepResults(types: ReadonlyMap<string, ValueInfo['type'] & object>, keep: readonly string[]): Result[] {
  return keep.map((name) => ({ tensor: name, as: { name, type: types.get(name) ?? { dtype: 'float32', shape: null } } }));
}

/** One name or several. */
export function list(names: string | readonly string[]): readonly string[] {
  return typeof names === 'string' ? [names] : names;
}
