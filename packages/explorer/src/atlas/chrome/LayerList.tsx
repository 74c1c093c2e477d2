import type { LayerAtlas } from '@incognita/workspace/schema';
import { memo } from 'react';
import './LayerList.css';
import { useCells } from '../data/atlasData.js';
import { Overview } from '../map/Overview.js';
import { useAtlas, useAtlasState } from '../state/AtlasContext.js';

/** The layers, early to late, each with a small picture of its own map. Switching keeps the place and the zoom. */
export const LayerList = memo(function LayerList() {
  const { store, manifest } = useAtlas();
  const current = useAtlasState((s) => s.layer);
  const choose = (layer: LayerAtlas) => {
    const sizes = layer.grids.map((g) => g.size);
    store.set((s) => ({
      ...s,
      layer: layer.layer,
      grid: s.grid === 'auto' || sizes.includes(s.grid) ? s.grid : 'auto',
      selected: null,
      path: null,
      pathFrom: null,
      hovered: null,
      focused: null,
    }));
  };
  return (
    <nav className="layers" aria-label="Layers">
      <h2>Layers</h2>
      <ol>
        {manifest.layers
          .filter((layer) => layer.grids.length > 0)
          .map((layer) => (
            <li key={layer.layer}>
              <button type="button" aria-current={layer.layer === current || undefined} onClick={() => choose(layer)}>
                <Thumbnail layer={layer} />
                <span className="layer-text">
                  <span className="layer-name">{layer.layer}</span>
                  <span className="quiet">{layer.channels} channels</span>
                  <span className="quiet">
                    {layer.heightPositions} × {layer.widthPositions} · sees {layer.receptiveFieldPx} px
                  </span>
                </span>
              </button>
            </li>
          ))}
      </ol>
    </nav>
  );
});

function Thumbnail({ layer }: { layer: LayerAtlas }) {
  const grid = layer.grids.reduce((least, g) => (g.size < least.size ? g : least));
  const { value } = useCells(grid);
  return <Overview grid={grid} table={value} sizePx={56} />;
}
