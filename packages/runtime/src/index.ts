export * from './common.js';
export { describeEngine, type EngineReport } from './doctor/describe.node.js';
export {
  type GradientOptions,
  type ModelSession,
  type OpenModel,
  type OpenModelOptions,
  openModel,
  type RunOptions,
  type TapOptions,
} from './model/openModel.node.js';
export { type LoadOptions, loadModelSource, type ModelBytes, type ModelInput } from './session/loadModelSource.node.js';
export { sessionSource } from './session/sessionSource.node.js';
export { WorkerCrashError } from './worker/errors.js';
export { type RunTaskOptions, WorkerPool, type WorkerPoolOptions } from './worker/pool.node.js';
