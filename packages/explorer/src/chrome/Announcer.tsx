import { useEffect, useState } from 'react';
import { useAtlas, useAtlasState } from '../state/AtlasContext.js';
import { useStore } from '../state/store.js';

const SETTLE_MS = 500;

/** Says where the map is, once it has come to rest. */
export function Announcer() {
  const { camera, shown } = useAtlas();
  const { layer, shownGrid, pathFrom } = useAtlasState((s) => s);
  const place = useStore(camera, (c) => c);
  const [said, setSaid] = useState('');
  const cells = shown.table?.rows.length;
  useEffect(() => {
    const timer = setTimeout(() => {
      const times = Number((2 ** place.zoom).toPrecision(2));
      const where = `centre ${Math.round(place.x * 100)} % across, ${Math.round(place.y * 100)} % down`;
      setSaid(
        pathFrom
          ? 'Choose the cell where the path ends. Escape cancels.'
          : `${layer}, grid ${shownGrid}, ${cells ?? 'loading'} cells, magnified ${times} times, ${where}`,
      );
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [place, layer, shownGrid, cells, pathFrom]);
  return (
    <>
      <p className="visually-hidden" role="status">
        {said}
      </p>
      {pathFrom && (
        <p className="hint" aria-hidden="true">
          Choose the cell where the path ends · Esc cancels
        </p>
      )}
    </>
  );
}
