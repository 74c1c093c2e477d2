import { Slider } from '@base-ui/react/slider';
import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { memo } from 'react';
import './Controls.css';
import { useAtlas, useAtlasState } from '../state/AtlasContext.js';
import type { ViewMode } from '../state/urlState.js';

/** How the map is drawn: pictures, grid, tile sizes, names. */
export const Controls = memo(function Controls() {
  const { store, shown } = useAtlas();
  const { grid, view, density, labels, shownGrid } = useAtlasState((s) => s);
  const sizes = shown.layer.grids.map((g) => g.size).sort((a, b) => a - b);
  const icons = shown.grid.icons.reduce((sum, sheet) => sum + sheet.ids.length, 0);
  return (
    <section className="controls" aria-label="How the map is drawn">
      <div className="control">
        <span className="control-name" id="control-tiles">
          Tiles
        </span>
        <ToggleGroup
          className="segments"
          aria-labelledby="control-tiles"
          value={[view]}
          onValueChange={([next]: ViewMode[]) => next && store.set((s) => ({ ...s, view: next }))}
        >
          <Toggle value="icons">Icons</Toggle>
          <Toggle value="photographs">Photographs</Toggle>
        </ToggleGroup>
        {view === 'icons' && icons < (shown.table?.rows.length ?? 0) && (
          <p className="control-note">
            {icons === 0
              ? 'No icons of this grid yet: every tile is a real patch.'
              : `${icons} of ${shown.table!.rows.length} cells have an icon; the others show a real patch.`}
          </p>
        )}
      </div>
      <div className="control">
        <span className="control-name" id="control-grid">
          Grid
        </span>
        <ToggleGroup
          className="segments"
          aria-labelledby="control-grid"
          value={[String(grid)]}
          onValueChange={([next]: string[]) =>
            next && store.set((s) => ({ ...s, grid: next === 'auto' ? 'auto' : Number(next), hovered: null }))
          }
        >
          <Toggle value="auto">Auto{grid === 'auto' && <span className="quiet number"> {shownGrid}</span>}</Toggle>
          {sizes.map((size) => (
            <Toggle key={size} value={String(size)}>
              {size}
            </Toggle>
          ))}
        </ToggleGroup>
      </div>
      <div className="control control-wide">
        <span className="control-name" id="control-density">
          Tile size
        </span>
        <Slider.Root
          className="slider"
          value={Math.log2(density)}
          min={-3}
          max={3}
          step={0.25}
          onValueChange={(value) => store.set((s) => ({ ...s, density: 2 ** (value as number) }))}
        >
          <Slider.Control className="slider-control">
            <Slider.Track className="slider-track">
              <Slider.Indicator className="slider-indicator" />
              <Slider.Thumb
                className="slider-thumb"
                aria-labelledby="control-density"
                getAriaValueText={(_, value) => `${Number((2 ** value).toPrecision(2))} times`}
              />
            </Slider.Track>
          </Slider.Control>
        </Slider.Root>
      </div>
      <div className="control">
        <span className="control-name" id="control-names">
          Names
        </span>
        <Toggle
          id="control-names-switch"
          className="switch"
          aria-labelledby="control-names control-names-switch"
          pressed={labels}
          onPressedChange={(on) => store.set((s) => ({ ...s, labels: on }))}
        >
          {labels ? 'On' : 'Off'}
        </Toggle>
      </div>
    </section>
  );
});
