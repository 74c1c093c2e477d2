export * from './common.js';
export { findDecoderFile, type OpenLanguageOptions, openLanguageModel } from './model/openLanguageModel.node.js';
