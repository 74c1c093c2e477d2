import './Message.css';
import { useState } from 'react';
import { Icon } from './icons.js';

/** Something of the workspace could not be read; the rest of the page works. */
export function Problem({ message }: { message: string | null }) {
  const [dismissed, setDismissed] = useState<string | null>(null);
  if (message === null || message === dismissed) return null;
  return (
    <div className="toast problem" role="alert">
      <p>Part of this workspace cannot be read: {message}</p>
      <button type="button" className="icon-button" aria-label="Close the message" onClick={() => setDismissed(message)}>
        <Icon name="close" />
      </button>
    </div>
  );
}
