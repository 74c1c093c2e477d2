import type { Offers } from '@incognita/workspace/schema';
import { PAGES } from '../pages.js';
import { closeDialog, dialogStore } from '../state/dialog.js';
import { useStore } from '../state/store.js';
import { Dialog } from './Dialog.js';
import { openPage } from './openPage.js';

/** All pages: what they show, and why this place cannot fill some of them. */
export function PagesDialog({ offers }: { offers: Offers }) {
  const open = useStore(dialogStore, (dialog) => dialog === 'pages');
  return (
    <Dialog open={open} onClose={closeDialog} title="Pages">
      <ol className="page-list">
        {PAGES.map((page, i) => {
          const lacks = page.lacks(offers);
          const [why, command] = (lacks ?? '').split(/: (?=npx )/);
          return (
            <li key={page.id}>
              <kbd>{i + 1}</kbd>
              <div>
                <h3>{page.name}</h3>
                <p>
                  Shows {page.shows}. {why && `${why}${command ? ':' : ''}`}
                </p>
                {command && <pre>{command}</pre>}
                {lacks === null && (
                  <button
                    type="button"
                    className="button"
                    onClick={() => {
                      closeDialog();
                      openPage(page);
                    }}
                  >
                    Open {page.name}
                  </button>
                )}
              </div>
            </li>
          );
        })}
      </ol>
    </Dialog>
  );
}
