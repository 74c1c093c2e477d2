import type { TokenNetwork } from '../gpt/tokenNetwork.js';
import { NetworkBuilder } from '../network/networkBuilder.js';
import type { TrainingProblem } from '../training/problem.js';
import { problemOf } from './classification.js';

/**
 * Cross-entropy of the next token: inputs `input_ids` and `target`, both int64 [n, block]; the loss is the mean over all places of
 * −log p(target), in nats.
 *
 * @example train({ problem: nextToken(gpt({ vocabulary: 65, block: 64, layers: 4, heads: 4, width: 128 })), … })
 */
export function nextToken(network: TokenNetwork): TrainingProblem {
  const b = new NetworkBuilder('training');
  const { graph } = b;
  const logits = network.define(b, graph.input('input_ids', 'int64', ['n', network.block]));
  const target = graph.op('Unsqueeze', [graph.input('target', 'int64', ['n', network.block]), graph.i64([2])]);
  const own = graph.op('GatherElements', [graph.op('LogSoftmax', [logits], { axis: -1 }), target], { axis: 2 });
  graph.output(graph.op('Neg', [graph.op('ReduceMean', [own], { keepdims: 0 })]), 'float32', [], 'loss');
  return problemOf(b, graph.model(), []);
}
