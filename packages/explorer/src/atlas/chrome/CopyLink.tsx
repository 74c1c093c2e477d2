import { useEffect, useState } from 'react';
import { Icon } from '../../chrome/icons.js';
import { useAtlas } from '../state/AtlasContext.js';
import { currentSearch } from '../state/useUrlSync.js';

const CONFIRM_MS = 2400;

/** Copies the address of exactly this view. */
export function CopyLink({ className, text }: { className: string; text?: string }) {
  const { store, camera } = useAtlas();
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), CONFIRM_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    const url = `${location.origin}${location.pathname}${currentSearch({ store, camera })}`;
    history.replaceState(null, '', url);
    try {
      await navigator.clipboard.writeText(url);
      setState('copied');
    } catch {
      setState('failed');
    }
  };
  const said = { idle: '', copied: 'Link copied', failed: 'The browser refused the clipboard: the link is in the address bar' }[
    state
  ];
  return (
    <>
      <button
        type="button"
        className={className}
        aria-label={text ? undefined : 'Copy link to this view'}
        title="Copy link to this view"
        onClick={copy}
      >
        <Icon name={state === 'copied' ? 'check' : 'link'} />
        {text && <span>{state === 'copied' ? 'Copied' : text}</span>}
      </button>
      <span role="status" className={said && !text ? 'toast' : 'visually-hidden'}>
        {said}
      </span>
    </>
  );
}
