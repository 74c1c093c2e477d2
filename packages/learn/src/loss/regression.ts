import type { Network } from '../network/network.js';
import { NetworkBuilder } from '../network/networkBuilder.js';
import type { TrainingProblem } from '../training/problem.js';
import { problemOf } from './classification.js';

/** Mean squared error: inputs `input` [n, …] and `target` [n, outputs]; the loss is the mean over the batch and the outputs. */
export function regression(network: Network): TrainingProblem {
  const b = new NetworkBuilder('training');
  const { graph } = b;
  const output = network.define(b, graph.input('input', 'float32', ['n', ...network.inputShape]));
  const difference = graph.op('Sub', [output, graph.input('target', 'float32', ['n', network.outputs])]);
  graph.output(graph.op('ReduceMean', [graph.op('Mul', [difference, difference])], { keepdims: 0 }), 'float32', [], 'loss');
  return problemOf(b, graph.model(), []);
}
