export interface NormalizeOptions {
  /** Share of the points left out at either end of each axis when the extent is measured. Default 0.005. */
  readonly outlierShare?: number;
  /** Free space around the extent, as a share of it. Default 0.03. */
  readonly marginShare?: number;
  /** Reproduces Lucid's `normalize_layout`, with its uneven margins and outliers piled on the border. Default false. */
  readonly legacy?: boolean;
}

/** A layout on the unit square. */
export interface UnitLayout {
  /** [count, 2], 0…1; NaN for both coordinates where a point lies outside. */
  readonly places: Float32Array;
  /** Number of points outside. */
  readonly outside: number;
}

/**
 * Places a layout [count, 2] on the unit square by its robust extent, keeping its proportions apart on both axes as Lucid does.
 *
 * Points beyond the extent and its margin are not moved onto the border, where they would make cells of unrelated
 * activations: they become NaN and are counted. `legacy` follows tensorflow/lucid `lucid/recipes/activation_atlas/layout.py`:
 * 1st and 99th percentile, margins of a tenth (the upper one measured after the lower was taken off), clipping.
 */
export function normalizeLayout(layout: Float32Array, options: NormalizeOptions = {}): UnitLayout {
  const legacy = options.legacy ?? false;
  const outlierShare = legacy ? 0.01 : (options.outlierShare ?? 0.005);
  const marginShare = legacy ? 0.1 : (options.marginShare ?? 0.03);
  const count = layout.length / 2;
  const places = new Float32Array(layout.length);
  for (let axis = 0; axis < 2; axis++) {
    const values = Float64Array.from({ length: count }, (_, i) => layout[2 * i + axis]!).sort();
    let low = percentile(values, outlierShare);
    let high = percentile(values, 1 - outlierShare);
    if (legacy) {
      low -= marginShare * (high - low);
      high += marginShare * (high - low);
    } else {
      const margin = marginShare * (high - low);
      low -= margin;
      high += margin;
    }
    const range = high > low ? high - low : 1;
    for (let i = 0; i < count; i++) {
      const place = high > low ? (layout[2 * i + axis]! - low) / range : 0.5;
      places[2 * i + axis] = legacy ? Math.min(1, Math.max(0, place)) : place;
    }
  }
  let outside = 0;
  for (let i = 0; i < count; i++) {
    const x = places[2 * i]!;
    const y = places[2 * i + 1]!;
    if (x >= 0 && x <= 1 && y >= 0 && y <= 1) continue;
    places[2 * i] = Number.NaN;
    places[2 * i + 1] = Number.NaN;
    outside++;
  }
  return { places, outside };
}

/** Linear interpolation between the closest ranks, as NumPy's `percentile`; `sorted` ascending. */
function percentile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}
