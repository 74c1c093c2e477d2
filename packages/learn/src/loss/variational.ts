import type { Autoencoder } from '../network/autoencoder.js';
import { NetworkBuilder } from '../network/networkBuilder.js';
import type { TrainingProblem } from '../training/problem.js';
import { problemOf } from './classification.js';

/** Options of {@link variational}. */
export interface VariationalOptions {
  /** Factor of the divergence; default 1. Source: Higgins et al. 2017, beta-VAE. */
  readonly divergenceWeight?: number;
}

/**
 * The loss of a variational autoencoder: inputs `input` [n, …]; the mean over the batch of
 * ½ Σ (input − output)² + w · ½ Σ (mean² + variance − 1 − log variance), with output = decode(mean + deviation · noise).
 * Noise is drawn by the run's seed, other for each example and step. Metrics, sums over the batch: `reconstruction`, `divergence`.
 *
 * Source: Kingma and Welling 2014, Auto-Encoding Variational Bayes, equation 10 and appendix B, with a Gaussian of unit variance at the output.
 *
 * @example train({ problem: variational(denseAutoencoder({ inputShape: [3, 16, 16], latent: 8 })), … })
 */
export function variational(network: Autoencoder, { divergenceWeight = 1 }: VariationalOptions = {}): TrainingProblem {
  const b = new NetworkBuilder('training');
  const { graph } = b;
  const input = graph.input('input', 'float32', ['n', ...network.inputShape]);
  const { mean, logVariance } = network.encode(b, input);
  const deviation = graph.op('Exp', [graph.op('Mul', [logVariance, graph.f32(0.5)])]);
  const noise = b.noise({ name: 'code.noise', dims: [network.latent] });
  const output = network.decode(b, graph.op('Add', [mean, graph.op('Mul', [deviation, noise])]));
  const difference = graph.op('Sub', [graph.op('Flatten', [input]), output]);
  const square = (x: string): string => graph.op('Mul', [x, x]);
  const spread = graph.op('Sub', [graph.op('Add', [square(mean), graph.op('Exp', [logVariance])]), logVariance]);
  /** Half the sum over an example of `x` less `each`: its mean over the batch, and its sum. */
  const halved = (x: string, numbers: number, each: number) => {
    const less = each === 0 ? x : graph.op('Sub', [x, graph.f32(each)]);
    const times = (reduced: string, factor: number): string => graph.op('Mul', [reduced, graph.f32(factor)]);
    return {
      mean: times(graph.op('ReduceMean', [less], { keepdims: 0 }), numbers / 2),
      sum: times(graph.op('ReduceSum', [less], { keepdims: 0 }), 0.5),
    };
  };
  const reconstruction = halved(square(difference), network.outputs, 0);
  const divergence = halved(spread, network.latent, 1);
  const weighted = graph.op('Mul', [divergence.mean, graph.f32(divergenceWeight)]);
  graph.output(graph.op('Add', [reconstruction.mean, weighted]), 'float32', [], 'loss');
  graph.output(reconstruction.sum, 'float32', [], 'reconstruction');
  graph.output(divergence.sum, 'float32', [], 'divergence');
  return problemOf(b, graph.model(), ['reconstruction', 'divergence']);
}
