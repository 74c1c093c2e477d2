import { encodeWebp, type Picture, packSheet, type Trust } from '@incognita/vision';
import { writeParquet } from '@incognita/workspace';

/** An optimised image's row: see workspace's `ChannelImageRow`. */
export interface ScoredImage extends Trust {
  readonly channel: number;
  readonly seed: number;
  readonly activation: number;
}

const QUALITY = 90;
/** Images in a row of a sheet. */
export const SHEET_COLUMNS = 8;

/** Images of one size as a sheet of squares, oblong ones on white. */
export async function imageSheet(pictures: readonly Picture[]): Promise<Uint8Array> {
  const tilePx = Math.max(pictures[0]!.width, pictures[0]!.height);
  const sheet = packSheet(pictures.map(squared), { tilePx, columns: SHEET_COLUMNS });
  return encodeWebp(sheet, { quality: QUALITY });
}

/** An oblong picture in the middle of a white square. */
function squared({ data, width, height }: Picture): Uint8Array {
  if (width === height) return data;
  const side = Math.max(width, height);
  const out = new Uint8Array(side * side * 3).fill(255);
  const [left, top] = [Math.floor((side - width) / 2), Math.floor((side - height) / 2)];
  for (let y = 0; y < height; y++) out.set(data.subarray(y * width * 3, (y + 1) * width * 3), ((top + y) * side + left) * 3);
  return out;
}

/** The table of images: see workspace's `ChannelImageRow`. */
export function scoreTable(rows: readonly ScoredImage[], steps: number): Uint8Array {
  const float = (name: keyof ScoredImage, nullable = false) =>
    ({ name, type: 'float', nullable, data: rows.map((row) => row[name]) }) as Parameters<typeof writeParquet>[0][number];
  return writeParquet([
    { name: 'channel', type: 'int32', data: rows.map(({ channel }) => channel) },
    { name: 'seed', type: 'double', data: rows.map(({ seed }) => seed) },
    float('activation'),
    float('naturalPercentile'),
    float('cosine'),
    float('seedAgreement', true),
    float('pathSimilarity', true),
    float('pathSimilarityNatural', true),
    float('twoAlternative', true),
    float('twoAlternativeNatural', true),
    { name: 'steps', type: 'int32', data: rows.map(() => steps) },
  ]);
}
