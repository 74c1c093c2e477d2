/** One code point of a text: where it is in the text's UTF-16 units, and which bytes of the input it is. */
export interface SourcePoint {
  readonly text: string;
  readonly start: number;
  readonly byteStart: number;
  readonly byteEnd: number;
}

/** An input as a well-formed text and, code point by code point, where it came from. */
export interface Source {
  /** What is tokenized; what is no Unicode is U+FFFD in it. */
  readonly text: string;
  readonly points: readonly SourcePoint[];
  readonly byteLength: number;
}

/**
 * Reads a text, or bytes as UTF-8. A lone surrogate and every maximal part of an invalid sequence become U+FFFD, as the WHATWG
 * Encoding Standard says; the bytes that they came from are kept.
 */
export function sourceOf(input: string | Uint8Array): Source {
  const points = typeof input === 'string' ? ofString(input) : ofBytes(input);
  const byteLength = points.at(-1)?.byteEnd ?? 0;
  return { text: points.map((point) => point.text).join(''), points, byteLength };
}

function ofString(input: string): SourcePoint[] {
  const points: SourcePoint[] = [];
  let [start, byte] = [0, 0];
  for (const character of input) {
    const text = /^\p{Surrogate}$/u.test(character) ? '\ufffd' : character;
    const code = text.codePointAt(0)!;
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    points.push({ text, start, byteStart: byte, byteEnd: byte + size });
    start += character.length;
    byte += size;
  }
  return points;
}

function ofBytes(input: Uint8Array): SourcePoint[] {
  const points: SourcePoint[] = [];
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let start = 0;
  for (let i = 0; i < input.length; ) {
    const size = sequenceLength(input, i);
    let text = '\ufffd';
    if (size.whole) text = strict.decode(input.subarray(i, i + size.length));
    points.push({ text, start, byteStart: i, byteEnd: i + size.length });
    start += text.length;
    i += size.length;
  }
  return points;
}

/** Length of the sequence at a place, and whether it is a whole character; else of its maximal valid beginning (at least 1). */
function sequenceLength(bytes: Uint8Array, at: number): { readonly length: number; readonly whole: boolean } {
  const first = bytes[at]!;
  if (first < 0x80) return { length: 1, whole: true };
  const need = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  if (need === 0) return { length: 1, whole: false };
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  for (let i = 1; i < need; i++) {
    const byte = bytes[at + i];
    const [low, high] = i === 1 ? [least, most] : [0x80, 0xbf];
    if (byte === undefined || byte < low || byte > high) return { length: i, whole: false };
  }
  return { length: need, whole: true };
}
