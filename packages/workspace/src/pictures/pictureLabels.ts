/** Where the labels of pictures come from. */
export type LabelSource = 'labels.csv' | 'folders' | 'file names';

/**
 * Labels of pictures by their relative paths, from the first of: the given table (`labels.csv`); the names of the folders that
 * they lie in, if those are at least two; file names like `n01440764_tench.jpg` (a WordNet number and a name). A picture that the
 * chosen source says nothing about has null.
 */
export function labelPictures(
  files: readonly string[],
  table: ReadonlyMap<string, string> | null,
): { labels: (string | null)[]; source: LabelSource | null } {
  const choose = (source: LabelSource, label: (file: string) => string | null) => {
    const labels = files.map(label);
    return labels.some((item) => item !== null) ? { labels, source } : null;
  };
  if (table !== null) return { labels: files.map((file) => table.get(file) ?? null), source: 'labels.csv' };
  const folders = new Set(files.map(folderOf));
  const byFolder = folders.size > 1 ? choose('folders', folderLabel) : null;
  return byFolder ?? choose('file names', fileLabel) ?? { labels: files.map(() => null), source: null };
}

function folderOf(file: string): string {
  return file.slice(0, Math.max(0, file.lastIndexOf('/')));
}

function folderLabel(file: string): string | null {
  const name = folderOf(file).split('/').at(-1)!;
  return name === '' ? null : (wordNetLabel(name) ?? name);
}

function fileLabel(file: string): string | null {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return wordNetLabel(name.slice(0, name.lastIndexOf('.')));
}

/** `n01484850_great_white_shark` is "great white shark"; `n01484850_10026`, the 10026th picture of a class, says nothing. */
function wordNetLabel(name: string): string | null {
  const label = /^n\d{8}_(.*)$/.exec(name)?.[1]?.replaceAll('_', ' ').trim();
  return label !== undefined && /\p{L}/u.test(label) ? label : null;
}
