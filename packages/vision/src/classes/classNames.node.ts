import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

/** A file of class names that holds none, or another number of them. */
export class ClassNamesError extends Error {
  override readonly name = 'ClassNamesError';
}

/** Names of a model's classes and where they came from. */
export interface ClassNames {
  readonly names: readonly string[];
  /** For the user: `imagenet-labels.json beside the model`. */
  readonly source: string;
}

/**
 * Reads class names: a JSON array of strings, a JSON object from index to name (Hugging Face's `id2label`, also inside a
 * `config.json`), or text with one name a line.
 *
 * @throws ClassNamesError when the file holds none of these
 * @example parseClassNames('cat\ndog\n', 'labels.txt') // ['cat', 'dog']
 */
export function parseClassNames(text: string, file: string): string[] {
  if (extname(file).toLowerCase() !== '.json')
    return text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ClassNamesError(`${basename(file)} is not valid JSON: ${(error as Error).message}`);
  }
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === 'object' && value !== null) {
    const table = ('id2label' in value ? value.id2label : value) as Record<string, unknown>;
    const indices = Object.keys(table).map(Number);
    if (indices.length > 0 && indices.every((index) => Number.isInteger(index) && index >= 0)) {
      const names = Array.from({ length: Math.max(...indices) + 1 }, (_, index) => `class ${index}`);
      for (const [index, name] of Object.entries(table))
        names[Number(index)] = Array.isArray(name) ? String(name.at(-1)) : String(name);
      return names;
    }
  }
  throw new ClassNamesError(
    `${basename(file)} holds no class names. Expected a JSON array of names, an object from index to name, or a text file with one name a line.`,
  );
}

/**
 * The names of a model's classes: from `file` where given, else from the model's own metadata (`incognita.classes`, a JSON array), else from a file with `labels` or `classes` in its name (or a
 * `config.json` with `id2label`) beside the model that holds exactly as many names, else numbers.
 *
 * @param count how many classes the model has
 * @throws ClassNamesError when `file` is given and holds another number of names
 */
export async function findClassNames(
  modelPath: string,
  count: number,
  { file, metadata }: { readonly file?: string | undefined; readonly metadata?: ReadonlyMap<string, string> } = {},
): Promise<ClassNames> {
  if (file !== undefined) {
    const names = parseClassNames(await readFile(file, 'utf8'), file);
    if (names.length !== count)
      throw new ClassNamesError(`${basename(file)} holds ${names.length} names, but the model has ${count} classes.`);
    return { names, source: `${basename(file)}, as given` };
  }
  const own = metadata?.get('incognita.classes');
  if (own !== undefined) {
    const names = parseClassNames(own, 'incognita.classes.json');
    if (names.length === count) return { names, source: "in the model's metadata" };
  }
  const folder = dirname(modelPath);
  const candidates = (await readdir(folder))
    .filter((name) => /(labels|classes).*\.(json|txt)$|^config\.json$/i.test(name))
    .sort();
  for (const candidate of candidates) {
    const names = await readFile(join(folder, candidate), 'utf8')
      .then((text) => parseClassNames(text, candidate))
      .catch(() => []);
    if (names.length === count) return { names, source: `${candidate}, found beside the model with ${count} names` };
  }
  return {
    names: Array.from({ length: count }, (_, index) => `class ${index}`),
    source: 'numbers: no names were given (use --labels FILE)',
  };
}
