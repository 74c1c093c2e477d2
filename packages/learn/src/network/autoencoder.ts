import type { Network } from './network.js';
import type { NetworkBuilder } from './networkBuilder.js';
import { sizeOf } from './parameter.js';

/** A network that says an example in few numbers and makes the example of them again; as a plain {@link Network} it does both without noise. */
export interface Autoencoder extends Network {
  /** Numbers that an example is said in. */
  readonly latent: number;
  /** Mean and logarithm of the variance of these numbers, each [n, latent]. */
  readonly encode: (b: NetworkBuilder, input: string) => { readonly mean: string; readonly logVariance: string };
  /** From [n, latent] to [n, outputs]: an example laid flat. */
  readonly decode: (b: NetworkBuilder, code: string) => string;
}

/** Options of {@link denseAutoencoder}. */
export interface AutoencoderOptions {
  readonly inputShape: readonly number[];
  readonly latent: number;
  /** Widths of the encoder's hidden layers; the decoder has them backwards. Default [128, 64]. */
  readonly hidden?: readonly number[];
}

/** An autoencoder of dense layers with rectified hidden units. Source: Kingma and Welling 2014, Auto-Encoding Variational Bayes, appendix C. */
export function denseAutoencoder({ inputShape, latent, hidden = [128, 64] }: AutoencoderOptions): Autoencoder {
  const size = sizeOf(inputShape);
  const layers = (b: NetworkBuilder, input: string, name: string, widths: readonly number[]): string =>
    widths
      .slice(1)
      .reduce((x, to, i) => b.relu(b.dense(x, { name: `${name}${i + 1}`, from: widths[i]!, to, rectified: true })), input);
  const encode: Autoencoder['encode'] = (b, input) => {
    const x = layers(b, b.graph.op('Flatten', [input]), 'encoder', [size, ...hidden]);
    const from = hidden.at(-1) ?? size;
    return {
      mean: b.dense(x, { name: 'mean', from, to: latent }),
      logVariance: b.dense(x, { name: 'logVariance', from, to: latent, initializer: { kind: 'constant', value: 0 } }),
    };
  };
  const decode: Autoencoder['decode'] = (b, code) => {
    const widths = [latent, ...[...hidden].reverse()];
    return b.dense(layers(b, code, 'decoder', widths), { name: 'output', from: widths.at(-1)!, to: size });
  };
  return {
    name: 'autoencoder',
    description: `An autoencoder of dense layers with ${latent} numbers in its middle.`,
    ...{ inputShape, outputs: size, latent, encode, decode },
    define: (b, input) => decode(b, encode(b, input).mean),
  };
}
