import './CloseUps.css';
import { PictureCrop } from '../../ui/PictureCrop.js';
import { useExemplars, usePoints } from '../data/atlasData.js';
import { useAtlas, useAtlasState } from '../state/AtlasContext.js';
import { useMapFrame, useTilesOver } from './useTilesOver.js';

/** Tiles of sheets are this much enlarged before the pictures themselves take their place. */
const ENLARGED = 1.5;
const LIMIT = 120;

/** Deep in the map, real patches are cut from the stored pictures, which are finer than the tiles of the sheets. */
export function CloseUps() {
  const { shown, manifest } = useAtlas();
  const view = useAtlasState((s) => s.view);
  const { left, top, mapPx, port } = useMapFrame();
  const { layer, grid } = shown;
  const tilePx = grid.patches[0]?.tilePx ?? Number.POSITIVE_INFINITY;
  const deep = view === 'photographs' && mapPx / grid.size > ENLARGED * tilePx;
  const exemplars = useExemplars(deep ? grid : null).value;
  const points = usePoints(deep ? layer : null).value;
  const tiles = useTilesOver(deep);
  if (!deep || !exemplars || !points) return null;

  const near = tiles.filter(({ x, y, side }) => {
    const [cx, cy, half] = [left + x * mapPx, top + y * mapPx, (side * mapPx) / 2];
    return cx + half > 0 && cx - half < port.width && cy + half > 0 && cy - half < port.height;
  });
  return (
    <div className="close-ups" aria-hidden="true" style={{ transform: `translate(${left}px, ${top}px)` }}>
      {near.slice(0, LIMIT).map(({ cell, x, y, side, opacity }) => {
        const [exemplar] = exemplars.get(cell) ?? [];
        const picture = exemplar && manifest.dataset.pictures[points[exemplar.point]?.picture ?? -1];
        if (!exemplar || !picture) return null;
        const px = side * mapPx;
        return (
          <div key={cell} style={{ left: x * mapPx - px / 2, top: y * mapPx - px / 2, width: px, opacity }}>
            <PictureCrop picture={picture} rectangle={exemplar} fit="stretch" />
          </div>
        );
      })}
    </div>
  );
}
