import { describe, expect, it } from 'vitest';
import { type DiagramLayer, diagramTree, edgesOf, holdersOf, shapeText, visibleRows } from './tree.js';

const layer = (name: string, reads: string[], block: string | null = null): DiagramLayer => ({
  ...{ name, tensor: name, op: 'Conv', shape: [1, 8, 4, 4], kind: block === null ? 'block' : 'conv', reads, block },
});

const FIRE = [
  layer('conv1', []),
  layer('fire2.squeeze', ['conv1'], 'fire2'),
  layer('fire2.left', ['fire2.squeeze'], 'fire2'),
  layer('fire2.right', ['fire2.squeeze'], 'fire2'),
  layer('fire2', ['fire2.left', 'fire2.right']),
  layer('conv10', ['fire2']),
];

describe('the diagram of a network', () => {
  it('folds blocks, and unfolds them in their place', () => {
    const tree = diagramTree(FIRE);
    expect(visibleRows(tree, new Set()).map(({ node }) => node.name)).toEqual(['conv1', 'fire2', 'conv10']);
    const rows = visibleRows(tree, new Set(['fire2']));
    expect(rows.map(({ node, level }) => `${level} ${node.name}`)).toEqual([
      ...['1 conv1', '1 fire2', '2 fire2.squeeze', '2 fire2.left', '2 fire2.right', '1 conv10'],
    ]);
    expect(holdersOf(tree, 'fire2.left')).toEqual(['fire2']);
    expect(holdersOf(tree, 'conv10')).toEqual([]);
  });

  it('draws what reads what, folded layers as their block', () => {
    const tree = diagramTree(FIRE);
    expect(edgesOf(visibleRows(tree, new Set()))).toEqual([
      { from: -1, to: 0 },
      { from: 0, to: 1 },
      { from: 1, to: 2 },
    ]);
    // conv1 0, fire2 1, squeeze 2, left 3, right 4, conv10 5
    expect(edgesOf(visibleRows(tree, new Set(['fire2'])))).toEqual([
      { from: -1, to: 0 },
      { from: 3, to: 1 },
      { from: 4, to: 1 },
      { from: 0, to: 2 },
      { from: 2, to: 3 },
      { from: 2, to: 4 },
      { from: 1, to: 5 },
    ]);
  });

  it('gathers the blocks of long networks into stages, and names shapes', () => {
    const layers = [
      'conv1',
      ...Array.from({ length: 12 }, (_, i) => `layer1.${i}`),
      ...Array.from({ length: 20 }, (_, i) => `layer2.${i}`),
    ];
    const tree = diagramTree(layers.map((name, i) => layer(name, i === 0 ? [] : [layers[i - 1]!])));
    expect(tree.map(({ name, children }) => [name, children.length])).toEqual([
      ['conv1', 0],
      ['layer1', 12],
      ['layer2', 20],
    ]);
    expect(edgesOf(visibleRows(tree, new Set()))).toEqual([
      { from: -1, to: 0 },
      { from: 0, to: 1 },
      { from: 1, to: 2 },
    ]);
    expect(shapeText([1, 2048, 7, null])).toBe('2,048 × 7 × ?');
  });
});
