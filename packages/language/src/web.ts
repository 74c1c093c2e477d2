export * from './common.js';
export { type FetchedLanguageModel, type FetchLanguageOptions, fetchLanguageModel } from './model/fetchLanguageModel.web.js';
