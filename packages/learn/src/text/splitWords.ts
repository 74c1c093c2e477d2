/**
 * What is never merged across: endings such as 's, words and numbers with the space before them, runs of other characters, white space.
 *
 * Source: openai/gpt-2, src/encoder.py; the pre-tokenizer `ByteLevel` of Hugging Face's tokenizers.
 */
const WORDS = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** The pieces of a text, in order; together they are the text. */
export function splitWords(text: string): string[] {
  return text.match(WORDS) ?? [];
}
