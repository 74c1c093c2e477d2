import { memo } from 'react';
import './Header.css';
import { useAtlas } from '../state/AtlasContext.js';
import { useStore } from '../state/store.js';
import { themeStore, toggleTheme } from '../state/theme.js';
import { CopyLink } from './CopyLink.js';
import { Facts } from './Facts.js';
import { Help } from './Help.js';
import { Icon } from './icons.js';
import { Progress } from './Progress.js';
import { Search } from './Search.js';
import { Wordmark } from './Wordmark.js';

type OpenDialog = 'help' | 'facts' | null;

export const Header = memo(function Header({ dialog, onDialog }: { dialog: OpenDialog; onDialog: (dialog: OpenDialog) => void }) {
  const { manifest } = useAtlas();
  const theme = useStore(themeStore, (t) => t);
  return (
    <header className="header">
      <Wordmark />
      <p className="header-subject">
        <span>{manifest.model.name}</span> seen through <span>{manifest.dataset.name}</span>
      </p>
      <Progress />
      <div className="header-tools">
        <Search />
        <CopyLink className="icon-button" />
        <button
          type="button"
          className="icon-button"
          aria-label="How this was made"
          title="How this was made"
          onClick={() => onDialog('facts')}
        >
          <Icon name="info" />
        </button>
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
          onClick={() => onDialog('help')}
        >
          <Icon name="help" />
        </button>
      </div>
      <Help open={dialog === 'help'} onClose={() => onDialog(null)} />
      <Facts open={dialog === 'facts'} onClose={() => onDialog(null)} />
    </header>
  );
});
