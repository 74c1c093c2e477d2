import type { WorkspaceManifest } from './schema/manifest.js';

/** A manifest of a run that has just begun. */
export function smallManifest(changes: Partial<WorkspaceManifest> = {}): WorkspaceManifest {
  return {
    version: 1,
    format: 'incognita-workspace',
    generator: 'incognita test',
    seed: 1,
    complete: false,
    preset: 'quick',
    model: { name: 'm', file: 'm.onnx', sha256: '00', bytes: 1, parameters: 1, producer: '', layers: [] },
    preprocessing: {
      widthPx: 8,
      heightPx: 8,
      resize: 'crop',
      divisor: 255,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      colorOrder: 'rgb',
      layout: 'nchw',
      source: 'option',
      statement: 'Pictures are divided by 255.',
    },
    dataset: { name: 'd', sha256: '00', pictures: [], skipped: [] },
    classes: null,
    layers: [],
    progress: null,
    ...changes,
  };
}
