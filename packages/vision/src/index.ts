export * from './classes/classNames.node.js';
export * from './common.js';
export * from './convolution/index.js';
export {
  LIVE_TASKS,
  type LiveAttributeArgs,
  type LiveFrameArgs,
  type LiveFrameResult,
  type LivePicture,
} from './live/live.task.node.js';
export * from './picture/decode.node.js';
export * from './picture/encode.node.js';
export * from './preprocessing/sidecar.node.js';
