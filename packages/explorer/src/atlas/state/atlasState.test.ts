import type { WorkspaceManifest } from '@incognita/workspace/schema';
import { expect, it } from 'vitest';
import { stateFromUrl } from './atlasState.js';
import { parseUrl } from './urlState.js';

it('without a layer in the link the deepest one is shown, in whatever order they were mapped', () => {
  const grids = [{ size: 10 }];
  const manifest = {
    model: { layers: ['conv1', 'conv2', 'conv3', 'conv5'].map((name) => ({ name })) },
    layers: ['conv5', 'conv3', 'conv2'].map((layer) => ({ layer, grids })),
  } as unknown as WorkspaceManifest;
  const shown = (link: string): string => stateFromUrl(parseUrl(link), manifest).layer;
  expect(shown('')).toBe('conv5');
  expect(shown('layer=conv3')).toBe('conv3');
  expect(shown('layer=conv9')).toBe('conv5');
});
