import type { Node } from '@incognita/onnx';

/**
 * Operators through which no gradient passes, rightly: their results are shapes, positions, truths, texts, windows or random numbers, or
 * constant between jumps. A way that has only such nodes is an error, not a zero.
 */
export const blocked: ReadonlySet<string> = new Set([
  'And',
  'ArgMax',
  'ArgMin',
  'Bernoulli',
  'BitCast',
  'BitShift',
  'BitwiseAnd',
  'BitwiseNot',
  'BitwiseOr',
  'BitwiseXor',
  'BlackmanWindow',
  'Ceil',
  'Constant',
  'ConstantOfShape',
  'Equal',
  'EyeLike',
  'Floor',
  'Greater',
  'GreaterOrEqual',
  'HammingWindow',
  'HannWindow',
  'Hardmax',
  'ImageDecoder',
  'IsInf',
  'IsNaN',
  'Less',
  'LessOrEqual',
  'MelWeightMatrix',
  'Multinomial',
  'NonMaxSuppression',
  'NonZero',
  'Not',
  'OptionalHasElement',
  'Or',
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'RegexFullMatch',
  'Round',
  'SequenceLength',
  'Shape',
  'Sign',
  'Size',
  'StringConcat',
  'StringNormalizer',
  'StringSplit',
  'TfIdfVectorizer',
  'Xor',
]);

/** Whether an operator's derivative is zero wherever it exists, or its results are not numbers that could vary. */
export function isBlocked(node: Node): boolean {
  return (node.domain === '' || node.domain === 'ai.onnx') && blocked.has(node.op);
}
