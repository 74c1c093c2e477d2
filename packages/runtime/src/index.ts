export { describeEngine, type EngineReport } from './doctor/describe.node.js';
export type { EngineChoice, EngineInfo, EngineName, WeightFile } from './engine/engine.js';
export { EngineUnavailableError } from './engine/engine.js';
export { jacobiEigen } from './jacobiEigen.js';
export { FeedError } from './model/feeds.js';
export {
  type GradientOptions,
  type ModelSession,
  type OpenModel,
  type OpenModelOptions,
  openModel,
  type RunOptions,
  type TapOptions,
} from './model/openModel.node.js';
export * from './random.js';
export { type LoadOptions, loadModelSource, type ModelBytes, type ModelInput } from './session/loadModelSource.node.js';
export { sessionSource } from './session/sessionSource.node.js';
export type { ModelSource, SessionOptions, SessionSource, WorkerSession } from './session/source.js';
export * from './tensor.js';
export { WorkerCrashError } from './worker/errors.js';
export { type RunTaskOptions, WorkerPool, type WorkerPoolOptions } from './worker/pool.node.js';
export type { Task, TaskContext, TaskRef } from './worker/task.js';
