import type { Matrix } from '../../data/matrix.js';

export interface ClassValue {
  readonly index: number;
  readonly value: number;
}

/** The classes with the largest values of one row, largest first. */
export function topClasses({ data, columns }: Matrix, row: number, count: number): ClassValue[] {
  const values = Array.from(data.subarray(row * columns, (row + 1) * columns), (value, index) => ({ index, value }));
  return values.sort((a, b) => b.value - a.value || a.index - b.index).slice(0, count);
}

/** The classes with the most negative values, most negative first. */
export function bottomClasses({ data, columns }: Matrix, row: number, count: number): ClassValue[] {
  const values = Array.from(data.subarray(row * columns, (row + 1) * columns), (value, index) => ({ index, value }));
  return values
    .filter(({ value }) => value < 0)
    .sort((a, b) => a.value - b.value || a.index - b.index)
    .slice(0, count);
}
