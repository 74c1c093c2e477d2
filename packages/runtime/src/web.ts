export * from './common.js';
export { type BrowserProvider, lacksWebGpu, type OrtBuilds, type OrtFiles } from './web/browserEngine.web.js';
export {
  type BrowserEngineInfo,
  BrowserRunner,
  type BrowserRunnerOptions,
  type BrowserSession,
} from './web/browserRunner.web.js';
export {
  DEFAULT_LIMIT_BYTES,
  type FetchModelOptions,
  fetchModel,
  TooLargeForBrowserError,
} from './web/fetchModel.web.js';
export { sessionSource } from './web/sessionSource.web.js';
export { turn } from './web/turn.js';
