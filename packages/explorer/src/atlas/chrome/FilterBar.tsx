import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { memo } from 'react';
import './FilterBar.css';
import { Icon } from '../../chrome/icons.js';
import { formatCount, formatSigned } from '../../ui/format.js';
import { MATCH_SHARE } from '../map/filter.js';
import { shortName } from '../map/labels.js';
import { useAtlas, useAtlasState } from '../state/AtlasContext.js';
import { flyToCell } from '../state/actions.js';
import type { Sign } from '../state/urlState.js';

/** What the filter shows: how many cells match, by what measure, and a way from match to match. */
export const FilterBar = memo(function FilterBar() {
  const atlas = useAtlas();
  const { store, shown, manifest } = atlas;
  const filter = useAtlasState((s) => s.filter);
  const sign = useAtlasState((s) => s.sign);
  const selected = useAtlasState((s) => s.selected);
  if (!filter) return null;
  const { filter: result, table, grid } = shown;
  const known = filter.kind === 'label' || (manifest.classes?.names.includes(filter.name) ?? false);
  const cells = result && table ? result.matches.map((r) => table.rows[r]!.cell) : [];
  const at = selected?.grid === grid.size ? cells.indexOf(selected.cell) : -1;
  const go = (to: number) => {
    const ref = { grid: grid.size, cell: cells[(to + cells.length) % cells.length]! };
    store.set((s) => ({ ...s, selected: ref }));
    flyToCell(atlas, ref);
  };
  const name = shortName(filter.name);
  const measure =
    filter.kind === 'label'
      ? `of ${formatCount(table?.rows.length ?? 0)} cells hold pictures labelled ${name}`
      : `of ${formatCount(table?.rows.length ?? 0)} cells push ${sign === 'positive' ? 'towards' : 'away from'} ${name} with at least ${MATCH_SHARE * 100} % of the strongest (${formatSigned((sign === 'positive' ? 1 : -1) * (result?.maximum ?? 0))})`;
  return (
    <section className="filter-bar" aria-label="Filter">
      <p role="status">
        {!known && <>This model has no class named {filter.name}.</>}
        {known && !result && <>Reading the values for {name}…</>}
        {known && result && (
          <>
            <strong className="number">{formatCount(cells.length)}</strong> {measure}
          </>
        )}
      </p>
      {filter.kind === 'class' && (
        <ToggleGroup
          className="segments"
          aria-label="Sign"
          value={[sign]}
          onValueChange={([next]: Sign[]) => next && store.set((s) => ({ ...s, sign: next }))}
        >
          <Toggle value="positive">Towards</Toggle>
          <Toggle value="negative">Away</Toggle>
        </ToggleGroup>
      )}
      <div className="filter-steps">
        <button
          type="button"
          className="icon-button"
          aria-label="Previous match"
          disabled={cells.length === 0}
          onClick={() => go(at < 0 ? -1 : at - 1)}
        >
          <Icon name="previous" />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label="Next match"
          disabled={cells.length === 0}
          onClick={() => go(at + 1)}
        >
          <Icon name="next" />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label="Show all cells"
          onClick={() => store.set((s) => ({ ...s, filter: null }))}
        >
          <Icon name="close" />
        </button>
      </div>
    </section>
  );
});
