import './Message.css';
import { Wordmark } from './Wordmark.js';

export function Skeleton() {
  return (
    <main className="skeleton" aria-busy="true">
      <h1 className="visually-hidden">Incognita</h1>
      <div role="status">
        <Wordmark />
        <span className="visually-hidden">Reading what is here</span>
      </div>
    </main>
  );
}
