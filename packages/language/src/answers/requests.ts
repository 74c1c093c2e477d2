// What is asked about a text by whoever shows it (page Language): plain data, so that it crosses to a server or a worker. `clamps` are lines
// as the command line writes them.

/** A text, with what is written to points while the model runs over it. */
export interface TextQuestion {
  readonly ids: readonly number[];
  readonly clamps: readonly string[];
}

/** A part of a point: one head, one position (of the query); what is not named means all. */
export interface PointPart {
  readonly point: string;
  readonly head?: number | undefined;
  readonly position?: number | undefined;
  /** For attention patterns: at most so many rows and columns; what is pooled is the largest of its block. */
  readonly pool?: number | undefined;
}

/** How a token is chosen. */
export interface Choosing {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
}

/** A token with its probability. */
export interface Likely {
  readonly id: number;
  readonly label: string;
  readonly probability: number;
}
