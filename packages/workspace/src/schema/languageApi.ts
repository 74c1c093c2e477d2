import { z } from 'zod';

// What the page Language asks of the server, and what it is answered. Ids are those of tokens; positions count from 0 and include the
// begin-of-text token; `model` is the path of a decoder in the place's offers.

const whole = z.number().int().nonnegative();
const ids = z.array(whole).max(1 << 17);
/** Clamps as the command line writes them: `z.2[h=3]=zero`, `resid_post.1=towards: dog*0.5`. */
const clamps = z.array(z.string().max(2000)).max(16).default([]);

/** `POST api/language/tokens`: how a text is cut. */
export const tokensRequestSchema = z.object({
  model: z.string(),
  text: z.string().max(1 << 20),
  /** Whether the tokenizer puts its begin-of-text token. */
  special: z.boolean(),
  /** Tokens behind the text that were generated. */
  more: ids.default([]),
});

/** A part of a point: one head, one position (of the query); what is not named means all. */
export const readSchema = z.object({
  point: z.string(),
  head: whole.optional(),
  position: whole.optional(),
  /** For attention patterns: at most so many rows and columns; what is pooled is the largest of its block. */
  pool: z.number().int().min(8).max(256).optional(),
});

/** `POST api/language/run`: numbers of points. The answer is safetensors, with the keys of `reads` as names. */
export const runRequestSchema = z.object({ model: z.string(), ids, clamps, reads: z.record(z.string(), readSchema) });

/** `POST api/language/explain`: the dot product behind a number. */
export const explainRequestSchema = z.object({
  ...{ model: z.string(), ids, clamps },
  ...{ point: z.string(), position: whole, head: whole.optional(), index: whole },
});

/** `POST api/language/lens`: what the end of the model makes of the stream after each block, for some positions. */
export const lensRequestSchema = z.object({ model: z.string(), ids, clamps, from: whole, to: whole });

const sampling = {
  temperature: z.number().min(0).max(100),
  topK: whole,
  topP: z.number().gt(0).max(1),
  seed: whole,
};

/** `POST api/language/next`: one choice, laid open. */
export const nextRequestSchema = z.object({
  ...{ model: z.string(), ids, clamps, ...sampling },
  /** How many tokens this seed has drawn before. */
  drawn: whole.max(1 << 16),
});

/** `POST api/language/generate`: lines of JSON, each a {@link GeneratedToken}, the last `{ "finish": … }` or `{ "error": … }`. */
export const generateRequestSchema = z.object({ model: z.string(), ids, clamps, ...sampling, maxTokens: whole.min(1).max(4096) });

/** See {@link tokensRequestSchema}. */
export type TokensRequest = z.infer<typeof tokensRequestSchema>;

/** See {@link readSchema}. */
export type LanguageRead = z.infer<typeof readSchema>;

/** `GET api/language/model?model=…` */
export interface DecoderCard {
  readonly layers: number;
  readonly width: number;
  readonly vocabulary: number;
  readonly heads: readonly (number | null)[];
  readonly parallel: readonly boolean[];
  /** Longest text in tokens, or null. */
  readonly context: number | null;
  readonly parameters: number;
  /** Labels of the tokens that are put before a text. */
  readonly begin: readonly string[];
  readonly ends: readonly number[];
  readonly points: Readonly<Record<string, { heads: number | null; width: number | null } | { refused: string }>>;
  readonly test: {
    readonly holds: boolean;
    readonly measured: readonly { claim: string; error: number; tolerance: number; holds: boolean }[];
  } | null;
}

/** One token of a text. */
export interface TextToken {
  readonly id: number;
  readonly token: string;
  readonly label: string;
  /** In hexadecimal. */
  readonly bytes: string;
  readonly start: number;
  readonly end: number;
  readonly byteStart: number;
  readonly byteEnd: number;
  readonly inserted: boolean;
  /** How it was merged from its characters; null where it was not. */
  readonly merging: TokenMerging | null;
}

/** How a token was merged, from its characters to itself. */
export interface TokenMerging {
  readonly word: string;
  readonly start: readonly string[];
  readonly steps: readonly { left: string; right: string; rank: number; at: number; pieces: readonly string[] }[];
  readonly end: readonly string[];
}

/** Answer of `tokens`. */
export interface TokensAnswer {
  readonly tokens: readonly TextToken[];
  /** The generated tokens. */
  readonly more: readonly { readonly id: number; readonly label: string }[];
  /** All of it as text. */
  readonly text: string;
}

/** Answer of `explain`: value = scale · Σ left · right + bias. */
export interface ExplainAnswer {
  readonly value: number;
  readonly left: { readonly name: string; readonly values: readonly number[] };
  readonly right: { readonly name: string; readonly values: readonly number[] };
  readonly scale: number;
  readonly bias: number;
  readonly sum: number;
  readonly error: number;
}

/** A token with its probability. */
export interface LikelyToken {
  readonly id: number;
  readonly label: string;
  readonly probability: number;
}

/** Answer of `lens`: `rows[layer][position - from]`, layer 0 before the first block. */
export interface LensAnswer {
  readonly from: number;
  readonly rows: readonly { readonly point: string; readonly top: readonly (readonly LikelyToken[])[] }[];
}

/** Answer of `next`. */
export interface NextAnswer {
  readonly id: number;
  readonly label: string;
  readonly ends: boolean;
  readonly kept: number;
  readonly entropyBits: number;
  readonly draw: number | null;
  readonly candidates: readonly (LikelyToken & {
    readonly logit: number;
    readonly tempered: number;
    readonly cut: 'top-k' | 'top-p' | null;
    readonly chance: number;
  })[];
}

/** A line of the answer of `generate`. */
export interface GeneratedToken {
  readonly id: number;
  readonly label: string;
  readonly text: string;
  readonly probability: number;
}
