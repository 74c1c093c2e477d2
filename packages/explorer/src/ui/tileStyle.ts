import type { Sheet } from '@incognita/workspace/schema';

/** The background that shows tile number `index` of a sheet, however large the element is. A file may also be a `data:` or `blob:` address. */
export function tileStyle({ file, columns, ids }: Pick<Sheet, 'file' | 'columns' | 'ids'>, index: number) {
  const rows = Math.ceil(ids.length / columns);
  const share = (position: number, count: number) => (count <= 1 ? 0 : (position / (count - 1)) * 100);
  return {
    backgroundImage: `url("${/^(data|blob):/.test(file) ? '' : './'}${file}")`,
    backgroundSize: `${columns * 100}% ${rows * 100}%`,
    backgroundPosition: `${share(index % columns, columns)}% ${share(Math.floor(index / columns), rows)}%`,
  };
}
