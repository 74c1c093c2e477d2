import { adamAscent, adamState } from './adam.js';
import { nadamAscent, nadamState } from './nadam.js';
import type { RenderArgs } from './renderArgs.js';

/** Takes a step uphill in place; `step` counts from 1. */
export type Climb = (parameters: Float32Array, gradient: Float32Array, step: number) => void;

/** The optimizer that a render asks for, with moments for this many parameters. */
export function climber({ renderer, ...args }: RenderArgs, size: number): Climb {
  const maco = renderer.parameterization.kind === 'maco';
  const learningRate = args.learningRate ?? (maco ? 1 : 0.05);
  if ((args.optimizer ?? (maco ? 'nadam' : 'adam')) === 'nadam') {
    const state = nadamState(size);
    return (parameters, gradient, step) => nadamAscent(parameters, gradient, state, step, learningRate);
  }
  const state = adamState(size);
  return (parameters, gradient, step) => adamAscent(parameters, gradient, state, step, learningRate);
}
