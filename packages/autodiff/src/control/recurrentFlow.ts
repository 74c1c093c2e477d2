import { bodyInputTypes, type Recurrence, type TensorType } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import { descendants, passage } from '../graph/ways.js';
import type { Stops } from './bodies.js';

/** Types of what the body is given. A dimension of a state that an iteration may change is unknown. */
export function givenTypes(e: Emitter, recurrence: Recurrence): ReadonlyMap<string, TensorType> {
  const { body } = recurrence;
  const results = (inputs: ReadonlyMap<string, TensorType>): (TensorType | null)[] => {
    const inner = e.inside(body, inputs);
    return body.outputs.map(({ name }) => inner.type(name));
  };
  return bodyInputTypes(recurrence, (name) => e.type(name), results);
}

/** What depends inside the body on tensors around it: through captures, slices and states, over any number of iterations. */
export function recurrentFlow(e: Emitter, recurrence: Recurrence, around: ReadonlySet<string>, stops: Stops): Set<string> {
  const { body, states, slices } = recurrence;
  const inner = e.inside(body, givenTypes(e, recurrence));
  const sources = new Set(around);
  for (const { whole, inner: name } of slices) if (around.has(whole)) sources.add(name);
  for (const { initial, inner: name } of states) if (around.has(initial)) sources.add(name);
  for (;;) {
    const reached = descendants(body, sources, passage(inner, stops));
    const more = states.filter((state) => reached.has(state.result) && !sources.has(state.inner));
    if (more.length === 0) return reached;
    for (const state of more) if (!inner.isDiscrete(state.inner)) sources.add(state.inner);
    if (more.every((state) => inner.isDiscrete(state.inner))) return reached;
  }
}
