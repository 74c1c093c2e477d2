import type { CellRow, WorkspaceManifest } from '@incognita/workspace/schema';
import { shortName } from './labels.js';

/** What a cell is called: the class its members push most, or the most common label of their pictures. */
export function cellName(manifest: Pick<WorkspaceManifest, 'classes'>, row: CellRow): string | null {
  const name = row.topClass === null ? undefined : manifest.classes?.names[row.topClass];
  const text = name ?? row.label;
  return text === null ? null : shortName(text);
}
