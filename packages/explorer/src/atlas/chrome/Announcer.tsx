import { useEffect, useState } from 'react';
import { useStore } from '../../state/store.js';
import { cellName } from '../map/cellName.js';
import { useAtlas, useAtlasState } from '../state/AtlasContext.js';

const SETTLE_MS = 500;

/** Says where the map is, once it has come to rest. */
export function Announcer() {
  const { camera, shown, manifest } = useAtlas();
  const { layer, shownGrid, pathFrom, selected } = useAtlasState((s) => s);
  const place = useStore(camera, (c) => c);
  const [said, setSaid] = useState('');
  const cells = shown.table?.rows.length;
  const row = selected?.grid === shownGrid ? shown.table?.rows[shown.table.rowOf.get(selected.cell) ?? -1] : undefined;
  const open = row ? `${cellName(manifest, row) ?? `Cell ${row.cell}`} is open. ` : '';
  useEffect(() => {
    const timer = setTimeout(() => {
      const times = Number((2 ** place.zoom).toPrecision(2));
      const where = `centre ${Math.round(place.x * 100)} % across, ${Math.round(place.y * 100)} % down`;
      setSaid(
        pathFrom
          ? 'Choose the cell where the path ends. Escape cancels.'
          : `${open}${layer}, grid ${shownGrid}, ${cells ?? 'loading'} cells, magnified ${times} times, ${where}`,
      );
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [place, layer, shownGrid, cells, pathFrom, open]);
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
