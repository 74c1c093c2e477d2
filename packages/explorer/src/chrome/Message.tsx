import type { WorkspaceManifest } from '@incognita/workspace/schema';
import type { ReactNode } from 'react';
import './Message.css';

/** A page that says why there is nothing to show. */
export function Message({
  title,
  progress,
  children,
}: {
  title: string;
  progress?: WorkspaceManifest['progress'];
  children: ReactNode;
}) {
  return (
    <main className="message" id="content">
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
