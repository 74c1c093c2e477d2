import { z } from 'zod';

// What the page Microscope asks of the server, and what it is answered. Layers are named as in the manifest, pictures are indices into
// `dataset.pictures`.

const whole = z.number().int().nonnegative();

/** `POST api/microscope/steps`: one unit at one position of one picture, taken apart. A row of −1 is the class token. */
export const stepsRequestSchema = z.object({
  layer: z.string().max(1000),
  channel: whole,
  picture: whole,
  row: z.number().int().min(-1),
  column: z.number().int().min(-1),
});

/** See {@link stepsRequestSchema}. */
export type StepsRequest = z.infer<typeof stepsRequestSchema>;

/** `GET api/microscope/model`: the file that answers come from. */
export interface MicroscopeModelAnswer {
  readonly file: string;
}

/** The dot product behind a unit: `total` + `bias` = `value`, and what the network makes of that. Lists are in row-major order. */
export interface StepsAnswer {
  /** Operator of the dot product: Conv, Gemm, MatMul. */
  readonly operator: string;
  /** Whether the slices are the planes of the picture itself. */
  readonly ofPicture: boolean;
  /** The layers whose channels the slices are; empty where that cannot be told. Slice numbers count from the input's first channel. */
  readonly sources: readonly {
    readonly layer: string;
    readonly channel: number;
    readonly first: number;
    readonly count: number;
  }[];
  /** Input channels that take part, the first of them, and their rows and columns. */
  readonly slices: number;
  readonly firstSlice: number;
  readonly rows: number;
  readonly columns: number;
  /** [slices, rows, columns]. */
  readonly patch: readonly number[];
  readonly weights: readonly number[];
  /** [rows, columns]: 1 where the window lies in the padding. */
  readonly padding: readonly number[];
  /** [slices]. */
  readonly sums: readonly number[];
  readonly total: number;
  readonly bias: number;
  readonly value: number;
  /** What the network has after the bias. */
  readonly measured: number;
  /** What follows, with the network's values; `plus` is what a sum adds from another branch. */
  readonly way: readonly { readonly op: string; readonly value: number; readonly plus: number | null }[];
  /** The layer's value; and the same with our own sum in the place of the network's, or null where that cannot be told. */
  readonly activation: number;
  readonly recomputed: number | null;
  /** The channel over the picture. */
  readonly map: { readonly rows: number; readonly columns: number; readonly values: readonly number[] };
  /** What the position sees, in pixels of the network's input; null where it sees everything. */
  readonly rect: { readonly left: number; readonly top: number; readonly width: number; readonly height: number } | null;
}
