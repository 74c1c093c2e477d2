import type { Dim } from '../types.js';
import type { ShapeRule } from './context.js';
import { unranked } from './context.js';
import { broadcastShapes } from './elementwise.js';

export const matMul: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null) return [];
  const a = x.shape;
  const b = c.shape(1);
  if (a === null || b === null || a.length === 0 || b.length === 0) return [unranked(x.dtype)];
  // A vector is a row on the left and a column on the right, and its 1 goes from the result.
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const batch = broadcastShapes(left.slice(0, -2), right.slice(0, -2));
  const rows = a.length === 1 ? [] : [left.at(-2)!];
  const columns = b.length === 1 ? [] : [right.at(-1)!];
  return [{ dtype: x.dtype, shape: [...batch, ...rows, ...columns] }];
};

export const gemm: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null) return [];
  const a = x.shape;
  const b = c.shape(1);
  const rows = a === null ? null : a[c.int('transA', 0) === 1 ? 1 : 0]!;
  const columns = b === null ? null : b[c.int('transB', 0) === 1 ? 0 : 1]!;
  return [{ dtype: x.dtype, shape: [rows, columns] }];
};

/** Einsum with letters and an optional ellipsis; the implicit form sorts the letters that occur once. */
export const einsum: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null) return [];
  const [left, right] = c.string('equation', '').replaceAll(' ', '').split('->');
  const terms = left!.split(',');
  const sizes = new Map<string, Dim>();
  let ellipsis: readonly Dim[] = [];
  for (const [i, term] of terms.entries()) {
    const shape = c.shape(i);
    if (shape === null) return [unranked(x.dtype)];
    const [before = '', after = ''] = term.split('...');
    const letters = [...before, ...after];
    if (term.includes('...')) {
      ellipsis = broadcastShapes(ellipsis, shape.slice(before.length, shape.length - after.length));
    } else if (letters.length !== shape.length) return [unranked(x.dtype)];
    letters.forEach((letter, j) => {
      const at = j < before.length ? j : shape.length - letters.length + j;
      const size = shape[at] ?? null;
      const known = sizes.get(letter);
      if (
        known === undefined ||
        known === null ||
        known === 1 ||
        (typeof known === 'string' && typeof size === 'number' && size !== 1)
      )
        sizes.set(letter, size);
    });
  }
  const once = [...sizes.keys()].filter((letter) => left!.split(letter).length === 2).sort();
  const output = right ?? `${left!.includes('...') ? '...' : ''}${once.join('')}`;
  const [before = '', after = ''] = output.split('...');
  const pick = (letters: string) => [...letters].map((letter) => sizes.get(letter) ?? null);
  return [{ dtype: x.dtype, shape: [...pick(before), ...(output.includes('...') ? ellipsis : []), ...pick(after)] }];
};
