export * from './encodeSafetensors.js';
export * from './manifest.js';
export * from './readParquet.js';
export * from './safetensors.js';
export * from './safetensorsHeader.js';
export * from './safetensorsTypes.js';
export * from './streamSafetensors.js';
export * from './tables.js';
