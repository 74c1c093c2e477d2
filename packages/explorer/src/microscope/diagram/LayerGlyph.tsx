import type { DiagramLayer } from './tree.js';

const SIDE = 26;
const LEAST = 3;

/** A layer's shape as a small box: its face as large as its map, as deep as it has channels, both on a logarithmic scale. */
export function LayerGlyph({ layer }: { layer: DiagramLayer }) {
  const dims = layer.shape.slice(1).map((dim) => (typeof dim === 'number' ? dim : 1));
  const channels = dims.length === 3 ? dims[0]! : (dims.at(-1) ?? 1);
  const positions = dims.length === 3 ? dims[1]! : dims.length === 2 ? Math.sqrt(dims[0]!) : 1;
  const face = Math.min(SIDE * 0.62, LEAST + Math.log2(1 + positions) * 1.9);
  const depth = Math.min(SIDE - face - 1, Math.log2(1 + channels) * 0.95);
  const [x, y] = [(SIDE - face - depth) / 2, (SIDE - face + depth) / 2];
  return (
    <svg
      className="layer-glyph"
      data-kind={layer.kind}
      viewBox={`0 0 ${SIDE} ${SIDE}`}
      width={SIDE}
      height={SIDE}
      aria-hidden="true"
    >
      <path d={`M${x} ${y}l${depth} ${-depth}h${face}v${face}l${-depth} ${depth}z`} className="glyph-side" />
      <rect x={x} y={y} width={face} height={face} className="glyph-face" />
    </svg>
  );
}
