/** Height of a row of the diagram, as in its style sheet, and the width of the gutter that lines run in. */
export const ROW_PX = 44;
const GUTTER_PX = 26;
/** Bulge of a line that passes over rows, a row. */
const BULGE_PX = 5;

/** Lines from what is read to what reads it, in the gutter beside the rows. What they say stands in the order of the rows; they are decoration. */
export function Edges({ edges, rows }: { edges: readonly { from: number; to: number }[]; rows: number }) {
  const middle = (row: number) => (row + 0.5) * ROW_PX;
  return (
    <svg className="diagram-edges" width={GUTTER_PX} height={rows * ROW_PX} aria-hidden="true">
      {edges.map(({ from, to }) => {
        const [a, b] = [from < 0 ? 0 : middle(from), middle(to)];
        const bulge = Math.min(GUTTER_PX - 2, Math.max(0, Math.abs(to - from) - 1) * BULGE_PX + (from < to ? 0 : BULGE_PX));
        const x = GUTTER_PX - 1;
        return <path key={`${from} ${to}`} d={`M${x} ${a}C${x - bulge * 1.33} ${a} ${x - bulge * 1.33} ${b} ${x} ${b}`} />;
      })}
    </svg>
  );
}
