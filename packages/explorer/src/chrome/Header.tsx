import './Header.css';
import type { Page } from '../pages.js';
import { dialogStore } from '../state/dialog.js';
import { useStore } from '../state/store.js';
import { themeStore, toggleTheme } from '../state/theme.js';
import { headerSlot } from './HeaderSlot.js';
import { Icon } from './icons.js';
import { PageNav } from './PageNav.js';
import { Wordmark } from './Wordmark.js';

/** The one header of all pages. */
export function Header({ page, offered }: { page: Page; offered: readonly Page[] }) {
  const theme = useStore(themeStore, (t) => t);
  return (
    <header className="header" data-over={page.fullBleed ? '' : undefined}>
      <Wordmark />
      <PageNav page={page} offered={offered} />
      <div className="header-slot" ref={headerSlot.set} />
      <div className="header-common">
        <button
          type="button"
          className="icon-button"
          aria-label={theme === 'dark' ? 'Light theme' : 'Dark theme'}
          title={theme === 'dark' ? 'Light theme (t)' : 'Dark theme (t)'}
          onClick={toggleTheme}
        >
          <Icon name="theme" />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label="Keys and help"
          title="Keys and help (?)"
          onClick={() => dialogStore.set('help')}
        >
          <Icon name="help" />
        </button>
      </div>
    </header>
  );
}
