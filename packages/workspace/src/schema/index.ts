export * from './manifest.js';
export * from './tables.js';
