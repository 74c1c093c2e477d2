/** The 188 bytes that stand for themselves: printable characters of Latin-1 but for the space and the soft hyphen. */
const PRINTABLE = [
  [0x21, 0x7e],
  [0xa1, 0xac],
  [0xae, 0xff],
] as const;

/**
 * A visible character for each byte, so that tokens of any bytes can be written in JSON: printable ones are themselves, the others those from U+0100 on.
 *
 * Source: openai/gpt-2, src/encoder.py, `bytes_to_unicode`.
 */
export const BYTE_SYMBOLS: readonly string[] = (() => {
  let next = 0x100;
  const printable = (byte: number): boolean => PRINTABLE.some(([from, to]) => from <= byte && byte <= to);
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
})();

/** The byte that a symbol stands for. */
export const SYMBOL_BYTES: ReadonlyMap<string, number> = new Map(BYTE_SYMBOLS.map((symbol, byte) => [symbol, byte]));

/** The symbols of a text's UTF-8 bytes. */
export function symbolsOf(text: string): string[] {
  return Array.from(new TextEncoder().encode(text), (byte) => BYTE_SYMBOLS[byte]!);
}
