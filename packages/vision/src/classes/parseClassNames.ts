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
  if (!/\.json$/i.test(file))
    return text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ClassNamesError(`${nameOf(file)} is not valid JSON: ${(error as Error).message}`);
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
    `${nameOf(file)} holds no class names. Expected a JSON array of names, an object from index to name, or a text file with one name a line.`,
  );
}

/** Numbers, where there are no names. */
export function numberedClasses(count: number): ClassNames {
  return {
    names: Array.from({ length: count }, (_, index) => `class ${index}`),
    source: 'numbers: no names were given (use --labels FILE)',
  };
}

function nameOf(file: string): string {
  return file.split(/[/\\]/).at(-1)!;
}
