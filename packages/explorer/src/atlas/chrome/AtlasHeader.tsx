import { memo } from 'react';
import { HeaderSlot } from '../../chrome/HeaderSlot.js';
import { Icon } from '../../chrome/icons.js';
import { dialogStore } from '../../state/dialog.js';
import { useAtlas } from '../state/AtlasContext.js';
import { AtlasHelp } from './AtlasHelp.js';
import { CopyLink } from './CopyLink.js';
import { Facts } from './Facts.js';
import { Progress } from './Progress.js';
import { Search } from './Search.js';

/** The map's parts of the header: what it shows, how far it is, the search. */
export const AtlasHeader = memo(function AtlasHeader() {
  const { manifest } = useAtlas();
  return (
    <>
      <HeaderSlot>
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
            onClick={() => dialogStore.set('facts')}
          >
            <Icon name="info" />
          </button>
        </div>
      </HeaderSlot>
      <AtlasHelp />
      <Facts />
    </>
  );
});
