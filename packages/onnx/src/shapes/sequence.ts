import type { ShapeRule } from './context.js';

/** Sequences and optional values are no tensors, and what is in them is not followed: nothing is known of these outputs. */
export const untyped: ShapeRule = () => [];

/** How many tensors a sequence holds. */
export const sequenceLength: ShapeRule = () => [{ dtype: 'int64', shape: [] }];

/** Whether there is a value. */
export const optionalHasElement: ShapeRule = () => [{ dtype: 'bool', shape: [] }];

/** The value, where the input is a tensor itself. */
export const optionalGetElement: ShapeRule = (c) => [c.type(0)];
