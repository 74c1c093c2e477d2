import type { LayerMicroscope, Microscope, WorkspaceManifest } from '@incognita/workspace/schema';
import { createContext, useContext } from 'react';

/** A workspace under the microscope, and what can be asked about it. */
export interface MicroscopeData {
  readonly manifest: WorkspaceManifest;
  readonly microscope: Microscope;
  readonly layers: ReadonlyMap<string, LayerMicroscope>;
  /** Why no steps can be computed, or null: then the server runs the model. Undefined while that is not known. */
  readonly noSteps: string | null | undefined;
}

export const MicroscopeContext = createContext<MicroscopeData | null>(null);

/** What the page shows; for its parts. */
export function useMicroscope(): MicroscopeData {
  return useContext(MicroscopeContext)!;
}
