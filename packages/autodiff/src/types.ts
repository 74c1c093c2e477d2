import type { Node } from '@incognita/onnx';
import type { Emitter } from './emit/emitter.js';
import type { Flow } from './emit/rectified.js';

/**
 * For which engine the graph is written. `cpu` picks the forms measured fastest on ONNX Runtime's CPU kernels; `portable`
 * uses only operators that its WebGPU kernels have too (no MaxPool Indices, Sign, SpaceToDepth, LRN …).
 */
export type Form = 'cpu' | 'portable';

/** What a backward rule is given. */
export interface VjpCall extends Flow {
  readonly node: Node;
  /** Cotangent of the first output; only defined where the first output has one (rules with one output rely on it). */
  readonly g: string;
  /** Cotangent of every output; null where nothing depends on that output. */
  readonly cotangents: readonly (string | null)[];
  /** Whether anybody asks for the gradient of the i-th input. */
  needs(input: number): boolean;
  /** Adds to the cotangent of a tensor further up than the node's own inputs. */
  contribute(name: string, cotangent: string): void;
  /** The derivation that this is a part of, for the nodes of the node's own bodies. */
  readonly derivation: Derivation;
}

/** What a forward rule is given. */
export interface JvpCall {
  readonly e: Emitter;
  readonly node: Node;
  /** Tangent of every input; null where the input does not depend on `wrt`. */
  readonly tangents: readonly (string | null)[];
  /** Tangent of any tensor around the node's bodies; null where it does not depend on `wrt`. */
  tangent(name: string): string | null;
  /** The derivation that this is a part of, for the nodes of the node's own bodies. */
  readonly derivation: Derivation;
}

/** Which rules a derivation follows. */
export interface Derivation {
  /** The rule of a node; throws MissingRuleError where there is none. */
  rule(node: Node): Rule;
  /** Whether a node passes nothing on. */
  stops(node: Node): boolean;
  /** Whether the rule of a node is another than the exact one. */
  replaced(node: Node | undefined): boolean;
}

/** The derivative of one operator, backwards (one gradient an input) and forwards (one tangent an output). */
export interface Rule {
  readonly vjp: (call: VjpCall) => readonly (string | null)[];
  readonly jvp: (call: JvpCall) => readonly (string | null)[];
}
