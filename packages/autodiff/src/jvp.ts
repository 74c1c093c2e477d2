import type { Model, ShapeOverrides, ValueInfo } from '@incognita/onnx';
import { finish, type Result } from './graph/finish.js';
import { pushForward } from './graph/forward.js';
import { newInput, prepare, unmoved } from './graph/problem.js';
import { exact } from './rulesets/ruleSet.js';
import type { Form } from './types.js';
import { keepResults, list } from './vjp.js';

/** Options of {@link jvp}. */
export interface JvpOptions {
  /** The tensors whose change is asked for. */
  readonly of: string | readonly string[];
  /** The tensors that are changed. */
  readonly wrt: string | readonly string[];
  /** Names of the tangent inputs by tensor of `wrt`; default `tangent:<wrt>`. */
  readonly tangent?: Readonly<Record<string, string>>;
  /** Tensors of the forward pass to give out beside the tangents. */
  readonly keep?: readonly string[];
  /** Default `cpu`. */
  readonly form?: Form;
  /**
   * Sizes to assume for inputs, by name, as for `inferShapes`: the graph is then written for these sizes, without shape
   * arithmetic and with ONNX Runtime's blocked layout throughout (measurably faster). Symbols may stay: `['n', 3, 96, 96]`.
   */
  readonly shapes?: ShapeOverrides;
  /**
   * Many tangents for one primal: the model runs once with batch 1, the tangents have a batch k of their own as axis 0,
   * and so have the results. Axis 0 must be the batch throughout (no operator mixes it with others). Default false.
   */
  readonly repeat?: boolean;
}

/**
 * Forward mode: a model that computes Σ ∂of/∂wrt · tangent.
 *
 * Inputs: those of the model on which `of` depends, and `tangent:<wrt>` of the shape of each `wrt` (with `repeat`: [k, …]
 * against [1, …]). Outputs: `tangent:<of>` and the tensors of `keep`.
 *
 * Source: A. Griewank and A. Walther, Evaluating Derivatives (2008), chapter 3.1.
 *
 * @throws MissingRuleError where an operator on the way has no rule; NoPathError where `of` does not depend on `wrt`.
 * @example
 * // The linear effect of each of k positions of a layer on every logit, in one run:
 * const effect = jvp(model, { of: 'logits', wrt: 'fire8', repeat: true });
 */
export function jvp(model: Model, options: JvpOptions): Model {
  const of = list(options.of);
  const wrt = list(options.wrt);
  const repeat = options.repeat ?? false;
  const { e, ways, derivation, types } = prepare(
    model,
    of,
    wrt,
    { form: options.form ?? 'cpu', repeat, shapes: options.shapes ?? {} },
    { rules: exact, seen: options.keep ?? [] },
  );
  const typeOf = (name: string): ValueInfo['type'] & object => {
    const type = types.get(name) ?? { dtype: 'float32', shape: null };
    return repeat && type.shape ? { ...type, shape: ['tangents', ...type.shape.slice(1)] } : type;
  };
  const inputs = wrt.map((name): ValueInfo => {
    const input = newInput(model, options.tangent?.[name] ?? `tangent:${name}`);
    return { name: input, type: typeOf(name) };
  });
  e.builder.reserve(inputs.map((input) => input.name));
  for (const { name, type } of inputs) e.declare(name, type!);
  const tangents = pushForward(e, ways, new Map(wrt.map((name, i) => [name, inputs[i]!.name])), derivation);
  const results: Result[] = of.map((name) => ({
    tensor: tangents.get(name) ?? unmoved(name, wrt),
    as: { name: `tangent:${name}`, type: typeOf(name) },
  }));
  return finish(e, [...results, ...keepResults(types, options.keep ?? [])], inputs, of);
}
