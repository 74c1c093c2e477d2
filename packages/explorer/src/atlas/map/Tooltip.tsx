import './Tooltip.css';
import { useStore } from '../../state/store.js';
import { formatSigned } from '../../ui/format.js';
import { useAtlas, useAtlasState } from '../state/AtlasContext.js';
import type { AtlasState } from '../state/atlasState.js';
import { project, scalePx } from './geometry.js';
import { type CellRef, cellCentre } from './grid.js';
import { shortName } from './labels.js';
import { topClasses } from './topClasses.js';

/** The cell that the pointer or else the keyboard is on, but not the one whose panel is open. */
function tooltipCell({ hovered, focused, selected }: AtlasState): CellRef | null {
  const ref = hovered ?? focused;
  return ref && ref.cell === selected?.cell && ref.grid === selected.grid ? null : ref;
}

/** What the pointer or the keyboard is on. The same text is in the grid of cells, so this one is hidden from screen readers. */
export function Tooltip() {
  const { shown, manifest, camera, viewport } = useAtlas();
  const ref = useAtlasState(tooltipCell);
  const place = useStore(camera, (c) => c);
  const view = useStore(viewport, (v) => v);
  const row = ref && ref.grid === shown.grid.size ? shown.table?.rowOf.get(ref.cell) : undefined;
  if (!ref || row === undefined) return null;
  const cell = shown.table!.rows[row]!;
  const attribution = shown.vectors?.attribution;
  const classes = attribution && manifest.classes ? topClasses(attribution, row, 3) : [];
  const [x, y] = project(place, view, ...cellCentre(ref));
  const half = scalePx(place, view) / ref.grid / 2;
  const below = y - half < 190;
  return (
    <div
      className="tooltip"
      aria-hidden="true"
      data-below={below || undefined}
      style={{ left: Math.min(view.width - 120, Math.max(120, x)), top: below ? y + half + 8 : y - half - 8 }}
    >
      {classes.length > 0 && (
        <ul>
          {classes.map(({ index, value }) => (
            <li key={index}>
              <span>{shortName(manifest.classes!.names[index]!)}</span>
              <span className="number">{formatSigned(value)}</span>
            </li>
          ))}
        </ul>
      )}
      {classes.length === 0 && cell.label !== null && <p>{shortName(cell.label)}</p>}
      <p className="quiet">
        mean of {cell.count.toLocaleString('en')} {cell.count === 1 ? 'activation' : 'activations'}
      </p>
    </div>
  );
}
