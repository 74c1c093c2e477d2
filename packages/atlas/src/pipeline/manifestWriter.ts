import type { LayerAtlas, Workspace, WorkspaceManifest } from '@incognita/workspace';

/** Shortest time between two writes while the run goes on. */
const INTERVAL_MS = 1000;

/** The manifest of a run: changed in memory, written at most once a second, and once more at the end. */
export interface ManifestWriter {
  readonly manifest: WorkspaceManifest;
  /** Changes the manifest, and writes it soon. */
  update(change: (manifest: WorkspaceManifest) => void): void;
  /** Changes one layer's part. */
  updateLayer(layer: string, change: (layer: LayerAtlas) => void): void;
  /** Writes now, after what is being written. Throws what an earlier write failed with. */
  flush(): Promise<void>;
  /** Drops a write that has been put off; for a run that failed. */
  stop(): void;
}

/** Starts with this manifest, which is not written until the first change. */
export function manifestWriter(workspace: Workspace, manifest: WorkspaceManifest): ManifestWriter {
  let last: Promise<void> = Promise.resolve();
  let failure: unknown = null;
  let timer: NodeJS.Timeout | null = null;
  let written = Number.NEGATIVE_INFINITY;
  const write = () => {
    const snapshot = structuredClone(manifest);
    last = last
      .then(() => workspace.writeManifest(snapshot))
      .catch((error: unknown) => {
        failure ??= error;
      });
    written = performance.now();
    return last;
  };
  const stop = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const soon = () => {
    const wait = written + INTERVAL_MS - performance.now();
    if (wait <= 0) void write();
    else
      timer ??= setTimeout(() => {
        timer = null;
        void write();
      }, wait);
  };
  const update = (change: (manifest: WorkspaceManifest) => void) => {
    change(manifest);
    soon();
  };
  return {
    manifest,
    update,
    updateLayer(layer, change) {
      update(({ layers }) => change(layers.find((entry) => entry.layer === layer)!));
    },
    async flush() {
      stop();
      await write();
      if (failure !== null) throw failure;
    },
    stop,
  };
}
