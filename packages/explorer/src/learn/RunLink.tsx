import { formatLearn, useLearnAddress } from './learnAddress.js';

/** A link to a run's view. */
export function RunLink({ path, text }: { path: string; text: string }) {
  const [now, set] = useLearnAddress();
  const change = { run: path, study: null, step: null };
  return (
    <a
      href={formatLearn({ ...now, ...change })}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        set(change);
      }}
    >
      {text}
    </a>
  );
}
