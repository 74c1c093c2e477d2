import { Tokenizer } from '@huggingface/tokenizers';

/** What is used of @huggingface/tokenizers, whose own declarations do not resolve under NodeNext. */
export interface TokenizerEngine {
  readonly normalizer: ((text: string) => string) | null;
  readonly pre_tokenizer: ((text: string) => string[]) | null;
  encode(text: string, options: { add_special_tokens: boolean }): { readonly ids: number[] };
  decode(ids: number[], options: { skip_special_tokens: boolean; clean_up_tokenization_spaces: boolean }): string;
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
  get_vocab(withAdded: boolean): ReadonlyMap<string, number>;
}

/** Opens a tokenizer of its two files' content; stages that the file leaves out are absent. */
export function openEngine(json: object, config: object): TokenizerEngine {
  const stages = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
  return new (Tokenizer as unknown as new (json: object, config: object) => TokenizerEngine)({ ...stages, ...json }, config);
}
