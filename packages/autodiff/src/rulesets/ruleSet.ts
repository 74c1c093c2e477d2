import type { Model } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import { poolsBeforeConcats } from '../graph/poolsBeforeConcats.js';
import type { Rule, VjpCall } from '../types.js';

/** A backward rule that stands in for the exact one, which it may use. */
export type BackwardRule = (call: VjpCall, exact: Rule['vjp']) => readonly (string | null)[];

/** How cotangents go back through a model: exactly but for the operators that have a rule here. */
export interface RuleSet {
  readonly name: string;
  /** Rules by operator of the default domain. */
  readonly rules: Readonly<Record<string, BackwardRule>>;
  /** Operators that keep their exact rule; default all. One that is neither here nor in `rules` is refused. */
  readonly exactly?: ReadonlySet<string>;
  /** Operators through which nothing is to pass, beside those whose derivative is zero. */
  readonly blocks?: ReadonlySet<string>;
  /** Rewrites the model beforehand; the tensors in `seen` must keep their names and values. */
  readonly prepare?: (model: Model, seen: ReadonlySet<string>) => Model;
  /** What is given out for a tensor of `wrt`; default: its cotangent, named `grad:<wrt>`. */
  readonly result?: { readonly prefix: string; write(e: Emitter, tensor: string, cotangent: string): string };
}

/** The rule set of derivatives. */
export const exact: RuleSet = { name: 'exact', rules: {}, prepare: poolsBeforeConcats };
