/**
 * The byte ↔ character table of byte-level BPE: printable Latin-1 stands for itself, other bytes for the characters from U+0100 on.
 *
 * Source: openai/gpt-2 `src/encoder.py`, `bytes_to_unicode`.
 */
const CHARACTERS: readonly string[] = (() => {
  const printable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++));
})();
const BYTES: ReadonlyMap<string, number> = new Map(CHARACTERS.map((character, byte) => [character, byte]));

/** The bytes that a token of byte-level BPE stands for; characters outside the table stand for their UTF-8 bytes. */
export function fromByteLevel(token: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of token) {
    const byte = BYTES.get(character);
    if (byte === undefined) bytes.push(...new TextEncoder().encode(character));
    else bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** Bytes as the characters of byte-level BPE. */
export function toByteLevel(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => CHARACTERS[byte]!).join('');
}
