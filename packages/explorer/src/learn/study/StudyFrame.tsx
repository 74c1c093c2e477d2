import './Study.css';
import { type ReactNode, useEffect } from 'react';
import { useLearnAddress } from '../learnAddress.js';

interface Props {
  readonly name: string;
  readonly problem: string | null;
  readonly loading: boolean;
  readonly children: ReactNode;
}

/** What is the same for every study: its name, the way back, why it cannot be read. */
export function StudyFrame({ name, problem, loading, children }: Props) {
  const [, set] = useLearnAddress();
  useEffect(() => {
    document.title = `${name} · Learn · Incognita`;
  }, [name]);
  return (
    <main className="page study" id="content" tabIndex={-1} aria-busy={loading && problem === null}>
      <a
        className="back"
        href="?page=learn"
        onClick={(event) => {
          event.preventDefault();
          set({ study: null, run: null });
        }}
      >
        All runs
      </a>
      <h1>{name}</h1>
      {problem && (
        <p className="run-message" role="alert">
          {problem}
        </p>
      )}
      {children}
    </main>
  );
}
