export {
  type Attribution,
  type AttributionGraphs,
  type AttributionGraphsOptions,
  attributionGraphs,
} from './attributionGraphs.js';
export * from './classEffects.js';
export * from './graphRunner.js';
export * from './heat.js';
export type { LrpChoice } from './lrpChoice.js';
export * from './pictureValues.js';
export {
  guidedGradient,
  type IntegratedGradients,
  type IntegratedGradientsOptions,
  integratedGradients,
  type PixelAttribution,
  type SmoothGradOptions,
  saliency,
  smoothGrad,
} from './pixels.js';
export * from './pooledActivations.js';
export { activationTimesGradient, gradCam, type PositionAttribution } from './positions.js';
export { type AttributionOptions, prepareAttribution } from './prepareAttribution.js';
export * from './relevance.js';
