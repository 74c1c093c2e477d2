import './PageNav.css';
import { useEffect, useRef } from 'react';
import { PAGES, type Page } from '../pages.js';
import { dialogStore } from '../state/dialog.js';
import { Icon } from './icons.js';
import { openPage, pageLink } from './openPage.js';

/** Links to the pages that this place can fill, and to the list of all. */
export function PageNav({ page, offered }: { page: Page; offered: readonly Page[] }) {
  const current = useRef<HTMLAnchorElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page decides which link is current
  useEffect(() => {
    // In braces: new browsers answer with a promise, which is nothing to clean up with.
    current.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [page]);
  return (
    <nav className="page-nav" aria-label="Pages">
      <ul>
        {offered.map((entry) => (
          <li key={entry.id}>
            <a
              ref={entry === page ? current : undefined}
              href={pageLink(entry)}
              aria-current={entry === page ? 'page' : undefined}
              title={`${entry.name}: ${entry.shows} (${PAGES.indexOf(entry) + 1})`}
              onClick={(event) => {
                if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                openPage(entry);
              }}
            >
              {entry.name}
            </a>
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="icon-button"
        aria-label="All pages"
        title="All pages"
        onClick={() => dialogStore.set('pages')}
      >
        <Icon name="more" />
      </button>
    </nav>
  );
}
