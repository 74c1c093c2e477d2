export * from './build/builder.js';
export * from './types.js';
