import type { ReactNode } from 'react';
import { PAGES } from '../pages.js';
import { closeDialog, dialogStore } from '../state/dialog.js';
import { useStore } from '../state/store.js';
import { Dialog } from './Dialog.js';

export type KeyHelp = readonly (readonly [keys: readonly string[], meaning: string])[];

const COMMON: KeyHelp = [
  [['1', String(PAGES.length)], `pages: ${PAGES.map(({ name }, i) => `${i + 1} ${name}`).join(', ')}`],
  [['t'], 'light or dark'],
  [['?'], 'this help'],
];

/** A page's help, with its keys and those that work everywhere. */
export function HelpDialog({ title, keys, children }: { title: string; keys: KeyHelp; children: ReactNode }) {
  const open = useStore(dialogStore, (dialog) => dialog === 'help');
  return (
    <Dialog open={open} onClose={closeDialog} title={title}>
      {children}
      <h3>Keys</h3>
      <dl className="keys">
        {[...keys, ...COMMON].map(([names, meaning]) => (
          <div key={meaning} style={{ display: 'contents' }}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
