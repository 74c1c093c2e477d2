import { expect, it } from 'vitest';
import type { TreeNode, TreeRow } from './tree.js';
import { treeAction } from './treeKeys.js';

const leaf: TreeNode = { name: 'leaf', layer: null, children: [] };
const block: TreeNode = { name: 'block', layer: null, children: [leaf, leaf] };
const row = (node: TreeNode, level: number, open: boolean): TreeRow => ({ node, level, open, position: 1, siblings: 1 });

it('a tree is walked, folded and unfolded by keys', () => {
  const open = [row(leaf, 1, false), row(block, 1, true), row(leaf, 2, false), row(leaf, 2, false)];
  expect(treeAction('ArrowDown', open, 0)).toEqual({ kind: 'focus', row: 1 });
  expect(treeAction('ArrowUp', open, 0)).toBeNull();
  expect(treeAction('ArrowRight', open, 1)).toEqual({ kind: 'focus', row: 2 });
  expect(treeAction('ArrowLeft', open, 1)).toEqual({ kind: 'fold', open: false });
  expect(treeAction('ArrowLeft', open, 3)).toEqual({ kind: 'focus', row: 1 });
  expect(treeAction('ArrowLeft', open, 0)).toBeNull();
  expect(treeAction('ArrowRight', [row(block, 1, false)], 0)).toEqual({ kind: 'fold', open: true });
  expect(treeAction('ArrowRight', open, 0)).toBeNull();
  expect([treeAction('End', open, 0), treeAction('Enter', open, 0), treeAction('x', open, 0)]).toEqual([
    { kind: 'focus', row: 3 },
    { kind: 'choose' },
    null,
  ]);
});
