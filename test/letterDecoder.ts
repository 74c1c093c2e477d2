import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tinyDecoder } from '../packages/language/dist/testing/tinyDecoder.js';
import { tinyWeights } from '../packages/language/dist/testing/tinyWeights.js';
import { write } from '../packages/onnx/dist/index.js';

/** Weights of the decoder that {@link writeLetterDecoder} writes. */
export const LETTER_WEIGHTS = tinyWeights(5);

/** A folder with a decoder of two blocks whose tokens are single characters. */
export async function writeLetterDecoder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.onnx'), write(tinyDecoder(LETTER_WEIGHTS, { dialect: 'plain' })));
  const vocab = Object.fromEntries([...'abcdefghijklmnopqrstuvwxyz .,!?0123456789'].map((character, id) => [character, id]));
  const model = { type: 'BPE', vocab, merges: [], unk_token: null };
  const json = { version: '1.0', added_tokens: [], model, decoder: { type: 'Fuse' } };
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(json));
}
