import { z } from 'zod';

/** Version of the format of offers that this code reads and writes. */
export const OFFERS_VERSION = 1;

/**
 * What a served place holds for the pages of the explorer: the answer of `GET /api/offers`, and the file `offers.json` where a static server
 * shows a folder of several runs. All paths are relative to the page, empty or with a slash at the end.
 */
export const offersSchema = z.object({
  format: z.literal('incognita-offers'),
  version: z.literal(OFFERS_VERSION),
  /** Name of the folder. */
  name: z.string(),
  /** Whether a server of ours answers under `./api/`. */
  server: z.boolean(),
  /** Whether `incognita.json` of an atlas lies here, or is about to. */
  atlas: z.boolean(),
  /** Whether that file holds, or is about to hold, what `incognita microscope` finds. */
  microscope: z.boolean().default(false),
  /** Training runs: folders with a `run.json`. */
  runs: z.array(z.object({ name: z.string(), path: z.string() })),
  /** Sweeps and lineages: folders with a `sweep.json` or `lineage.json`. Their runs are among `runs`. */
  studies: z.array(z.object({ kind: z.enum(['sweep', 'lineage']), name: z.string(), path: z.string() })),
  /**
   * Decoders of text: folders with an ONNX file (`file`, relative to them; else one of the usual names) and a `tokenizer.json`; `embedded` are those that
   * come along with the server.
   */
  decoders: z
    .array(z.object({ name: z.string(), path: z.string(), file: z.string().optional(), embedded: z.literal(true).optional() }))
    .default([]),
  /** Networks that the server can show pictures to: ONNX files here or named when it was started, and those that come along (`embedded:NAME`). */
  networks: z
    .array(
      z.object({
        name: z.string(),
        path: z.string(),
        /** Why pictures cannot be shown to it; null where they can. */
        lacks: z.string().nullable(),
      }),
    )
    .default([]),
});

/** See {@link offersSchema}. */
export type Offers = z.infer<typeof offersSchema>;

/** A place that holds nothing. */
export const NO_OFFERS: Offers = {
  ...{ format: 'incognita-offers', version: OFFERS_VERSION, name: '', server: false },
  ...{ atlas: false, microscope: false, runs: [], studies: [], decoders: [], networks: [] },
};
