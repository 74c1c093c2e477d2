import './Message.css';
import { Wordmark } from './Wordmark.js';

export function Skeleton() {
  return (
    <main className="skeleton" aria-busy="true">
      <h1 className="visually-hidden">Atlas</h1>
      <div role="status">
        <Wordmark />
        <span className="visually-hidden">Reading the workspace</span>
      </div>
    </main>
  );
}
