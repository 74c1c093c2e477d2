export * from './expression.js';
export * from './objective.js';
export * from './terms.js';
