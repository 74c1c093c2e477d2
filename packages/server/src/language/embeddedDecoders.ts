import { join } from 'node:path';
import { EMBEDDED_LANGUAGE_MODELS } from '@incognita/learn';
import type { Offers } from '@incognita/workspace';

const PREFIX = 'api/language/embedded/';
/** What a tab needs to run such a decoder itself. */
const FILES = ['model.onnx', 'tokenizer.json', 'tokenizer_config.json', 'config.json', 'generation_config.json'];

/** The decoders that come along: every place offers them, after its own. */
export function embeddedDecoders(): Offers['decoders'] {
  return EMBEDDED_LANGUAGE_MODELS.map(({ name }) => ({
    ...{ name, path: `${PREFIX}${name}/`, file: 'model.onnx' },
    embedded: true as const,
  }));
}

/** The folder of a decoder that comes along, by its path in the offers; null where the path is another. */
export function embeddedDecoderFolder(path: string): string | null {
  return EMBEDDED_LANGUAGE_MODELS.find(({ name }) => path === `${PREFIX}${name}/`)?.dir ?? null;
}

/** A file of a decoder that comes along; null where it has none of that name for a tab. */
export function embeddedDecoderFile(name: string, file: string): string | null {
  const dir = embeddedDecoderFolder(`${PREFIX}${name}/`);
  return dir === null || !FILES.includes(file) ? null : join(dir, file);
}
