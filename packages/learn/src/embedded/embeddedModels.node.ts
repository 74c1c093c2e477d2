import { fileURLToPath } from 'node:url';

/** A trained network that comes with this package. */
export interface EmbeddedModel {
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  /** Its folder, in the form in which `incognita train` leaves one: `model.onnx`, `labels.json`, `card.md`, `run.json`, `metrics.jsonl`, `kernels/`. */
  readonly dir: string;
  /** Path of the ONNX file. */
  readonly path: string;
}

const FOLDER = new URL('../../models/', import.meta.url);

/** The networks of pictures that need no download. Their cards say what they learnt from, how well, and the command that makes them again. */
export const EMBEDDED_MODELS: readonly EmbeddedModel[] = [
  embedded('emoji-alexnet', "AlexNet's shape at 64 pixels, trained by this package on six artists' drawings of 1,914 emoji"),
];

/** The language models that need no download; with `tokenizer.json` in place of `labels.json` and `kernels/`. */
export const EMBEDDED_LANGUAGE_MODELS: readonly EmbeddedModel[] = [
  embedded('story-gpt', 'a GPT of half a million parameters, trained by this package on stories of its story world'),
];

/**
 * The embedded model of this name, or null.
 *
 * @example const model = await openModel(embeddedModel('emoji-alexnet')!.path);
 */
export function embeddedModel(name: string): EmbeddedModel | null {
  return [...EMBEDDED_MODELS, ...EMBEDDED_LANGUAGE_MODELS].find((model) => model.name === name) ?? null;
}

function embedded(name: string, description: string): EmbeddedModel {
  const file = (path: string): string => fileURLToPath(new URL(path, FOLDER));
  return { name, description, dir: file(name), path: file(`${name}/model.onnx`) };
}
