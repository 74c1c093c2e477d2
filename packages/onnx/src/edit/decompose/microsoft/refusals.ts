import type { Node } from '../../../types.js';
import type { Rewrite } from '../../rewrite/context.js';

const PLAIN = 'Use the model before that fusion, or choose `of` and `wrt` so that the way between them does not pass it.';
const LEVEL = 'Save the model with graphOptimizationLevel "extended", which does not move tensors into a layout of this machine.';

const reasons: Readonly<Record<string, readonly [reason: string, remedy: string]>> = {
  MoE: ['it sends each token to a few experts, which depend on the data.', PLAIN],
  QMoE: ['it sends each token to a few experts, which depend on the data.', PLAIN],
  LongformerAttention: ['its windows and its global tokens have no plain form here.', PLAIN],
  SparseAttention: ['its blocks have no plain form here.', PLAIN],
  PackedAttention: ['its sequences lie one behind the other without padding.', 'Use the model before padding was removed.'],
  PackedMultiHeadAttention: [
    'its sequences lie one behind the other without padding.',
    'Use the model before padding was removed.',
  ],
  PagedAttention: ['its cache lies in pages.', PLAIN],
  Sampling: ['it draws tokens.', PLAIN],
  BeamSearch: ['it chooses tokens.', PLAIN],
  GreedySearch: ['it chooses tokens.', PLAIN],
  Unique: ['the size of its result depends on the data.', PLAIN],
  CropAndResize: ['its crops have no plain form here.', PLAIN],
  Rfft: ['its Fourier transform has no plain form here.', 'Export the model with the operator DFT.'],
  Irfft: ['its Fourier transform has no plain form here.', 'Export the model with the operator DFT.'],
  Inverse: ['the inverse of a matrix has no plain operator.', PLAIN],
};

/** What ONNX Runtime's layout stage writes (level "all"); how channels are blocked depends on the processor and is not in the file. */
const blocked = [
  'Conv',
  'MaxPool',
  'AveragePool',
  'GlobalMaxPool',
  'GlobalAveragePool',
  'ReorderInput',
  'ReorderOutput',
  'Upsample',
];

/** Operators that are known not to have a plain form, by `domain::operator`: they refuse with the reason and a remedy. */
export const refusals: ReadonlyMap<string, Rewrite> = new Map([
  ...Object.entries(reasons).map(([op, [reason, remedy]]): [string, Rewrite] => [
    `com.microsoft::${op}`,
    (c) => c.refuse(reason, remedy),
  ]),
  ...blocked.map((op): [string, Rewrite] => [
    `com.microsoft.nchwc::${op}`,
    (c) => c.refuse('its channels are in blocks whose size depends on the processor.', LEVEL),
  ]),
]);

/** Whether it is known that a node's operator has no plain form. */
export function isRefused({ domain, op }: Node): boolean {
  return refusals.has(`${domain}::${op}`);
}
