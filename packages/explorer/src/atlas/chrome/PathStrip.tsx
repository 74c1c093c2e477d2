import { memo, useMemo } from 'react';
import './PathStrip.css';
import { Icon } from '../../chrome/icons.js';
import { iconVerdict } from '../../trust/iconVerdict.js';
import { TrustMark } from '../../trust/TrustMark.js';
import { sayTrust, type Verdict } from '../../trust/trustOf.js';
import { SheetTile } from '../../ui/SheetTile.js';
import { useCells, useIconScores } from '../data/atlasData.js';
import { cellName } from '../map/cellName.js';
import { samplePath } from '../map/path.js';
import { sheetsByCell } from '../map/tiles.js';
import { useAtlas, useAtlasState } from '../state/AtlasContext.js';
import { reveal } from '../state/actions.js';
import type { PathEnds } from '../state/urlState.js';

/** The cells along the straight line between two places of the map. */
export const PathStrip = memo(function PathStrip({ path }: { path: PathEnds }) {
  const atlas = useAtlas();
  const { store, shown, manifest } = atlas;
  const view = useAtlasState((s) => s.view);
  const selected = useAtlasState((s) => s.selected);
  const grid = shown.layer.grids.find((g) => g.size === path.grid) ?? null;
  const table = useCells(grid).value;
  const sheets = useMemo(() => grid && sheetsByCell(grid, view), [grid, view]);
  const scores = useIconScores(view === 'icons' && grid !== null && grid.icons.length > 0 ? grid : null).value;
  const steps = useMemo(
    () => (table ? samplePath(path.grid, path.from, path.to, (cell) => table.rowOf.has(cell)) : []),
    [table, path],
  );
  if (!grid) return null;
  const open = (cell: number) => {
    const ref = { grid: path.grid, cell };
    store.set((s) => ({ ...s, selected: ref }));
    reveal(atlas, ref);
  };
  return (
    <section className="path" aria-label="Path">
      <div className="path-head">
        <h2>Path</h2>
        <p className="quiet">
          {steps.filter((s) => s.occupied).length} cells on the straight line across the {path.grid} × {path.grid} grid
        </p>
        <button
          type="button"
          className="icon-button"
          aria-label="Close the path"
          onClick={() => store.set((s) => ({ ...s, path: null }))}
        >
          <Icon name="close" />
        </button>
      </div>
      <ol className="path-steps">
        {steps.map(({ cell, occupied }) => {
          const row = table!.rows[table!.rowOf.get(cell) ?? -1];
          const score = scores?.get(cell);
          const name = row ? (cellName(manifest, row) ?? `cell ${cell}`) : null;
          return (
            <li key={cell}>
              {occupied ? (
                <button
                  type="button"
                  aria-current={selected?.cell === cell && selected.grid === path.grid ? 'step' : undefined}
                  onClick={() => open(cell)}
                >
                  <SheetTile sheet={sheets?.get(cell)} cell={cell} />
                  <span className="path-name">{name}</span>
                  {score && <IconTrust verdict={iconVerdict(score, manifest)} />}
                </button>
              ) : (
                <span className="path-gap" role="img" aria-label="no activations here" />
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
});

function IconTrust({ verdict }: { verdict: Verdict }) {
  return (
    <>
      <TrustMark verdict={verdict} size={14} silent />
      <span className="visually-hidden">{`, icon ${sayTrust(verdict)}`}</span>
    </>
  );
}
