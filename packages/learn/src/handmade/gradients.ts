import type { Planes } from './pixels.js';

/** How directions are told apart. */
export interface OrientationOptions {
  /** Bins; the first is centred at a gradient that points to the right, the next ones follow towards the bottom. */
  readonly orientations: number;
  /** Whether dark-to-light differs from light-to-dark: bins over the whole circle, or over half of it. */
  readonly signed: boolean;
}

/**
 * Strength of the gradient at each pixel by its direction, [orientations, sidePx, sidePx].
 *
 * Differences of the two neighbours (the border repeats), of the colour plane where they are largest; each gradient is shared by the two nearest
 * bins. Source: Dalal and Triggs 2005, Histograms of Oriented Gradients, sections 6.2 and 6.3.
 */
export function orientationPlanes({ data, sidePx }: Planes, { orientations, signed }: OrientationOptions): Float32Array {
  const area = sidePx * sidePx;
  const out = new Float32Array(orientations * area);
  const binsPerRadian = orientations / (signed ? 2 * Math.PI : Math.PI);
  for (let y = 0; y < sidePx; y++)
    for (let x = 0; x < sidePx; x++) {
      const [left, right] = [y * sidePx + Math.max(0, x - 1), y * sidePx + Math.min(sidePx - 1, x + 1)];
      const [above, below] = [Math.max(0, y - 1) * sidePx + x, Math.min(sidePx - 1, y + 1) * sidePx + x];
      let [most, alongX, alongY] = [0, 0, 0];
      for (let plane = 0; plane < 3 * area; plane += area) {
        const dx = data[plane + right]! - data[plane + left]!;
        const dy = data[plane + below]! - data[plane + above]!;
        const squares = dx * dx + dy * dy;
        if (squares > most) [most, alongX, alongY] = [squares, dx, dy];
      }
      if (most === 0) continue;
      const turned = Math.atan2(alongY, alongX) * binsPerRadian;
      const place = turned - orientations * Math.floor(turned / orientations);
      const low = Math.floor(place);
      const strength = Math.sqrt(most);
      const pixel = y * sidePx + x;
      out[(low % orientations) * area + pixel]! += (1 - (place - low)) * strength;
      out[((low + 1) % orientations) * area + pixel]! += (place - low) * strength;
    }
  return out;
}
