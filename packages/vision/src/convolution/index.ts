export * from './dotProduct.js';
export * from './explainUnit.js';
export * from './sliceSources.js';
export * from './slidingWindow.js';
export * from './traceUnit.js';
