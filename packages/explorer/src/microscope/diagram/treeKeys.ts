import type { TreeRow } from './tree.js';

/** What a key does in a tree: goes to a row, folds or unfolds the present one, or chooses it. */
export type TreeAction =
  | { readonly kind: 'focus'; readonly row: number }
  | { readonly kind: 'fold'; readonly open: boolean }
  | { readonly kind: 'choose' };

/** The keys of a tree, as the ARIA practices have them; null for a key that does nothing here. */
export function treeAction(key: string, rows: readonly TreeRow[], at: number): TreeAction | null {
  const { node, level, open } = rows[at]!;
  const focus = (row: number): TreeAction | null => (row >= 0 && row < rows.length ? { kind: 'focus', row } : null);
  switch (key) {
    case 'ArrowDown':
      return focus(at + 1);
    case 'ArrowUp':
      return focus(at - 1);
    case 'Home':
      return focus(0);
    case 'End':
      return focus(rows.length - 1);
    case 'ArrowRight':
      if (node.children.length === 0) return null;
      return open ? focus(at + 1) : { kind: 'fold', open: true };
    case 'ArrowLeft':
      return open ? { kind: 'fold', open: false } : focus(rows.findLastIndex((row, i) => i < at && row.level < level));
    case 'Enter':
    case ' ':
      return { kind: 'choose' };
    default:
      return null;
  }
}
