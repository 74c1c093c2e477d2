import type { Model } from '@incognita/onnx';
import type { Network } from '../network/network.js';
import { NetworkBuilder } from '../network/networkBuilder.js';
import type { TrainingProblem } from '../training/problem.js';

/** Options of {@link classification}. */
export interface ClassificationOptions {
  /** Share of the target that is spread evenly over all classes; default 0. Source: Szegedy et al. 2016, section 7. */
  readonly labelSmoothing?: number;
}

/**
 * Cross-entropy of a classifier: inputs `input` [n, …] and `label` int64 [n, 1]; the loss is the batch's mean of
 * −(1 − s) log p(label) − s · mean over classes of log p; the metric `hits` counts examples whose highest score is their label's.
 */
export function classification(network: Network, { labelSmoothing = 0 }: ClassificationOptions = {}): TrainingProblem {
  const b = new NetworkBuilder('training');
  const { graph } = b;
  const logits = network.define(b, graph.input('input', 'float32', ['n', ...network.inputShape]));
  const label = graph.input('label', 'int64', ['n', 1]);
  const logProbability = graph.op('LogSoftmax', [logits], { axis: -1 });
  const own = graph.op('ReduceMean', [graph.op('GatherElements', [logProbability, label], { axis: 1 })], { keepdims: 0 });
  const every = graph.op('ReduceMean', [logProbability], { keepdims: 0 });
  const weighted = (value: string, weight: number): string => graph.op('Mul', [value, graph.f32(-weight)]);
  const loss =
    labelSmoothing === 0
      ? weighted(own, 1)
      : graph.op('Add', [weighted(own, 1 - labelSmoothing), weighted(every, labelSmoothing)]);
  graph.output(loss, 'float32', [], 'loss');
  const right = graph.op('Equal', [graph.op('ArgMax', [logits], { axis: 1, keepdims: 1 }), label]);
  graph.output(graph.op('ReduceSum', [graph.op('Cast', [right], { to: FLOAT })], { keepdims: 0 }), 'float32', [], 'hits');
  return problemOf(b, graph.model(), ['hits']);
}

const FLOAT = 1;

/** What a builder that wrote a loss has collected. */
export function problemOf(b: NetworkBuilder, model: Model, metrics: readonly string[]): TrainingProblem {
  return { model, loss: 'loss', metrics, parameters: b.parameters, statistics: b.statistics, masks: b.masks, noise: b.noises };
}
