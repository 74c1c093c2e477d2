import type { WorkspaceManifest } from '@incognita/workspace/schema';
import type { ReactNode } from 'react';
import './Message.css';
import { Wordmark } from './Wordmark.js';

/** A page that says why there is no map. */
export function Message({ title, manifest, children }: { title: string; manifest?: WorkspaceManifest; children: ReactNode }) {
  const progress = manifest?.progress;
  return (
    <main className="message">
      <Wordmark />
      <h1>{title}</h1>
      {children}
      {progress && (
        <p role="status">
          Now: {progress.stage}
          {progress.layer ? ` of ${progress.layer}` : ''}, {progress.done} of {progress.total}.
        </p>
      )}
    </main>
  );
}
