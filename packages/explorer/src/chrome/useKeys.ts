import { useEffect, useRef } from 'react';

/** What a key does; false when it did nothing. */
type Action = () => unknown;

/** Keys that work wherever the focus is, except in text fields and open dialogs. `actions` by `KeyboardEvent.key`. */
export function useKeys(actions: Readonly<Record<string, Action>>): void {
  const now = useRef(actions);
  now.current = actions;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (target.closest('input:not([type=range]), textarea, select, [role=dialog][aria-modal]')) return;
      if (document.querySelector('.dialog')) return;
      const action = now.current[event.key];
      if (action && action() !== false) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
