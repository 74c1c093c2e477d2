export * from './build/builder.js';
export { nodeKey } from './build/nodeKey.js';
export * as ops from './build/ops.js';
export { type Clamp, clamp } from './edit/clamp.js';
export * from './edit/compose.js';
export { convertFloats, type FloatType } from './edit/convertFloats.js';
export * from './edit/cut.js';
export {
  type DecomposeOptions,
  type Decomposition,
  decompose,
  decompositionOf,
  decompositions,
} from './edit/decompose/decompose.js';
export { isRefused } from './edit/decompose/microsoft/refusals.js';
export { computesQuantized, type DequantizeOptions, dequantize } from './edit/dequantize/dequantize.js';
export { dropUnused } from './edit/dropUnused.js';

export { extractConstants } from './edit/extractConstants.js';
export { type FlattenIfOptions, flattenIf } from './edit/flattenIf.js';
export { foldConstants } from './edit/foldConstants.js';
export { halveWeights } from './edit/halveWeights.js';
export { inlineFunctions } from './edit/inlineFunctions.js';
export { plainSequences, sequenceOperators } from './edit/plainSequences.js';
export { prefixNames, renameNode, renameValues } from './edit/renameValues.js';
export { rewire } from './edit/rewire.js';
export { CannotDecomposeError, type Rewrite, type RewriteAttributes, type RewriteContext } from './edit/rewrite/context.js';
export { type Expansion, expandNode, type Surroundings } from './edit/rewrite/expandNode.js';
export { removeIdentities, simplify } from './edit/simplify.js';
export { specialize } from './edit/specialize.js';
export * from './edit/tap.js';
export { type UnrollOptions, unrollLoops } from './edit/unrollLoops.js';
export { upgradeOpset } from './edit/upgrade/upgrade.js';
export * from './errors.js';
export { opset } from './inspect/opset.js';
export { type ModelSummary, parameterCount, summary } from './inspect/summary.js';
export * from './layers/classOutput.js';
export { discoverLayers, type Layer } from './layers/discover.js';
export * from './layers/find.js';
export * from './layers/imageInput.js';
export { type LayerPlace, layerGraph } from './layers/layerGraph.js';
export { editDistance, nearestNames } from './nearest.js';
export { demandPlausibleAxes } from './plausible.js';
export { byteLengthOf, dataTypeOf } from './proto/dataTypes.js';
export { NEWEST_IR_VERSION, read } from './read/read.js';
export { type Recurrence, recurrenceOf, type Sliced, type Stacked, type State } from './recurrence.js';
export type { PartialValue } from './shapes/context.js';
export { bodyInputTypes } from './shapes/control.js';
export { DimAlgebra } from './shapes/dims.js';
export { type Inference, infer, inferBody, inferShapes, type ShapeOverrides } from './shapes/infer.js';
export { constantOfNode, constantTensor, numbersOf } from './tensor/constants.js';
export { type ExternalFiles, readTensor, type TensorArray, tensorBytes } from './tensor/readTensor.js';
export * from './types.js';
export { makers, outerReferences, readers, reads, subgraphs, valueNames } from './walk.js';
export type { ExternalOptions } from './write/tensor.js';
export { type WriteOptions, write } from './write/write.js';
