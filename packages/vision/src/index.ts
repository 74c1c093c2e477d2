export * from './common.js';
export * from './picture/decode.node.js';
export * from './picture/encode.node.js';
