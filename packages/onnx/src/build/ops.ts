/**
 * Operators as functions of a {@link GraphBuilder}: `relu(b, conv(b, x, w))`. Inputs and results are names of values. They take
 * care of what differs between versions of the operator set (axes as attributes or inputs).
 */
export * from './ops/elementwise.js';
export * from './ops/linear.js';
export * from './ops/reductions.js';
export * from './ops/shapes.js';
export * from './ops/windows.js';
