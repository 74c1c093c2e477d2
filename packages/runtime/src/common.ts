export type { EngineChoice, EngineInfo, EngineName, WeightFile } from './engine/engine.js';
export { EngineUnavailableError } from './engine/engine.js';
export { jacobiEigen } from './jacobiEigen.js';
export { checkFeeds, FeedError } from './model/feeds.js';
export * from './random.js';
export type { ModelSource, SessionOptions, SessionSource, WorkerSession } from './session/source.js';
export * from './tensor.js';
export type { Task, TaskContext, TaskRef } from './worker/task.js';
