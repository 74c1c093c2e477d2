/** Row types of the Parquet tables in a workspace. Columns carry exactly these names. */

/** One sampled activation: a position of a picture in a layer. */
export interface PointRow {
  /** Index into the manifest's `dataset.pictures`. */
  picture: number;
  /** Position in the layer's grid of positions. */
  row: number;
  column: number;
  /** Place on the map, 0…1; NaN where the point lies outside the map's extent. */
  x: number;
  y: number;
}

/** One occupied cell of a grid. Rows are in order of `cell`; row r belongs to row r of the `vectors` matrices. */
export interface CellRow {
  /** gridY · size + gridX. */
  cell: number;
  gridX: number;
  gridY: number;
  count: number;
  /** Share of the members that carry the most common picture label, or null without labels. */
  purity: number | null;
  /** The most common picture label. */
  label: string | null;
  /** Length of the mean of the unit vectors of the members: 1 when all point the same way. */
  coherence: number;
  /** Mean squared distance to the cell's mean, as a share of the whole layer's. */
  variance: number;
  /** Point nearest to the mean direction: the row of the points table. */
  medoid: number;
  /** Class that the members push most (argmax of the attribution), or null without classes. */
  topClass: number | null;
}

/** A member of a cell shown as an example, nearest to the mean direction first. */
export interface ExemplarRow {
  cell: number;
  rank: number;
  /** Row of the points table. */
  point: number;
  cosine: number;
  /** The patch in the picture as the network saw it (`pictures[i].image`), in its pixels, clipped to the picture. */
  left: number;
  top: number;
  width: number;
  height: number;
}

/** How well an optimised icon does what it should. */
export interface IconRow {
  cell: number;
  /** Cosine of the activation reached to the target direction, mean over fixed transforms. */
  cosine: number;
  /** Activation reached along the target direction. */
  activation: number;
  /** Share of natural activations of this layer that lie below `activation` along the same direction, 0…1. */
  naturalPercentile: number;
  steps: number;
}
