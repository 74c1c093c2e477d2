import type { AtlasContext } from '../pipeline/options.js';
import { type Icon, type PartOptions, renderPart } from './renderPart.js';

/** An icon below this share of the natural activations has failed: most pictures do better. */
const WEAK_SHARE = 0.9;

/**
 * Optimises icons like {@link renderPart}. Those that end below most natural activations (caught in a bad start, or in the picture of a
 * parent that is unlike them) begin once more from other noise, and the attempt that reaches more stays.
 *
 * @param options.againSteps steps of the second attempt
 */
export async function renderUntilNatural(
  { againSteps, ...options }: PartOptions & { readonly againSteps: number },
  context: AtlasContext,
): Promise<Icon[]> {
  const icons = await renderPart(options, context);
  const weak = icons.flatMap(({ naturalPercentile }, i) => (naturalPercentile < WEAK_SHARE ? [i] : []));
  if (weak.length === 0) return icons;
  const { channels } = options.renderer;
  const targets = new Float32Array(weak.length * channels);
  for (const [n, i] of weak.entries()) targets.set(options.targets.subarray(i * channels, (i + 1) * channels), n * channels);
  const again = await renderPart(
    {
      ...options,
      ids: weak.map((i) => options.ids[i]!),
      targets,
      starts: weak.map(() => null),
      steps: againSteps,
      seed: [...options.seed, 'again'],
      onShare: () => {},
    },
    context,
  );
  return icons.map((icon, i) => {
    const other = again[weak.indexOf(i)];
    return other !== undefined && other.activation > icon.activation ? other : icon;
  });
}
