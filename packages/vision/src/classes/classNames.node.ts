import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type ClassNames, ClassNamesError, numberedClasses, parseClassNames } from './parseClassNames.js';

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
  return numberedClasses(count);
}
