import type { Rewrite } from '../rewrite/context.js';
import * as attributes from './attributes.js';
import { aligned, slopes } from './broadcasting.js';
import { flattening } from './flattening.js';
import * as inputs from './inputs.js';
import { batchNormalization } from './normalization.js';
import * as resizing from './resizing.js';

/** What an operator that changed needs: nodes of operator sets before `before` are rewritten. */
export interface Upgrade {
  readonly before: number;
  readonly rewrite: Rewrite;
}

function all(before: number, rewrite: Rewrite, ...operators: string[]): [string, Upgrade][] {
  return operators.map((op) => [op, { before, rewrite }]);
}

/**
 * The operators of the default domain whose nodes mean something else, or are no longer valid, in a later operator set. All others
 * only grew.
 *
 * Source: the history of each operator, onnx/onnx docs/Changelog.md.
 */
export const upgrades: ReadonlyMap<string, Upgrade> = new Map([
  ...all(2, attributes.exponent, 'GlobalLpPool', 'LpPool'),
  ...all(4, attributes.concat, 'Concat'),
  ...all(5, inputs.reshape, 'Reshape'),
  ...all(6, attributes.cast, 'Cast'),
  ...all(6, attributes.selu, 'Selu'),
  ...all(6, inputs.tile, 'Tile'),
  ...all(7, aligned, 'Add', 'And', 'Div', 'Equal', 'Greater', 'Less', 'Mul', 'Or', 'Pow', 'Sub', 'Xor'),
  ...all(7, attributes.stripped, 'Gemm'),
  ...all(7, slopes, 'PRelu'),
  ...all(9, attributes.scan, 'Scan'),
  ...all(10, inputs.slice, 'Slice'),
  ...all(10, inputs.topK, 'TopK'),
  ...all(10, resizing.upsample, 'Upsample'),
  ...all(11, inputs.clip, 'Clip'),
  ...all(11, inputs.pad, 'Pad'),
  ...all(11, attributes.scatter, 'Scatter'),
  ...all(12, inputs.dropout, 'Dropout'),
  ...all(13, inputs.axes, 'ReduceSum', 'Squeeze', 'Unsqueeze'),
  ...all(13, flattening, 'Hardmax', 'LogSoftmax', 'Softmax'),
  ...all(13, resizing.resize, 'Resize'),
  ...all(14, batchNormalization, 'BatchNormalization'),
  ...all(16, attributes.roiAlign, 'RoiAlign'),
  ...all(18, inputs.axes, 'ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin'),
  ...all(18, inputs.axes, 'ReduceProd', 'ReduceSumSquare'),
  ...all(18, inputs.split, 'Split'),
  ...all(20, attributes.dft, 'DFT'),
  ...all(20, attributes.gridSample, 'GridSample'),
  ...all(21, attributes.groupNormalization, 'GroupNormalization'),
]);
