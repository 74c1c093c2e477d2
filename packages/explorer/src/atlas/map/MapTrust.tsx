import './MapTrust.css';
import { iconVerdict } from '../../trust/iconVerdict.js';
import { TrustMark } from '../../trust/TrustMark.js';
import { useIconScores } from '../data/atlasData.js';
import { useAtlas, useAtlasState } from '../state/AtlasContext.js';
import { useMapFrame, useTilesOver } from './useTilesOver.js';

/** Tiles smaller than this have no room for a mark. */
const LEAST_PX = 56;
const MARK_PX = 18;
const LIMIT = 240;

/** The mark of trust on every icon of the map that is large enough; the same is said in the panel of a cell. */
export function MapTrust() {
  const { shown, manifest } = useAtlas();
  const view = useAtlasState((s) => s.view);
  const { left, top, mapPx, port } = useMapFrame();
  const { grid } = shown;
  const large = view === 'icons' && grid.icons.length > 0 && mapPx / grid.size >= LEAST_PX;
  const scores = useIconScores(large ? grid : null).value;
  const tiles = useTilesOver(large);
  if (!large || scores === null) return null;
  const near = tiles.filter(({ cell, x, y, side }) => {
    if (!scores.has(cell) || side * mapPx < LEAST_PX) return false;
    const [cx, cy] = [left + x * mapPx, top + y * mapPx];
    return cx > -MARK_PX && cx < port.width + MARK_PX && cy > -MARK_PX && cy < port.height + MARK_PX;
  });
  return (
    <div className="map-trust" aria-hidden="true" style={{ transform: `translate(${left}px, ${top}px)` }}>
      {near.slice(0, LIMIT).map(({ cell, x, y, side, opacity }) => {
        const half = (side * mapPx) / 2;
        return (
          <span key={cell} style={{ left: x * mapPx + half - MARK_PX - 2, top: y * mapPx - half + 2, opacity }}>
            <TrustMark verdict={iconVerdict(scores.get(cell)!, manifest)} size={MARK_PX} />
          </span>
        );
      })}
    </div>
  );
}
