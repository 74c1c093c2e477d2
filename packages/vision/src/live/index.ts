export {
  LIVE_METHODS,
  type LiveAttribution,
  type LiveAttributionRequest,
} from './liveAttribution.js';
export { type LayerCard, type LiveCard, liveCard } from './liveCard.js';
export { type FramePlan, type LiveFrame, liveFrame } from './liveFrame.js';
export { type LiveLayer, LiveNetwork } from './liveNetwork.js';
export { orderedValues, type PackedMaps, packMaps } from './packMaps.js';
