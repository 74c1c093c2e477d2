import { memo, useMemo } from 'react';
import './DetailPanel.css';
import { Icon } from '../../chrome/icons.js';
import { PictureCrop } from '../../ui/PictureCrop.js';
import { SheetTile } from '../../ui/SheetTile.js';
import { CopyLink } from '../chrome/CopyLink.js';
import { useCells, useExemplars, useIconScores, usePoints, useVectors } from '../data/atlasData.js';
import { cellName } from '../map/cellName.js';
import type { CellRef } from '../map/grid.js';
import { sheetsByCell } from '../map/tiles.js';
import { useAtlas } from '../state/AtlasContext.js';
import { flyToCell } from '../state/actions.js';
import { ClassBars } from './ClassBars.js';
import { Exemplars } from './Exemplars.js';
import { IconScores } from './IconScores.js';
import { Measures } from './Measures.js';
import { MostAlike } from './MostAlike.js';
import { Neighbours } from './Neighbours.js';

/** Everything about one cell. Works for any grid of the layer, not only for the one on the screen. */
export const DetailPanel = memo(function DetailPanel({ selected }: { selected: CellRef }) {
  const atlas = useAtlas();
  const { store, shown, manifest } = atlas;
  const grid = shown.layer.grids.find((g) => g.size === selected.grid) ?? null;
  const cells = useCells(grid);
  const exemplars = useExemplars(grid);
  const points = usePoints(grid && shown.layer);
  const vectors = useVectors(grid);
  const scores = useIconScores(grid && grid.icons.length > 0 ? grid : null);
  const icons = useMemo(() => grid && sheetsByCell({ ...grid, patches: [] }, 'icons'), [grid]);
  const tiles = useMemo(() => grid && sheetsByCell(grid, 'photographs'), [grid]);
  const close = (event: React.MouseEvent) => {
    store.set((s) => ({ ...s, selected: null, pathFrom: null }));
    // Pressed by key: the focus goes back to where the cell was opened.
    if (event.detail === 0) document.querySelector<HTMLElement>('#cells [role=gridcell][tabindex="0"]')?.focus();
  };
  const index = cells.value?.rowOf.get(selected.cell);
  const row = index === undefined ? null : cells.value!.rows[index]!;
  const error = cells.error ?? exemplars.error ?? points.error ?? vectors.error ?? scores.error;
  const attribution = vectors.value?.attribution;
  const [first] = (row && exemplars.value?.get(row.cell)) ?? [];
  const source = first && manifest.dataset.pictures[points.value?.[first.point]?.picture ?? -1];
  const nearest = first && source ? { exemplar: first, picture: source } : null;
  const iconSheet = icons?.get(selected.cell);

  return (
    <aside className="detail" aria-label="Cell">
      <div className="detail-head">
        <div>
          <p className="quiet">
            {shown.layer.layer} · column {(selected.cell % selected.grid) + 1}, row{' '}
            {Math.floor(selected.cell / selected.grid) + 1} of {selected.grid}
          </p>
          <h2>{row ? (cellName(manifest, row) ?? `Cell ${selected.cell}`) : `Cell ${selected.cell}`}</h2>
        </div>
        <button type="button" className="icon-button" aria-label="Close the cell" title="Close (Esc)" onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      <div className="detail-body">
        {error !== null && <p role="alert">{error}</p>}
        {cells.value && !row && <p>No activations fall into this cell.</p>}
        {row && grid && (
          <>
            <div className="detail-pair">
              <figure>
                {iconSheet ? (
                  <SheetTile sheet={iconSheet} cell={row.cell} label="Icon: an optimised picture" />
                ) : (
                  <p className="detail-no-icon">
                    {manifest.complete
                      ? 'No icon has been rendered for this cell.'
                      : 'The icon of this cell has not been rendered yet.'}
                  </p>
                )}
                <figcaption>Icon, made by optimisation</figcaption>
              </figure>
              <figure>
                {nearest ? (
                  <PictureCrop picture={nearest.picture} rectangle={nearest.exemplar} />
                ) : (
                  <SheetTile sheet={tiles?.get(row.cell)} cell={row.cell} />
                )}
                <figcaption>Nearest real patch</figcaption>
              </figure>
            </div>
            {iconSheet && <IconScores score={scores.value?.get(row.cell) ?? null} />}
            <div className="detail-actions">
              <button type="button" className="button" onClick={() => store.set((s) => ({ ...s, pathFrom: selected }))}>
                <Icon name="path" /> Path from here
              </button>
              <button type="button" className="button" onClick={() => flyToCell(atlas, selected)}>
                Zoom to it
              </button>
              <CopyLink className="button" text="Copy link" />
            </div>
            {exemplars.value && points.value && (
              <Exemplars
                key={`${grid.size}:${row.cell}`}
                exemplars={exemplars.value.get(row.cell) ?? []}
                points={points.value}
                count={row.count}
              />
            )}
            {attribution && manifest.classes && (
              <ClassBars attribution={attribution} row={index!} names={manifest.classes.names} />
            )}
            <Measures row={row} />
            {cells.value && tiles && <Neighbours selected={selected} table={cells.value} sheets={tiles} />}
            {vectors.value?.direction && cells.value && tiles && (
              <MostAlike direction={vectors.value.direction} row={index!} table={cells.value} sheets={tiles} />
            )}
          </>
        )}
      </div>
    </aside>
  );
});
