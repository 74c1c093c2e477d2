/** A parsed `tokenizer.json`, as far as it is read here. Source: huggingface/tokenizers, its serialization. */
export interface TokenizerJson {
  readonly model: {
    readonly type?: string;
    readonly vocab?: unknown;
    readonly merges?: readonly (string | readonly [string, string])[];
    readonly unk_token?: string | null;
    readonly byte_fallback?: boolean;
    readonly ignore_merges?: boolean;
    readonly continuing_subword_prefix?: string | null;
    readonly end_of_word_suffix?: string | null;
  };
  readonly normalizer?: Part | null;
  readonly pre_tokenizer?: Part | null;
  readonly decoder?: Part | null;
  readonly added_tokens?: readonly { readonly id: number; readonly content: string; readonly special?: boolean }[];
}

/** One stage of a tokenizer; `Sequence` holds others. */
export interface Part {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** How the tokens of a tokenizer spell bytes, and what it does to a text before it cuts it. */
export interface Scheme {
  /** `byteLevel`: by the table of GPT-2; `metaspace`: ▁ for a space and `<0x0A>` for a byte; `plain`: the characters themselves. */
  readonly spelling: 'byteLevel' | 'metaspace' | 'plain';
  /** Whether a space is put before a text that has none there. */
  readonly prepends: 'always' | 'unlessSpace' | 'never';
  /** Rewrites one character with its combining marks as the tokenizer does before it cuts. */
  readonly normalize: (segment: string) => string;
  /** Marks of a continued word (`##`) and of its end (`</w>`). */
  readonly prefix: string;
  readonly suffix: string;
}

/** Reads the scheme off a `tokenizer.json`. */
export function schemeOf(json: TokenizerJson): Scheme {
  const before = flatten(json.normalizer);
  const cuts = flatten(json.pre_tokenizer);
  const after = flatten(json.decoder);
  const byteLevel = [...cuts, ...after].some(({ type }) => type === 'ByteLevel');
  const metaspace = [...before, ...cuts, ...after].some((part) => part.type === 'Metaspace' || isSpaceMark(part));
  const steps = before.flatMap((part) => step(part) ?? []);
  return {
    spelling: byteLevel ? 'byteLevel' : metaspace ? 'metaspace' : 'plain',
    prepends: prepending(before, cuts),
    normalize: (segment) => steps.reduce((text, apply) => apply(text), segment),
    prefix: json.model.type === 'WordPiece' ? (json.model.continuing_subword_prefix ?? '##') : '',
    suffix: json.model.end_of_word_suffix ?? '',
  };
}

function flatten(part: Part | null | undefined): Part[] {
  if (part == null) return [];
  for (const key of ['normalizers', 'pretokenizers', 'decoders']) {
    const inner = part[key];
    if (Array.isArray(inner)) return (inner as Part[]).flatMap(flatten);
  }
  return [part];
}

/** The normalizer Replace ' ' → '▁' (or its undoing in the decoder). */
function isSpaceMark({ type, content, pattern }: Part): boolean {
  const from = (pattern as { String?: string } | undefined)?.String;
  return type === 'Replace' && ((from === ' ' && content === '▁') || (from === '▁' && content === ' '));
}

function prepending(before: readonly Part[], cuts: readonly Part[]): Scheme['prepends'] {
  if (before.some(({ type }) => type === 'Prepend')) return 'always';
  for (const part of cuts) {
    if (part.type === 'ByteLevel' && part.add_prefix_space === true) return 'unlessSpace';
    if (part.type === 'Metaspace' && part.prepend_scheme !== 'never' && part.add_prefix_space !== false) return 'unlessSpace';
  }
  return 'never';
}

function step(part: Part): ((text: string) => string) | null {
  switch (part.type) {
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return (text) => text.normalize(part.type);
    case 'Precompiled':
    case 'Nmt':
      return (text) => text.normalize('NFKC');
    case 'Lowercase':
      return (text) => text.toLowerCase();
    case 'StripAccents':
      return (text) => text.replace(/\p{Mn}/gu, '');
    case 'BertNormalizer':
      return (text) => {
        const lower = part.lowercase === false ? text : text.toLowerCase();
        return part.lowercase === false && part.strip_accents !== true ? lower : lower.normalize('NFD').replace(/\p{Mn}/gu, '');
      };
    case 'Replace': {
      const { String: literal, Regex: regex } = part.pattern as { String?: string; Regex?: string };
      if (isSpaceMark(part)) return null;
      const pattern = literal ?? new RegExp(regex!, 'gu');
      return (text) => text.replaceAll(pattern, String(part.content));
    }
    default:
      return null;
  }
}
