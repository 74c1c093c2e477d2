import '../../ui/SheetTile.css';
import type { TrainingIcons } from '@incognita/workspace/schema';
import { formatCount, formatSigned } from '../../ui/format.js';

/** The optimised images of the last evaluation at or before a step. */
export function IconStrip({ path, step, icons }: { path: string; step: number; icons: TrainingIcons }) {
  const shown = icons.steps.findLast((made) => made.step <= step);
  if (!shown) return <p className="quiet evolution-note">No optimised pictures of this step yet.</p>;
  const { columns, units } = icons;
  const rows = Math.ceil(units.length / columns);
  const share = (position: number, count: number) => (count <= 1 ? 0 : (position / (count - 1)) * 100);
  return (
    <>
      <h3 className="evolution-name">
        Pictures made to excite single units
        {shown.step !== step && <span className="quiet">, of step {formatCount(shown.step)}</span>}
      </h3>
      <ul className="icon-strip">
        {units.map((unit, i) => (
          <li key={`${unit.kind}${unit.index}`}>
            <figure>
              <span
                className="sheet-tile"
                role="img"
                aria-label={`Optimised picture of ${unit.kind} ${unit.name ?? unit.index + 1}`}
                style={{
                  backgroundImage: `url("./${path}icons/${shown.file}")`,
                  backgroundSize: `${columns * 100}% ${rows * 100}%`,
                  backgroundPosition: `${share(i % columns, columns)}% ${share(Math.floor(i / columns), rows)}%`,
                }}
              />
              <figcaption>
                {unit.kind === 'class' ? unit.name : `channel ${unit.index + 1}`}
                <span className="number"> {formatSigned(shown.scores[i]!)}</span>
              </figcaption>
            </figure>
          </li>
        ))}
      </ul>
      <p className="quiet evolution-note">{icons.method} The number is what the unit answers to its picture.</p>
    </>
  );
}
