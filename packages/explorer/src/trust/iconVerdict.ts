import type { IconRow, WorkspaceManifest } from '@incognita/workspace/schema';
import { TRUST_MARKS, trustOf, type Verdict } from './trustOf.js';

/** What is known of an icon of the atlas: its natural percentile. The other measures are not made for icons, of which there are thousands. */
export function iconVerdict({ naturalPercentile }: IconRow, manifest: WorkspaceManifest): Verdict {
  return trustOf({ naturalPercentile, seedAgreement: null, twoAlternative: null }, manifest.microscope?.trust ?? TRUST_MARKS);
}
