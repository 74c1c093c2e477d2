import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileTag } from './routes/serveFile.js';

/** Tells listeners when a workspace's manifest has been replaced. */
export interface ManifestWatch {
  /** The ETag of the manifest now, or null before there is one. */
  tag(): Promise<string | null>;
  /** Calls back with each new tag; returns how to stop. */
  subscribe(listener: (tag: string) => void): () => void;
  close(): void;
}

/**
 * Watches by the system's events where it has them, and looks once every `pollMs` besides, since network disks and some
 * containers have none. Watches only while somebody listens.
 */
export function watchManifest(dir: string, { pollMs = 1000 }: { pollMs?: number } = {}): ManifestWatch {
  const listeners = new Set<(tag: string) => void>();
  let last: string | null = null;
  let stop: (() => void) | null = null;

  async function tag(): Promise<string | null> {
    try {
      return fileTag(await stat(join(dir, 'incognita.json'), { bigint: true }));
    } catch {
      return null;
    }
  }

  async function check(): Promise<void> {
    const now = await tag();
    if (now === null || now === last) return;
    last = now;
    for (const listener of listeners) listener(now);
  }

  function start(): () => void {
    const timer = setInterval(check, pollMs).unref();
    const watcher = systemEvents(dir, check);
    return () => {
      clearInterval(timer);
      watcher?.close();
    };
  }

  return {
    tag,
    subscribe(listener) {
      listeners.add(listener);
      if (stop === null) stop = start();
      void check();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = null;
        last = null;
      };
    },
    close() {
      listeners.clear();
      stop?.();
      stop = null;
    },
  };
}

/** Null where the system has no events for this folder: then the timer alone looks. */
function systemEvents(dir: string, check: () => Promise<void>): FSWatcher | null {
  try {
    const watcher = watch(dir, { persistent: false }, (_event, name) => {
      if (name === null || name === 'incognita.json') void check();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
