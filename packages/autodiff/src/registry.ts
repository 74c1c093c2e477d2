import { decompositionOf, type Node } from '@incognita/onnx';
import * as activation from './rules/activation.js';
import * as arithmetic from './rules/arithmetic.js';
import * as batchNormalization from './rules/batchNormalization.js';
import { isBlocked } from './rules/blocked.js';
import * as clip from './rules/clip.js';
import * as control from './rules/control.js';
import * as convolution from './rules/convolution.js';
import * as cutting from './rules/cutting.js';
import * as dropout from './rules/dropout.js';
import * as einsum from './rules/einsum.js';
import * as elementary from './rules/elementary.js';
import * as extremum from './rules/extremum.js';
import * as indexing from './rules/indexing.js';
import * as linear from './rules/linear.js';
import * as matrices from './rules/matrices.js';
import * as normalization from './rules/normalization.js';
import * as padding from './rules/padding.js';
import * as pooling from './rules/pooling.js';
import * as power from './rules/power.js';
import * as powerPool from './rules/powerPool.js';
import * as quantization from './rules/quantization.js';
import * as range from './rules/range.js';
import * as reduction from './rules/reduction.js';
import * as sampling from './rules/sampling.js';
import * as scatter from './rules/scatter.js';
import * as select from './rules/select.js';
import * as selection from './rules/selection.js';
import * as spatial from './rules/spatial.js';
import * as spectrum from './rules/spectrum.js';
import * as structure from './rules/structure.js';
import * as unfolding from './rules/unfolding.js';
import type { Rule } from './types.js';

const standard: Readonly<Record<string, Rule>> = {
  ...activation,
  ...arithmetic,
  ...batchNormalization,
  ...clip,
  ...control,
  ...convolution,
  ...cutting,
  ...dropout,
  ...einsum,
  ...elementary,
  ...extremum,
  ...indexing,
  ...linear,
  ...matrices,
  ...normalization,
  ...padding,
  ...pooling,
  ...power,
  ...quantization,
  ...powerPool,
  ...range,
  ...reduction,
  ...sampling,
  ...scatter,
  ...select,
  ...selection,
  ...spatial,
  ...spectrum,
  ...structure,
  ...unfolding,
};

/** Rules of the default domain by operator. */
export const rules: ReadonlyMap<string, Rule> = new Map(Object.entries(standard));

/** The rule of a node's operator, if there is one. */
export function ruleOf(node: Node): Rule | undefined {
  return node.domain === '' || node.domain === 'ai.onnx' ? rules.get(node.op) : undefined;
}

/** Whether a node has no rule of its own, but can be written in operators that have. */
export function isComposite(node: Node): boolean {
  return ruleOf(node) === undefined && !isBlocked(node) && decompositionOf(node) !== undefined;
}
