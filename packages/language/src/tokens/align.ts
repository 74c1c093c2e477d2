import type { Scheme } from './scheme.js';
import type { Source, SourcePoint } from './source.js';

/** A token to be placed in a text. */
export interface Spelled {
  readonly bytes: Uint8Array;
  /** `text` spells a part of the normalized text, `added` a part of the text as it is, `unknown` stands for what cannot be spelled. */
  readonly kind: 'text' | 'added' | 'unknown';
}

/** Where a token is. Byte spans of all tokens follow each other without a gap; characters that tokens share are in the span of each. */
export interface Span {
  /** Bytes of the input (UTF-8 of a text). */
  readonly byteStart: number;
  readonly byteEnd: number;
  /** UTF-16 units of the text. */
  readonly start: number;
  readonly end: number;
}

/** Tokens that do not spell the text that they were made from. */
export class AlignmentError extends Error {
  override readonly name = 'AlignmentError';
}

/** One byte of the normalized text. */
interface Unit {
  readonly byte: number;
  /** Where this byte begins in the input; inside of what normalization changed, where that ends. */
  readonly at: number;
  /** The characters that it belongs to. */
  readonly start: number;
  readonly end: number;
}

const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' });
const SPACE = 0x20;
const isSpace = (byte: number): boolean => byte === SPACE || (byte >= 0x09 && byte <= 0x0d);

/**
 * Places tokens in the text that they were made from. A space that the tokenizer put in front has an empty span; white space that it
 * swallowed belongs to the token behind it, at the end to the last token.
 *
 * @throws AlignmentError where a token spells something that does not come next.
 */
export function align(source: Source, tokens: readonly Spelled[], scheme: Scheme): Span[] {
  const units = unitsOf(source, scheme);
  const length = source.points.at(-1) === undefined ? 0 : source.points.at(-1)!.start + source.points.at(-1)!.text.length;
  const byteAt = (u: number): number => units[u]?.at ?? source.byteLength;
  let cursor = 0;
  let fresh = true;
  return tokens.map((token, i): Span => {
    const before = cursor;
    if (token.kind === 'unknown') cursor = endOfUnknown(units, cursor, tokens[i + 1]);
    else if (token.kind === 'added') cursor = literally(units, source, cursor, token.bytes, i);
    else cursor = spelled(units, cursor, token.bytes, fresh ? scheme.prepends : 'inside', i);
    fresh = token.kind === 'added';
    const last = i === tokens.length - 1;
    if (last) cursor = units.length;
    const start = units[before]?.start ?? length;
    const end = cursor > before ? units[cursor - 1]!.end : start;
    return { byteStart: byteAt(before), byteEnd: byteAt(cursor), start, end };
  });
}

function unitsOf(source: Source, scheme: Scheme): Unit[] {
  const encoder = new TextEncoder();
  return segments(source).flatMap((segment) => {
    const text = segment.map((point) => point.text).join('');
    const normal = scheme.normalize(text);
    const same = normal === text;
    const pieces = same
      ? segment.map((point) => [point, point, point.text] as const)
      : [[segment[0]!, segment.at(-1)!, normal] as const];
    return pieces.flatMap(([first, last, piece]) => {
      const bytes = encoder.encode(piece);
      const exact = same && bytes.length === last.byteEnd - first.byteStart;
      return Array.from(bytes, (byte, k): Unit => {
        const at = k === 0 ? first.byteStart : exact ? first.byteStart + k : last.byteEnd;
        return { byte, at, start: first.start, end: last.start + last.text.length };
      });
    });
  });
}

/** Characters with their combining marks: what normalization may change together. */
function segments({ points }: Source): SourcePoint[][] {
  const found: SourcePoint[][] = [];
  let next = 0;
  for (const { segment } of GRAPHEMES.segment(points.map((point) => point.text).join(''))) {
    const part: SourcePoint[] = [];
    for (let size = 0; size < segment.length; next++) {
      part.push(points[next]!);
      size += points[next]!.text.length;
    }
    found.push(part);
  }
  return found;
}

function spelled(
  units: readonly Unit[],
  from: number,
  bytes: Uint8Array,
  begin: Scheme['prepends'] | 'inside',
  token: number,
): number {
  let u = from;
  for (const [k, byte] of bytes.entries()) {
    const first = k === 0;
    const put = byte === SPACE && first && begin !== 'inside' && begin !== 'never';
    if (put && (begin === 'always' || units[u]?.byte !== SPACE)) continue;
    while (u < units.length && units[u]!.byte !== byte && isSpace(units[u]!.byte) && first) u++;
    if (units[u]?.byte === byte) u++;
    else if (byte !== SPACE || !first) throw mismatch(units, u, bytes, token);
  }
  return u;
}

/** An added token is found in the text as it is; white space before it may have been swallowed. */
function literally(units: readonly Unit[], source: Source, from: number, bytes: Uint8Array, token: number): number {
  const content = new TextDecoder().decode(bytes);
  const texts = source.points.map((point) => point.text);
  const place = units[from]?.start;
  let p = place === undefined ? texts.length : source.points.findIndex((point) => point.start === place);
  while (
    p < texts.length &&
    !texts
      .slice(p, p + content.length)
      .join('')
      .startsWith(content) &&
    /^\s$/.test(texts[p]!)
  )
    p++;
  if (
    !texts
      .slice(p, p + content.length)
      .join('')
      .startsWith(content)
  )
    throw mismatch(units, from, bytes, token);
  const end = (source.points[p]?.start ?? 0) + content.length;
  const u = units.findIndex((unit, k) => k >= from && unit.start >= end);
  return u < 0 ? units.length : u;
}

/** Up to where the next token can be read. */
function endOfUnknown(units: readonly Unit[], from: number, next: Spelled | undefined): number {
  if (next === undefined) return units.length;
  const [first] = units.slice(from, from + 1);
  let u = from + 1;
  while (u < units.length && units[u]!.start === first?.start) u++;
  if (next.kind === 'unknown') return Math.min(u, units.length);
  while (u < units.length && !next.bytes.every((byte, k) => units[u + k]?.byte === byte)) u++;
  return Math.min(u, units.length);
}

function mismatch(units: readonly Unit[], at: number, bytes: Uint8Array, token: number): AlignmentError {
  const decode = (list: readonly number[]): string => JSON.stringify(new TextDecoder().decode(Uint8Array.from(list)));
  const rest = units.slice(at, at + 16).map((unit) => unit.byte);
  return new AlignmentError(
    `Token ${token} spells ${decode([...bytes])}, but the text goes on with ${decode(rest)}: its tokenizer changes texts in a way that is not known here.`,
  );
}
