import type { Node } from '@incognita/onnx';
import { type AdjointOfPhases, adjointOfPhases } from '../emit/adjointOfPhases.js';
import { intOf } from '../emit/attributes.js';
import { isPhased, phasedMaxPoolGradient } from '../emit/phasedPool.js';
import { isPaddedAtRun, type Window, windowOf } from '../emit/window.js';
import type { VjpCall } from '../types.js';

/**
 * Convolution, ReLU, max-pool: the pool's cotangent goes to the convolution's input at once, by even and odd rows and columns
 * all the way. `g` must be zero where the pool's output is. False where that does not apply: then nothing was written.
 */
export function intoConvolution(call: VjpCall, window: Window, g: string): boolean {
  const { e, node } = call;
  const convolution = convolutionBefore(call);
  if (!convolution || !isPhased(e, node, window)) return false;
  const adjoint = adjointBefore(call, convolution);
  if (!adjoint) return false;
  call.contribute(convolution.inputs[0]!, adjoint.write(phasedMaxPoolGradient(e, node, window, g, adjoint.lead)));
  return true;
}

/** The convolution before the ReLU before a pool, if nothing else needs what is between. */
function convolutionBefore({ e, node, flows, observed, replaced }: VjpCall): Node | null {
  const relu = e.producer(node.inputs[0]!);
  const convolution = relu?.op === 'Relu' && relu.domain === '' ? e.producer(relu.inputs[0]!) : undefined;
  if (!relu || convolution?.op !== 'Conv' || convolution.domain !== '') return null;
  const isAlone = ({ outputs: [name] }: Node): boolean => {
    const next = e.consumers(name!).filter((reader) => reader.outputs.some(flows));
    return next.length === 1 && !observed(name!);
  };
  const isPlain = convolution.inputs.slice(1).every((input) => !flows(input)) && intOf(convolution, 'group', 1) === 1;
  return isPlain && isAlone(relu) && isAlone(convolution) && !replaced(relu) && !replaced(convolution) ? convolution : null;
}

function adjointBefore({ e }: VjpCall, convolution: Node): AdjointOfPhases | null {
  const [x, weight] = convolution.inputs as [string, string];
  const [, channels, ...from] = e.shape(x) ?? [];
  const to = e.shape(convolution.outputs[0]!)?.slice(2) ?? [];
  const known = [channels, ...from, ...to].every((size) => typeof size === 'number');
  if (!known || from.length !== 2 || e.values(weight) === null || isPaddedAtRun(e, convolution)) return null;
  const window = windowOf(e, convolution, e.dims(weight)!.slice(2));
  return adjointOfPhases(e, {
    weight,
    window,
    channels: channels as number,
    from: from as [number, number],
    to: to as [number, number],
  });
}
