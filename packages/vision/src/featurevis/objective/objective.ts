/** What a picture is optimised for, given one target vector an image. */
export interface Objective {
  /**
   * With the activation h at a position and the image's target v:
   * - `dot`: h·v.
   * - `cosine`: (h·v / ‖v‖) · max(floor, cos)^power, cos = h·v / (‖h‖ ‖v‖): the article's objective ("Activation atlas", Distill 2019),
   *   with the floor of tensorflow/lucid `lucid/optvis/objectives_util.py` (`_dot_cossim`).
   * - `lucidCompat`: d · max(floor, d / (1e-4 + ‖h‖))^power with d = mean over channels of h·v: what the published notebooks compute
   *   (tensorflow/lucid `notebooks/activation-atlas/activation-atlas-simple.ipynb`, `direction_neuron_cossim_S`). Its floor bites at a scale that depends
   *   on the layer's width and on ‖v‖.
   */
  readonly formula: 'dot' | 'cosine' | 'lucidCompat';
  /**
   * The position at (floor(h / 2), floor(w / 2)), the mean over all positions, a position, or a token before those of the picture (0 is the class
   * token, registers follow).
   */
  readonly at: 'center' | 'everywhere' | { readonly row: number; readonly column: number } | { readonly token: number };
  /** How much the angle counts; 0 makes `cosine` the plain dot product. */
  readonly power: number;
  /** The cosine counts as no less than this, so that pictures which start at a right angle or beyond still climb. */
  readonly floor: number;
}

const FLOOR = 0.1;

/** One unit at the layer's centre; targets are unit vectors of its channel. */
export function neuronObjective(): Objective {
  return { formula: 'dot', at: 'center', power: 0, floor: FLOOR };
}

/** One channel, averaged over positions; targets are unit vectors of the channel. */
export function channelObjective(): Objective {
  return { formula: 'dot', at: 'everywhere', power: 0, floor: FLOOR };
}

/** A direction in the layer's space at its centre: the dot product. */
export function directionObjective(): Objective {
  return { formula: 'dot', at: 'center', power: 0, floor: FLOOR };
}

/** A direction at the centre weighted by the true cosine; power 4 as in the activation atlas unless given. */
export function cosineDirectionObjective({ power = 4, floor = FLOOR }: { power?: number; floor?: number } = {}): Objective {
  return { formula: 'cosine', at: 'center', power, floor };
}

/** The published notebooks' objective, quirks and all, for comparison with them. */
export function lucidCompatObjective({ power = 4, floor = FLOOR }: { power?: number; floor?: number } = {}): Objective {
  return { formula: 'lucidCompat', at: 'center', power, floor };
}
